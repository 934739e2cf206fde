// The command in the repository: its sources are compiled when they have changed, and what is half compiled never runs.
import { execFile } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Stands for the real one, which takes longer. */
const COMPILE = `
import { appendFileSync, cpSync } from 'node:fs'
appendFileSync('compilations', '|')
console.log('compiling')
cpSync('scripts/step-up.ts', process.argv[2] + '/scripts/step-up.js')
`
const OF_THE_REAL_ONE = [
  'bin/step-up.js',
  'scripts/compiled.js',
  'scripts/typescript.js',
  'scripts/typescript-hooks.js',
]
const CACHE = 'node_modules/.cache/auth0-step-up'

let root: string
beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'compiled-')))
  for (const folder of ['actions', 'express', 'sandbox', 'node_modules']) fs.mkdirSync(at(folder))
  for (const file of OF_THE_REAL_ONE) fs.cpSync(file, at(file))
  fs.symlinkSync(fs.realpathSync('node_modules/esbuild'), at('node_modules/esbuild'), 'junction')
  write('package.json', '{ "type": "module" }')
  write('scripts/compile.ts', COMPILE)
  write('scripts/step-up.ts', `console.log('first')`)
})
afterEach(() => fs.rmSync(root, { recursive: true, force: true }))

function at(path: string): string {
  return join(root, path)
}

function write(file: string, text: string): void {
  fs.writeFileSync(at(file), text)
}

interface Ended {
  readonly stdout: string
  readonly stderr: string
  readonly code: number | null
}

function run(): Promise<Ended> {
  return new Promise((resolve) => {
    const args = [at('bin/step-up.js')]
    const child = execFile(process.execPath, args, (_error, stdout, stderr) =>
      resolve({ stdout, stderr, code: child.exitCode }),
    )
  })
}

const compilations = (): number => fs.readFileSync(at('compilations'), 'utf8').length
const compiled = (): readonly string[] =>
  fs.readdirSync(at(CACHE)).filter((name) => name.startsWith('compiled-'))

test('once for what has not changed, and what it tells is not in the output', async () => {
  expect(await run()).toEqual({ stdout: 'first\n', stderr: 'compiling\n', code: 0 })
  expect(await run()).toEqual({ stdout: 'first\n', stderr: '', code: 0 })
  expect(compilations()).toBe(1)
})

test('anew for a change', async () => {
  await run()
  write('scripts/step-up.ts', `console.log('the second')`)
  expect((await run()).stdout).toBe('the second\n')
})

test('by two commands at once', async () => {
  const ended = await Promise.all([run(), run(), run()])
  expect(ended.map(({ stdout, code }) => [stdout, code])).toEqual(Array(3).fill(['first\n', 0]))
  expect(compiled()).toEqual([expect.stringMatching(/^compiled-[0-9a-f]{16}$/)])
})

test('beside what an editor keeps there', async () => {
  fs.symlinkSync('somebody@host.1', at('actions/.#policy.ts'))
  expect((await run()).stdout).toBe('first\n')
})

test('not where nothing can be written: the sources run as they are', async () => {
  write('node_modules/.cache', 'no folder')
  expect(await run()).toEqual({ stdout: 'first\n', stderr: '', code: 0 })
})

test('not what is broken: each error with its place, no trace, and nothing left behind', async () => {
  fs.cpSync('scripts/compile.ts', at('scripts/compile.ts'))
  write('scripts/step-up.ts', 'const broken = ;')
  const { stdout, stderr, code } = await run()
  expect(stderr).toContain('scripts/step-up.ts:1:15:')
  expect(stderr).not.toMatch(/^\s+at /m)
  expect([stdout, code, compiled()]).toEqual(['', 1, []])
})

test('what was interrupted is forgotten, and the oldest of more than four', async () => {
  const HOUR_S = 3_600
  const now = Date.now() / 1_000
  const old = ['aa.7', 'bb.8', '0', '1', '2', '3'].map((name, i) => {
    const folder = `compiled-${name}`
    fs.mkdirSync(at(join(CACHE, folder)), { recursive: true })
    const made = now - (name === 'bb.8' ? 1 : HOUR_S * (8 - i))
    fs.utimesSync(at(join(CACHE, folder)), made, made)
    return folder
  })
  await run()
  expect(compiled().filter((name) => old.includes(name))).toEqual([
    'compiled-1',
    'compiled-2',
    'compiled-3',
    'compiled-bb.8',
  ])
})
