// What the sources are when compiled: a command starts twice as fast so, and runs as it does where it is installed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const ROOT = resolve(import.meta.dirname, '..')
const CACHE = join(ROOT, 'node_modules/.cache/auth0-step-up')
const SOURCES = ['actions', 'express', 'sandbox', 'scripts']
/** As many states of the sources as may still be running. */
const KEPT = 4

/**
 * The folder of the compiled programs, made when a source has changed.
 * @returns {URL}
 */
export function compiled() {
  const folder = join(CACHE, `compiled-${stateOfSources()}`)
  if (!existsSync(folder)) compileInto(folder)
  return pathToFileURL(`${folder}/`)
}

function stateOfSources() {
  const hash = createHash('sha256').update(process.version)
  for (const source of SOURCES) {
    for (const name of readdirSync(join(ROOT, source), { recursive: true })) {
      const { mtimeMs, size } = statSync(join(ROOT, source, name))
      hash.update(`${source}/${name} ${mtimeMs} ${size}\n`)
    }
  }
  return hash.digest('hex').slice(0, 16)
}

// Two processes may do so at once, and neither may run half of it.
function compileInto(folder) {
  const part = `${folder}.${process.pid}`
  const { status, error } = spawnSync(
    process.execPath,
    ['--import', './scripts/typescript.js', 'scripts/compile.ts', part],
    { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] },
  )
  if (error) throw error
  if (status !== 0) process.exit(1)
  try {
    renameSync(part, folder)
  } catch {
    rmSync(part, { recursive: true, force: true })
  }
  forgetOldest()
}

function forgetOldest() {
  const states = readdirSync(CACHE)
    .filter((name) => /^compiled-[0-9a-f]+$/.test(name))
    .map((name) => ({ path: join(CACHE, name), made: statSync(join(CACHE, name)).mtimeMs }))
    .sort((one, other) => other.made - one.made)
  for (const { path } of states.slice(KEPT)) rmSync(path, { recursive: true, force: true })
}
