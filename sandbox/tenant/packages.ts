import { execFile } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Dependency } from './state.ts'

export type Installation =
  | { readonly at: 'installing' }
  | { readonly at: 'installed'; readonly directory: string }
  | { readonly at: 'failed'; readonly reason: string }

/** The npm dependencies of Actions: installed when the Action is built, once for all that name the same. */
export interface Packages {
  /** which Actions may read */
  readonly directory: string
  /**
   * Begins to install what is not there yet.
   *
   * @param buildMs when the build began that asks; one after a failure tries again
   */
  install(dependencies: readonly Dependency[], buildMs: number): Installation
}

/** Of patience with the registry. */
const LIMIT_MS = 120_000

/** @param directory outlives the tenant, so that each package comes over the network once */
export function newPackages(
  directory = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'auth0-sandbox'),
): Packages {
  const jobs = new Map<string, { readonly buildMs: number; result: Installation }>()

  function install(dependencies: readonly Dependency[], buildMs: number): Installation {
    const names = dependencies.map(({ name, version }) => `${name}@${version}`).sort()
    const key = createHash('sha256').update(JSON.stringify(names)).digest('hex').slice(0, 24)
    const place = join(directory, key)
    if (existsSync(place)) return { at: 'installed', directory: place }
    const known = jobs.get(key)
    if (known !== undefined && !(known.result.at === 'failed' && buildMs > known.buildMs)) {
      return known.result
    }
    const job: { readonly buildMs: number; result: Installation } = {
      buildMs,
      result: { at: 'installing' },
    }
    jobs.set(key, job)
    void npmInstall(place, dependencies).then((result) => {
      job.result = result
    })
    return job.result
  }

  return { directory, install }
}

/** Installs beside its place and moves there whole, so that what is there is complete. */
async function npmInstall(
  place: string,
  dependencies: readonly Dependency[],
): Promise<Installation> {
  const workshop = `${place}.${randomUUID()}`
  try {
    mkdirSync(workshop, { recursive: true })
    const versions = Object.fromEntries(dependencies.map(({ name, version }) => [name, version]))
    writeFileSync(
      join(workshop, 'package.json'),
      JSON.stringify({ private: true, dependencies: versions }),
    )
    const failure = await npm(workshop)
    if (failure !== undefined) return { at: 'failed', reason: failure }
    if (!existsSync(place)) renameSync(workshop, place)
    return { at: 'installed', directory: place }
  } catch (error) {
    return { at: 'failed', reason: (error as Error).message }
  } finally {
    rmSync(workshop, { recursive: true, force: true })
  }
}

/** The scripts of packages are not run: they would run on the machine of the operator. */
const INSTALL = [
  'install',
  ...['--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=1'],
  // Its errors are read below, whatever the settings of the user say.
  '--loglevel=error',
]

/** @returns what went wrong, in words */
function npm(cwd: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(
      'npm',
      INSTALL,
      { cwd, timeout: LIMIT_MS, env: process.env },
      (error, _stdout, stderr) => {
        if (error === null) {
          resolve(undefined)
          return
        }
        const code = /^npm (?:error|ERR!) code (\S+)/m.exec(stderr)?.[1] ?? ''
        const detail = /^npm (?:error|ERR!) (?:notarget |404 {2})?(.*@.*)$/m.exec(stderr)?.[1]
        if (MISSING.has(code)) resolve(`The registry has no such package: ${detail ?? code}`)
        else if (UNREACHABLE.has(code) || error.killed === true) {
          resolve(`The packages cannot be installed: the npm registry cannot be reached (${code})`)
        } else resolve(`The packages cannot be installed: ${code === '' ? error.message : code}`)
      },
    )
  })
}

const MISSING: ReadonlySet<string> = new Set(['E404', 'ETARGET', 'EINVALIDPACKAGENAME'])
const UNREACHABLE: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
])
