// What a user types: `npm run COMMAND -- FLAGS` in this repository, and `step-up COMMAND FLAGS` anywhere.
import { spawn } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ended, type CliResult } from '../support/cli.ts'

const ROOT = join(__dirname, '../..')
const EXPLAIN = ['--scope', 'transfer:funds', '--audience', 'https://banking.fabrikam.example']

const folder = join(mkdtempSync(join(realpathSync(tmpdir()), 'front-')), 'a bank')
const below = join(folder, 'config/environments')
mkdirSync(folder)
for (const path of ['tenant.yaml', 'config']) {
  cpSync(join(ROOT, path), join(folder, path), { recursive: true })
}
afterAll(() => rmSync(join(folder, '..'), { recursive: true }))

function run(program: string, args: readonly string[], cwd: string): Promise<CliResult> {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] }
  return ended(spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] }))
}
const stepUp = (args: readonly string[], cwd = folder) =>
  run(process.execPath, [join(ROOT, 'bin/step-up.js'), ...args], cwd)

test.each([
  ['npm run', () => run('npm', ['run', 'explain', '--', '--json', ...EXPLAIN], ROOT)],
  ['step-up', () => stepUp(['explain', '--json', ...EXPLAIN])],
])('`%s` prints JSON under --json and nothing else', async (_name, explain) => {
  const { stdout, stderr, code } = await explain()
  const parsed = JSON.parse(stdout) as Record<string, unknown>
  expect([parsed['version'], parsed['outcome'], stderr, code]).toEqual([1, 'challenge', '', 0])
})

test('each command of the front is a script of npm, and tells its flags', async () => {
  const overview = await stepUp(['--help'])
  const names = [...overview.stdout.matchAll(/^ {2}(\w+) {2}/gm)].map(([, name = '']) => name)
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  const front = names.map((name) => scripts[name]?.replace(/.* bin\/step-up\.js /, ''))
  expect([names.includes('deploy'), front]).toEqual([true, names])
  // The sandbox is a program of its own: its stdout is for one line of JSON.
  for (const name of names.filter((each) => each !== 'sandbox')) {
    const { stdout, code } = await stepUp([name, '--help'])
    expect([stdout.split('\n')[0], code]).toEqual([
      expect.stringMatching(new RegExp(`^npm run ${name} -- (\\[\\w+\\] )?\\[flags\\]$`)),
      0,
    ])
  }
})

// prettier-ignore
test.each<[name: string, args: readonly string[], cwd: string, result: CliResult]>([
  ['an unknown command',         ['dploy'],                           folder, failure('no command `dploy`\n  did you mean `deploy`?')],
  ['flags before the command',   ['--tenant', 'audit'],               folder, failure('--tenant: the command comes first, and its flags after it\n  such as: npm run audit -- --tenant')],
  ['a flag and its value first', ['--env', 'acme', 'verify'],         folder, failure('--env: the command comes first, and its flags after it\n  such as: npm run verify -- --env acme')],
  ['a misspelt --version',       ['--verison'],                       folder, failure('unknown flag `--verison`\n  did you mean `--version`?')],
  ['a short --version',          ['-v'],                              folder, failure('unknown flag `-v`\n  did you mean `--version`?')],
  ['a command in capitals',      ['PLAN'],                            folder, failure('no command `PLAN`\n  did you mean `plan`?')],
  ['a flag with a typing mistake', ['plan', '--evn', 'test'],       folder, failure('plan: unknown flag `--evn`\n  did you mean `--env`?')],
  ['no project',                 ['build'],                           '/',    failure('no config/step-up.policy.yaml in this folder or above it\n  name the folder of the project with `--project DIR`, or begin one with `npm run init`')],
  ['another folder',             ['build', '--project', below],       '/',    failure(`--project: no config/step-up.policy.yaml in \`${below}\`\n  expected the folder of a project`)],
  ['a folder that is not there', ['build', '--project', 'nowhere'],   folder, failure('--project: `nowhere` is not a folder')],
])('says what is wrong: %s', async (_name, args, cwd, expected) => {
  expect(await stepUp(args, cwd)).toEqual(expected)
})

