// What the sources are when compiled: a command starts twice as fast so, and runs as it does where it is installed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const ROOT = resolve(import.meta.dirname, '..')
const CACHE = join(ROOT, 'node_modules/.cache/auth0-step-up')
const SOURCES = ['actions', 'express', 'sandbox', 'scripts']
/** As many states of the sources as may still be running. */
const KEPT = 4
/** No compilation takes so long: what is older and has no end was interrupted. */
const INTERRUPTED_MS = 3_600_000

/**
 * A program of the repository, compiled when a source has changed; where nothing can be written, it runs as it is.
 * @param {string} name its file, from the root and without the extension
 * @returns {Promise<URL>}
 */
export async function program(name) {
  const folder = join(CACHE, `compiled-${stateOfSources()}`)
  if (!fs.existsSync(folder)) {
    if (!canKeep()) {
      await import('./typescript.js')
      return pathToFileURL(join(ROOT, `${name}.ts`))
    }
    compileInto(folder)
  }
  return pathToFileURL(join(folder, `${name}.js`))
}

function stateOfSources() {
  const hash = createHash('sha256').update(`${process.version} ${ROOT}\n`)
  for (const source of SOURCES) {
    for (const name of fs.readdirSync(join(ROOT, source), { recursive: true })) {
      // What an editor keeps beside a file may lead nowhere, or be gone by now.
      const stats = fs.lstatSync(join(ROOT, source, name), { throwIfNoEntry: false })
      if (stats) hash.update(`${source}/${name} ${stats.mtimeMs} ${stats.size}\n`)
    }
  }
  return hash.digest('hex').slice(0, 16)
}

function canKeep() {
  try {
    fs.mkdirSync(CACHE, { recursive: true })
    fs.accessSync(CACHE, fs.constants.W_OK)
    return true
  } catch {
    return false
  }
}

// Two processes may do so at once, and neither may run half of it.
function compileInto(folder) {
  const part = `${folder}.${process.pid}`
  const { status, error } = spawnSync(
    process.execPath,
    ['--import', './scripts/typescript.js', 'scripts/compile.ts', part],
    // The output is that of the command alone.
    { cwd: ROOT, stdio: ['ignore', 2, 2] },
  )
  if (status !== 0) {
    forget(part)
    if (error) throw error
    process.exit(1)
  }
  try {
    fs.renameSync(part, folder)
  } catch (failure) {
    forget(part)
    if (!fs.existsSync(folder)) throw failure
  }
  try {
    forgetOldest()
  } catch {
    // Another process is at it.
  }
}

function forgetOldest() {
  const all = fs
    .readdirSync(CACHE)
    .map((name) => /^compiled-[0-9a-f]+(?<isPart>\.\d+)?$/.exec(name))
    .filter((match) => match !== null)
    .map(({ 0: name, groups: { isPart } }) => ({ path: join(CACHE, name), isPart }))
    .map((each) => ({ ...each, madeMs: fs.statSync(each.path).mtimeMs }))
    .sort((one, other) => other.madeMs - one.madeMs)
  const interrupted = all.filter((each) => each.isPart && each.madeMs < Date.now() - INTERRUPTED_MS)
  const old = all.filter((each) => !each.isPart).slice(KEPT)
  for (const { path } of [...old, ...interrupted]) forget(path)
}

function forget(path) {
  fs.rmSync(path, { recursive: true, force: true })
}
