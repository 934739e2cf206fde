import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ended } from '../support/cli.ts'
import { TYPESCRIPT } from '../support/typescript.ts'

const COMMAND = join(__dirname, '../../scripts/terminal/command.ts')
const folder = mkdtempSync(join(tmpdir(), 'terminal-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A command whose `run` is given, as the arguments of Node. */
function commandOf(run: string): readonly string[] {
  const file = join(folder, 'example.ts')
  writeFileSync(
    file,
    `import { runCommand } from '${COMMAND}'
    await runCommand({ name: 'example', summary: '', options: {}, run: ${run}, runsIn: 'any-folder' }, [], async () => undefined)`,
  )
  return [...TYPESCRIPT, file]
}

const ASKING = `async (flags, { ask, result }) => {
  const answer = await ask('Go on? ')
  result('the answer is ' + JSON.stringify(answer), answer)
  return 0
}`

test.each([
  ['a line', 'yes\r', 0, 'the answer is "yes"'],
  ['Ctrl-D', '\u0004', 0, 'the answer is ""'],
  ['Ctrl-C', '\u0003', 130, undefined],
])('a question at a terminal is answered by %s', async (_name, keys, code, answer) => {
  const node = [process.execPath, ...commandOf(ASKING)].map((part) => `'${part}'`).join(' ')
  // It gives the process a terminal.
  const child = spawn('script', ['--quiet', '--return', '--command', node, '/dev/null'])
  let screen = ''
  let isAnswered = false
  child.stdout.on('data', (chunk: Buffer) => {
    screen += chunk.toString()
    if (isAnswered || !screen.includes('Go on?')) return
    isAnswered = true
    child.stdin.write(keys)
  })
  await once(child, 'close')
  const printed = /the answer is .*"|this is a defect/.exec(screen)?.[0]
  expect([child.exitCode, printed]).toEqual([code, answer])
})

test('a question where nobody is at the terminal has no answer', async () => {
  const child = spawn(process.execPath, commandOf(ASKING), { stdio: ['ignore', 'pipe', 'pipe'] })
  expect(await ended(child)).toEqual({ code: 0, stdout: 'the answer is undefined\n', stderr: '' })
})

test('a reader that has seen enough of the result ends nothing with an error', async () => {
  const run = `async (flags, { result }) => (result('line\\n'.repeat(100_000), {}), 2)`
  const child = spawn(process.execPath, commandOf(run), { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  let complaints = ''
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()))
  await once(child, 'close')
  expect([child.exitCode, complaints]).toEqual([2, ''])
})
