import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { withoutBanner } from './banner.ts'
import { splitAtPolicy } from './bundle-parts.ts'

// A bundle is a banner, an engine and a policy. The engine is the same whatever the policy says, so the
// bytes of each release are known: a banner can be forged, bytes cannot.

/** Where the engines of all releases stand, by their digests. */
export const RELEASES_FILE = 'actions/engine.json'

export interface Release {
  readonly version: string
  /** SHA-256 of the engine, in hex. */
  readonly sha256: string
}

/** The engine of some code. */
export interface Engine {
  readonly sha256: string
  /** The version whose engine it is, byte for byte; undefined where it is that of none. */
  readonly release: string | undefined
}

/** Tells the engine of code, and whether it is a released one. */
export function engineOf(code: string, releases: readonly Release[] = readReleases()): Engine {
  const { engine } = splitAtPolicy(withoutBanner(code))
  const sha256 = createHash('sha256').update(engine).digest('hex')
  return { sha256, release: releases.find((each) => each.sha256 === sha256)?.version }
}

const FILE = resolve(import.meta.dirname, '../..', RELEASES_FILE)

const releasesFile = z.object({
  releases: z.array(z.object({ version: z.string(), sha256: z.string() })),
})

/** The engines that were released, the newest last. */
export function readReleases(): readonly Release[] {
  return releasesFile.parse(JSON.parse(readFileSync(FILE, 'utf8'))).releases
}

/** The releases with an engine recorded for a version, instead of the one before. */
export function recorded(releases: readonly Release[], release: Release): readonly Release[] {
  return [...releases.filter(({ version }) => version !== release.version), release]
}
