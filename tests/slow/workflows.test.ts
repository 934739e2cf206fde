import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { workflowTexts } from '../../scripts/init/workflows.ts'

const FOLDER = '.github/workflows'
const FILES = readdirSync(FOLDER)

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}

interface Workflow {
  readonly permissions: unknown
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly permissions?: Readonly<Record<string, string>>
        readonly 'timeout-minutes'?: number
        readonly steps: readonly Step[]
      }
    >
  >
}

const textOf = (file: string): string => readFileSync(`${FOLDER}/${file}`, 'utf8')
const jobsOf = (file: string) => Object.entries((parse(textOf(file)) as Workflow).jobs)

test('there is one for pull requests, one for the main branch and two for each night', () => {
  expect(FILES).toEqual(['main.yml', 'nightly-tests.yml', 'nightly.yml', 'pull-request.yml'])
})

test('each job may do what it has to, and nothing else', () => {
  const permissions = FILES.flatMap((file) => [
    [file, (parse(textOf(file)) as Workflow).permissions],
    ...jobsOf(file).map(([job, one]) => [`${file} ${job}`, one.permissions]),
  ])
  expect(Object.fromEntries(permissions)).toEqual({
    'main.yml': {},
    'main.yml staging': { contents: 'read' },
    'main.yml plan-production': { contents: 'read' },
    'main.yml production': { contents: 'read' },
    'nightly-tests.yml': {},
    'nightly-tests.yml mutation': { contents: 'read' },
    'nightly-tests.yml fuzz': { contents: 'read' },
    'nightly-tests.yml faults': { contents: 'read' },
    'nightly.yml': {},
    'nightly.yml verify': { contents: 'read' },
    'pull-request.yml': {},
    'pull-request.yml test': { contents: 'read' },
    'pull-request.yml audit': { contents: 'read', actions: 'read', 'security-events': 'write' },
    'pull-request.yml plan': { contents: 'read' },
    'pull-request.yml comment': { 'pull-requests': 'write' },
  })
})

test('whoever gets no secrets and no token that writes makes no pull request red', () => {
  const conditions = textOf('pull-request.yml').match(/if: .*full_name.*/g) ?? []
  expect([conditions.length, conditions.filter((one) => !one.includes('dependabot'))]).toEqual([
    3,
    [],
  ])
})

describe.each(FILES)('%s', (file) => {
  test('pins each action by its commit and says its version', () => {
    const uses = textOf(file)
      .split('\n')
      .filter((line) => line.includes('uses:'))
    const unpinned = uses.filter(
      (line) => !/uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line),
    )
    expect([uses.length > 0, unpinned]).toEqual([true, []])
  })

  test('leaves no token in the work tree', () => {
    const checkouts = jobsOf(file)
      .flatMap(([, { steps }]) => steps)
      .filter(({ uses }) => uses?.startsWith('actions/checkout@'))
    expect(checkouts.map((step) => step.with)).toEqual(
      checkouts.map(() => expect.objectContaining({ 'persist-credentials': false }) as unknown),
    )
  })

  test('puts nothing that others write into a script', () => {
    const scripts = jobsOf(file).flatMap(([, { steps }]) => steps.flatMap(({ run }) => run ?? []))
    expect(scripts.filter((script) => script.includes('${{'))).toEqual([])
  })

  test('ends each job that hangs', () => {
    const endless = jobsOf(file).filter(([, job]) => job['timeout-minutes'] === undefined)
    expect(endless).toEqual([])
  })
})

test('the comment is made as in the workflow that init writes', () => {
  const written = workflowTexts(['staging'])['.github/workflows/step-up-pull-request.yml'] ?? ''
  const stepsIn = (text: string) => (parse(text) as Workflow).jobs['comment']?.steps
  expect(stepsIn(textOf('pull-request.yml'))).toEqual(stepsIn(written))
})

// prettier-ignore
test.each<[exitCode: number, maySayNo: string, ends: number, output: string]>([
  [0, 'false', 0, 'answer=yes\n'],
  [1, 'true',  1, ''],
  [2, 'false', 2, 'answer=no\n'],
  [2, 'true',  0, 'answer=no\n'],
])('the action ends a command with exit code %i, and may-say-no %s, with %i', (exitCode, maySayNo, ends, output) => {
  const folder = mkdtempSync(join(tmpdir(), 'action-'))
  const { runs } = parse(readFileSync('action.yml', 'utf8')) as { runs: { steps: readonly Step[] } }
  writeFileSync(join(folder, 'npx'), `#!/bin/sh\nfor each in "$@"; do echo "<$each>"; done\nexit ${exitCode}\n`)
  chmodSync(join(folder, 'npx'), 0o755)
  const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary') }
  for (const file of Object.values(files)) writeFileSync(file, '')
  const { status, stdout } = spawnSync('bash', ['--norc', '-e', '-o', 'pipefail', '-c', runs.steps.at(-1)?.run ?? ''], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      ...files,
      PATH: `${folder}:${process.env['PATH'] ?? ''}`,
      RUNNER_TEMP: folder,
      COMMAND: 'plan',
      FLAGS: '--env staging\n--out plan.json\n',
      MAY_SAY_NO: maySayNo,
    },
  })
  const said = '<--no>\n<-->\n<step-up>\n<plan>\n<--env>\n<staging>\n<--out>\n<plan.json>\n'
  expect([status, stdout, readFileSync(files.GITHUB_OUTPUT, 'utf8'), readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8')])
    .toEqual([ends, said, output, `\`\`\`\`\n${said}\`\`\`\`\n`])
  rmSync(folder, { recursive: true })
})

test('the action pins what it uses, and puts nothing that others write into a script', () => {
  const text = readFileSync('action.yml', 'utf8')
  const { runs } = parse(text) as { runs: { steps: readonly Step[] } }
  expect(
    text.match(/uses: .*/g)?.filter((line) => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line)),
  ).toEqual([])
  expect(runs.steps.filter(({ run }) => run?.includes('${{'))).toEqual([])
})

test('a job that deploys installs nothing of development', () => {
  const installs = FILES.flatMap((file) =>
    jobsOf(file).flatMap(([job, { steps }]) => {
      const scripts = steps.flatMap(({ run }) => run ?? [])
      const tests = scripts.some((script) => /npm test|npm run (mutation|fuzz)/.test(script))
      const full = scripts.some((script) => /^npm ci(?!.*--omit=dev)/.test(script))
      return tests === full ? [] : [`${file} ${job}`]
    }),
  )
  expect(installs).toEqual([])
})
