// The way to stop enforcing a rule in an emergency: whatever refuses it leaves the policy file as it is.
import { ACTION_ONLY, normalized, startDeploying, type Deploying } from '../support/deploying.ts'
import { stepUpAction } from '../support/live-action.ts'

const POLICY = 'config/step-up.policy.yaml'
const FLAGS = ['--disable', 'salary-page', '--reason', 'no SMS arrives', '--until', '2099-01-31']

let tenant: Deploying
beforeAll(async () => {
  tenant = await startDeploying({})
  tenant.project.write('tenant.yaml', ACTION_ONLY.tenantFile)
  const environment = 'config/environments/test.json'
  const settings = JSON.parse(tenant.project.read(environment)) as object
  tenant.project.write(environment, JSON.stringify({ ...settings, confirm: true }))
})
afterAll(() => tenant.stop())
beforeEach(() => tenant.project.write(POLICY, ACTION_ONLY.policy('salary-page')))

const NOTHING_TO_DISABLE =
  'has no effect without `--disable`\n  name the rule that is not to be enforced: `--disable RULE`\n'

// prettier-ignore
test.each([
  ['a reason without a rule', ['--reason', 'no SMS arrives'],
    `--reason: ${NOTHING_TO_DISABLE}`],
  ['a reason and a day without a rule', FLAGS.slice(2),
    `--reason: ${NOTHING_TO_DISABLE}--until: ${NOTHING_TO_DISABLE}`],
  ['a saved plan', [...FLAGS, '--plan', 'saved.json'],
    '--plan: cannot be used with `--disable`\n  the saved plan is of the policy in which the rule is enforced: leave it out\n'],
  ['no reason', FLAGS.slice(0, 2),
    '--reason: is missing or too long\n  why the rule is not enforced, in at most 300 characters\n--until: is missing\n  such as `2027-01-31`: from then on the rule is enforced again\n'],
])('%s is refused before connecting', async (_name, flags, stderr) => {
  expect(await tenant.deploy(...flags)).toEqual({ code: 1, stdout: '', stderr })
  expect(tenant.project.read(POLICY)).toBe(ACTION_ONLY.policy('salary-page'))
  expect(await tenant.sandbox.control.requests()).toEqual([])
})

test('a policy with mistakes is refused, and is not changed', async () => {
  tenant.project.write(POLICY, 'rules: [')
  const { code, stderr } = await tenant.deploy(...FLAGS)
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^config\/step-up\.policy\.yaml:1:9: /)])
  expect(tenant.project.read(POLICY)).toBe('rules: [')
})

test('what is not confirmed leaves the policy file as it is', async () => {
  expect(await tenant.deploy(...FLAGS)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('`test` wants to be confirmed') as string,
  })
  expect(tenant.project.read(POLICY)).toBe(ACTION_ONLY.policy('salary-page'))
  expect(await tenant.writes()).toEqual([])
})

test('the rule is put into report mode in the policy file, and that is deployed', async () => {
  const { code, stderr, stdout } = await tenant.deploy(...FLAGS, '--yes')
  expect([code, stderr, normalized(stdout)]).toEqual([0, '', expect.stringContaining('2 added')])
  expect(tenant.project.read(POLICY)).toBe(`${ACTION_ONLY.policy('salary-page')}    report:
      until: 2099-01-31
      reason: no SMS arrives
`)
  const { deployed_version: live } = await stepUpAction(tenant.request)
  expect(live.code).toContain('reportUntilMs: ')
})