function failure(text: string): CliResult {
  return { stdout: '', stderr: `${text}\n`, code: 1 }
}

test.each([
  ['the project', [], folder],
  ['a folder in it', [], below],
  ['anywhere', ['--project', folder], '/'],
])('runs in %s, in a path with a space', async (_name, flags, cwd) => {
  const { stdout, code } = await stepUp(['build', ...flags], cwd)
  expect([stdout.split('\n')[0], code]).toEqual(['dist/step-up.js', 0])
})

test('takes files as they are called where it is called', async () => {
  const diff = ['diff', '../step-up.policy.yaml', '--markdown', 'diff.md']
  const { stdout, stderr, code } = await stepUp(diff, below)
  expect([stdout, stderr, code]).toEqual([expect.stringContaining('0 stricter'), '', 0])
  expect(readFileSync(join(below, 'diff.md'), 'utf8')).toContain('config/step-up.policy.yaml')
})

test('`help COMMAND` and `COMMAND -h` are `COMMAND --help`', async () => {
  const help = await stepUp(['build', '--help'])
  expect([await stepUp(['help', 'build']), await stepUp(['build', '-h'])]).toEqual([help, help])
  expect(await stepUp(['-h'])).toEqual(await stepUp(['--help']))
})

// prettier-ignore
test.each([
  ['build', 'exit codes: 0 done, 1 could not'],
  ['plan',  'exit codes: 0 done, 1 could not, 2 there is something to change, or a deploy would stop'],
])('`%s --help` tells the exit codes that it has', async (name, line) => {
  expect((await stepUp([name, '--help'])).stdout.split('\n').at(-2)).toBe(line)
})

test('a flag that npm keeps for itself is not passed over', async () => {
  const { stdout, stderr, code } = await run('npm', ['run', 'verify', '--env=acme'], ROOT)
  expect([stdout, stderr, code]).toEqual([
    '',
    'verify: npm kept `--env` for itself, so the command was not told\n  type: npm run verify -- --env acme\n',
    1,
  ])
})

test('a file where a folder belongs is no defect', async () => {
  const bank = join(folder, '..', 'bank')
  cpSync(folder, bank, { recursive: true })
  rmSync(join(bank, 'dist'), { recursive: true, force: true })
  writeFileSync(join(bank, 'dist'), '')
  expect(await stepUp(['build'], bank)).toEqual(
    failure(
      'dist: cannot be read or written: a file of this name is there (mkdir)\n  run this where you may read and write, or have this file or folder changed',
    ),
  )
})

// A full disk under `> plan.txt`: Linux has a file that is one.
const onLinux = process.platform === 'linux' ? test : test.skip
onLinux('a result that cannot be written is an error without a stack trace', async () => {
  const program = `"$0" bin/step-up.js explain > /dev/full`
  const { stderr, code } = await run('bash', ['-c', program, process.execPath], ROOT)
  expect([stderr, code]).toEqual([
    'stdout: the result cannot be written: the disk is full\n  only the output is lost: what the command was to change is changed\n',
    1,
  ])
})

test('--version names the package and its engine', async () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    version: string
  }
  const { stdout } = await stepUp(['--version'])
  expect(stdout).toMatch(new RegExp(`^auth0-step-up ${version}, engine [0-9a-f]{64}\n$`))
  const told = JSON.parse((await stepUp(['--version', '--json'])).stdout) as object
  expect(told).toEqual({ version: 1, package: version, engine: stdout.slice(-65, -1) })
})

test('what a command tells to type is said where it runs, and nowhere else spelt out', () => {
  const files = readdirSync(join(ROOT, 'scripts'), { recursive: true, encoding: 'utf8' })
  // Only the repository has the command `engine`, and `typed` itself says how.
  const others = files.filter((file) => /\.ts$/.test(file) && !/engine\.ts|typed\.ts/.test(file))
  const spelt = others.flatMap((file) => {
    const lines = readFileSync(join(ROOT, 'scripts', file), 'utf8').split('\n')
    return lines.filter(
      (line) => /npm (run|start)\b/.test(line) && !/^\s*(\/\/|\/?\*)|\/`/.test(line),
    )
  })
  expect(spelt).toEqual([])
})
