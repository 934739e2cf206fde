// What a machine lacks is skipped with a word: the tests that need a browser or a Redis. In CI nothing is skipped.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const E2E = join(import.meta.dirname, '../e2e')

/** By the file of tests/support that starts it: where the program may be, and its Debian package. */
const PROGRAMS = {
  'chromium.ts': { at: [process.env.CHROMIUM ?? '/usr/bin/chromium'], from: 'chromium' },
  'redis.ts': { at: inPath('redis-server'), from: 'redis-server' },
}

/** @returns the names of the test files that cannot run here */
export function testsThatCannotRun() {
  if (process.env.CI) return []
  return Object.entries(PROGRAMS).flatMap(([support, { at, from }]) => {
    if (at.some((file) => existsSync(file))) return []
    const tests = readdirSync(E2E).filter((test) => imports(join(E2E, test), support))
    console.warn(`skipped without ${from} (Debian: apt-get install ${from}): ${tests.join(', ')}`)
    return tests
  })
}

function imports(test, support) {
  return readFileSync(test, 'utf8').includes(`'../support/${support}'`)
}

function inPath(program) {
  return (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, program))
}
