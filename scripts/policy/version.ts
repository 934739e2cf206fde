import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { readReleases } from './engine.ts'

const FILE = resolve(import.meta.dirname, '../../package.json')

/** The version of this package. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(FILE, 'utf8')) as { version: string }).version
}

/** What `--version` tells: the package, and by SHA-256 the engine that is recorded for it. */
export function readVersions(): { readonly package: string; readonly engine: string } {
  const version = packageVersion()
  const release = readReleases().find((each) => each.version === version)
  return { package: version, engine: release?.sha256 ?? 'not recorded' }
}
