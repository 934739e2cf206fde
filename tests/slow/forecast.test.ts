import { startDeploying, type Deploying } from '../support/deploying.ts'
import { BANKING } from '../support/event.ts'
import { KEYWORDS, seedOfTenantFile } from '../support/seed.ts'

const user = (name: string, verified: boolean, ...types: string[]) => ({
  connection: 'Username-Password-Authentication',
  email: `${name}@fabrikam.example`,
  email_verified: verified,
  password: 'Count-the-beans-1843',
  authentication_methods: types.map((type) => ({ type })),
})

const rule = (id: string, factors: string, whenNotEnrolled: string) => `
  - id: ${id}
    reason: Moves money
    protects: { audience: '${BANKING}', scopes: [transfer:funds] }
    requires: { factors: ${factors} }
    whenNotEnrolled: ${whenNotEnrolled}`

const policy = (...rules: string[]) => `version: 1\nrules:${rules.join('')}\n`

let tenant: Deploying
beforeAll(async () => {
  tenant = await startDeploying({
    ...seedOfTenantFile(KEYWORDS),
    users: [
      user('otp', true, 'totp'),
      user('key', false, 'webauthn-roaming'),
      user('both', false, 'totp', 'webauthn-roaming'),
      user('email-only', true),
      user('nothing', false),
      user('passkey-only', false, 'passkey'),
    ],
  })
})
afterAll(() => tenant.stop())

test.each([
  [
    'a rule that enrols locks nobody out',
    policy(rule('transfer', 'any', 'enroll')),
    [],
    0,
    `Users of test
  transfer  any factor  3 of 6 have none  they enrol one at their first step-up

Rules of 2026-11-24. Factors after a deploy: otp, webauthn-roaming.
6 of 6 users read. No rule locks anybody out.
`,
  ],
  [
    'a rule for keys locks out who has none',
    policy(rule('transfer', '[webauthn-roaming]', 'deny'), rule('again', 'any', 'deny')),
    [],
    2,
    `Users of test
  transfer             webauthn-roaming  4 of 6 have none  they are denied
  again                any factor        3 of 6 have none  they are denied
  transfer with again  webauthn-roaming  4 of 6 have none  they are denied

Rules of 2026-11-24. Factors after a deploy: otp, webauthn-roaming.
6 of 6 users read. 2 of 2 rules lock users out.
`,
  ],
  [
    'a sample is said to be one',
    policy(rule('transfer', '[otp, webauthn-roaming]', 'deny')),
    ['--sample', '2'],
    2,
    `Users of test
  transfer  otp or webauthn-roaming  1 of 2 have none  they are denied

Rules of 2026-11-24. Factors after a deploy: otp, webauthn-roaming.
2 of 6 users read. 1 of 1 rules lock users out.
`,
  ],
])('%s', async (_name, text, flags, code, stdout) => {
  tenant.project.write('config/step-up.policy.yaml', text)
  const result = await tenant.run('forecast', '--at', '2026-11-24', ...flags)
  expect({ ...result, writes: await tenant.writes() }).toEqual({
    code,
    stdout,
    stderr: '',
    writes: [],
  })
})

test('the factors are those that tenant.yaml switches on and off', async () => {
  const tenantFile = tenant.project.read('tenant.yaml')
  tenant.project.write('config/step-up.policy.yaml', policy(rule('transfer', 'any', 'enroll')))
  tenant.project.write('tenant.yaml', tenantFile.replaceAll('enabled: true', 'enabled: false'))
  const result = await tenant.run('forecast', '--at', '2026-11-24')
  tenant.project.write('tenant.yaml', tenantFile)
  expect(result).toEqual({
    code: 2,
    stdout: `Users of test
  transfer  any factor  6 of 6 have none  everybody is denied

Rules of 2026-11-24. Factors after a deploy: no factor that can be required.
6 of 6 users read. 1 of 1 rules lock users out.
`,
    stderr: '',
  })
})

test('a day that is none is one clear error', async () => {
  expect(await tenant.run('forecast', '--at', 'soon')).toEqual({
    code: 1,
    stdout: '',
    stderr: '--at: cannot be `soon`\n  write a time as `2026-11-24T12:00:00Z`, or a day\n',
  })
})

test('a sample that is no number is one clear error', async () => {
  expect(await tenant.run('forecast', '--sample', 'all')).toEqual({
    code: 1,
    stdout: '',
    stderr: '--sample: `all` is not a number of users\n  expected 1 to 1000: Auth0 lists no more\n',
  })
})
