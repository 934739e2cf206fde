import { execFileSync } from 'node:child_process'
import { ACTION_ONLY, startDeploying, type Deploying } from '../support/deploying.ts'

jest.setTimeout(120_000)

let tenant: Deploying
beforeAll(async () => {
  tenant = await startDeploying({})
})
afterAll(() => tenant.stop())

const POLICY = 'config/step-up.policy.yaml'
const git = (...flags: string[]) =>
  execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@fabrikam.example', ...flags], {
    cwd: tenant.project.folder,
    stdio: 'pipe',
  })
const edit = (from: string, to: string) =>
  tenant.project.write(POLICY, tenant.project.read(POLICY).replace(from, to))
const diff = (...flags: string[]) =>
  tenant.project.run('diff', flags, { ...tenant.env, HOME: tenant.project.folder })

const UNCHANGED = { code: 0, stderr: '' }

test('a policy is compared with the one of a git ref, and a weakening is told apart', async () => {
  git('init', '--quiet')
  git('add', '.')
  git('commit', '--quiet', '-m', 'Demand MFA')
  edit('reason: Moves money out', 'reason: "Moves money out')
  edit('account, and cannot be taken back', 'account"')
  expect(await diff('HEAD')).toEqual({
    ...UNCHANGED,
    stdout:
      'Compared with HEAD\n\nEvery request that Auth0 sends ends as before.\n\n0 stricter, 0 weaker, 0 different.\n',
  })

  edit('maxAge: 0', 'maxAge: 300')
  const { code, stdout, stderr } = await diff('HEAD', '--markdown', 'diff.md')
  expect({ code, stderr, stdout: stdout.replace(/ {4}at 2.*\n/, '    EXAMPLE\n') }).toEqual({
    code: 2,
    stderr: '',
    stdout: `Compared with HEAD

Weaker
  \`transfer:funds\` on \`https://banking.fabrikam.example\`, in a browser: MFA by any factor at every request → MFA by any factor, at most 5m old; a user without one sets one up
    EXAMPLE

Requests that cannot be read, which Auth0 does not send
  \`authentication.methods\` of a request for \`transfer:funds\` on \`https://banking.fabrikam.example\` by browser login: challenged for any factor → denied

0 stricter, 1 weaker, 0 different.
`,
  })
  expect(tenant.project.read('diff.md')).toMatch(
    /^## Step-up policy\n\nCompared with HEAD\.\n[\s\S]*\n### Weaker\n[\s\S]*\n\*\*0 stricter, 1 weaker, 0 different\.\*\*\n$/,
  )
})

test('a policy is compared with the code that is deployed, which is run', async () => {
  tenant.project.write('tenant.yaml', ACTION_ONLY.tenantFile)
  tenant.project.write(POLICY, ACTION_ONLY.policy('salary'))
  expect(await diff('--deployed', '--env', 'test')).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'the tenant has no deployed Action `Step-up`\n  there is nothing to compare with before the first `npm run deploy -- --env test`\n',
  })
  expect((await tenant.deploy()).code).toBe(0)
  tenant.project.write(POLICY, ACTION_ONLY.policy('renamed'))
  expect((await diff('--deployed', '--env', 'test')).code).toBe(0)
  edit('factors: any }', 'factors: any }\n    whenNotEnrolled: enroll')
  const { code, stdout } = await diff('--deployed', '--env', 'test', '--json')
  const { groups } = JSON.parse(stdout) as { groups: { verdict: string; now: string }[] }
  expect({ code, groups: groups.map(({ verdict, now }) => [verdict, now]) }).toEqual({
    code: 2,
    groups: [['weaker', 'MFA by any factor at every request; a user without one sets one up']],
  })
})

test.each([
  [
    'nothing to compare with',
    [],
    'diff: expected either a git ref or file, or `--deployed`\n  see: npm run diff -- --help\n',
  ],
  [
    'two of them',
    ['HEAD', 'main'],
    'diff: unexpected argument `main`\n  see: npm run diff -- --help\n',
  ],
  [
    'an unknown ref',
    ['nope'],
    "nope: no config/step-up.policy.yaml there: invalid object name 'nope'\n  expected a file, or a branch, tag or commit that git knows here\n",
  ],
])('%s is refused', async (_case, flags, stderr) => {
  expect(await diff(...flags)).toEqual({ code: 1, stdout: '', stderr })
})
