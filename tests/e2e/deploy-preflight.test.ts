// A new tenant, in which no factor is on: whoever deploys is told before nobody gets in any more.
import { ACTION_ONLY, normalized, startDeploying, type Deploying } from '../support/deploying.ts'

let tenant: Deploying
beforeAll(async () => {
  tenant = await startDeploying({ guardianFactors: [], tenant: {} })
  tenant.project.write('tenant.yaml', ACTION_ONLY.tenantFile)
  const policy = ACTION_ONLY.policy('salary-page')
    .replace('any', '[otp, webauthn-roaming]')
    .replace('rules:', 'idTokenClaim: https://fabrikam.example/rules\nrules:')
  tenant.project.write('config/step-up.policy.yaml', policy)
})
afterAll(() => tenant.stop())

const PROBLEMS = [
  'localhost:PORT: nobody could satisfy any rule: no factor is enabled that can be used on its own (enabled: none)',
  '  enable one under `guardianFactors` in tenant.yaml, best `webauthn-roaming` or `otp`',
  'localhost:PORT: nobody could satisfy `salary-page`: they list factors or deny who has none, and "Customize MFA Factors using Actions" is off',
  '  set `customize_mfa_in_postlogin_action: true` under `tenant` in tenant.yaml',
]

test('plan says it', async () => {
  const { code, stdout } = await tenant.run('plan')
  expect([code, normalized(stdout)]).toEqual([
    2,
    expect.stringContaining(
      ['A deploy stops here', ...PROBLEMS.map((line) => `  ${line}`), ''].join('\n'),
    ),
  ])
})

test('deploy stops before the first write', async () => {
  const { code, stdout, stderr } = await tenant.deploy()
  expect({ code, stdout: normalized(stdout), stderr, writes: await tenant.writes() }).toEqual({
    code: 2,
    stdout: [
      ...PROBLEMS,
      'Nothing was sent. Mend it in tenant.yaml, or deploy even so: --even-so REASON',
      '',
    ].join('\n'),
    stderr: '',
    writes: [],
  })
})

test('a reason overrides, and is shown', async () => {
  expect(await tenant.deploy('--even-so', ' ')).toMatchObject({
    code: 1,
    stderr:
      '--even-so: is empty or too long\n  why it is right to go on, in at most 300 characters\n',
  })
  const { code, stdout } = await tenant.deploy('--even-so', 'factors come tomorrow')
  expect([code, normalized(stdout)]).toEqual([
    0,
    expect.stringContaining('Deployed even so\n  reason: factors come tomorrow\n  nobody could'),
  ])
})
