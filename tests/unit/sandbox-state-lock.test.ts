import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lockState } from '../../sandbox/tenant/state-lock.ts'
import { TYPESCRIPT } from '../support/typescript.ts'

const CONTENDER = join(__dirname, '../support/lock-contender.ts')
const ROUNDS = 100

/** Above the largest pid that Linux gives. */
const DEAD = '4194305\n'
const RUNNING = `${process.ppid}\n`

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lock-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const removalOf = (content: string): string =>
  `lock.${createHash('sha256').update(content).digest('hex').slice(0, 16)}`

// prettier-ignore
test.each<[name: string, files: Record<string, string>]>([
  ['that is free',                                     {}],
  ['of a dead process',                                { lock: DEAD }],
  ['that no process has written',                      { lock: '' }],
  ['whose removal a process has left undone',          { lock: DEAD, [removalOf(DEAD)]: DEAD }],
])('a lock %s is taken, given back, and nothing is left of it', (_name, files) => {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(root, name), content)
  const unlock = lockState(root)
  const held = readdirSync(root)
  unlock()
  expect([held, readdirSync(root)]).toEqual([['lock'], []])
})

// prettier-ignore
test.each<[name: string, files: Record<string, string>]>([
  ['of a running process',                 { lock: RUNNING }],
  ['that a running process is removing',   { lock: DEAD, [removalOf(DEAD)]: RUNNING }],
])('a lock %s is left as it is', (_name, files) => {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(root, name), content)
  expect(() => lockState(root)).toThrow(
    `the state in \`${root}\` is in use by process ${process.ppid}`,
  )
  expect(readdirSync(root)).toEqual(Object.keys(files))
})

test('of processes that find the lock of a dead one at the same time, one takes it over', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    mkdirSync(join(root, String(round)))
    writeFileSync(join(root, String(round), 'lock'), DEAD)
  }
  const contenders = [1, 2, 3].map(() =>
    spawn(process.execPath, [...TYPESCRIPT, CONTENDER, root, String(ROUNDS)]),
  )
  await Promise.all(contenders.map(({ stdout }) => once(stdout, 'data')))
  const startMs = Date.now() + 50
  for (const { stdin } of contenders) stdin.write(String(startMs))
  const taken = await Promise.all(contenders.map(roundsTakenBy))
  for (const { stdin } of contenders) stdin.end()
  const timesTaken = Array.from(
    { length: ROUNDS },
    (_, round) => taken.filter((rounds) => rounds.includes(round)).length,
  )
  expect(timesTaken).toEqual(Array.from({ length: ROUNDS }, () => 1))
})

async function roundsTakenBy({ stdout }: ChildProcessWithoutNullStreams): Promise<number[]> {
  const [text] = (await once(stdout, 'data')) as [Buffer]
  return JSON.parse(text.toString()) as number[]
}
