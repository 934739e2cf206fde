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
    `Users of test
  transfer  any factor  3 of 6 have none  they enrol one at their first step-up

6 of 6 users read. No rule locks anybody out.
`,
  ],
  [
    'a rule for keys locks out who has none',
    policy(rule('transfer', '[webauthn-roaming]', 'deny'), rule('again', 'any', 'deny')),
    [],
    `Users of test
  transfer  webauthn-roaming  4 of 6 have none  they are denied
  again     any factor        3 of 6 have none  they are denied

6 of 6 users read. 2 of 2 rules lock users out.
`,
  ],
  [
    'a sample is said to be one',
    policy(rule('transfer', '[otp, webauthn-roaming]', 'deny')),
    ['--sample', '2'],
    `Users of test
  transfer  otp or webauthn-roaming  1 of 2 have none  they are denied

2 of 6 users read. 1 of 1 rules lock users out.
`,
  ],
])('%s', async (_name, text, flags, stdout) => {
  tenant.project.write('config/step-up.policy.yaml', text)
  const result = await tenant.run('forecast', ...flags)
  expect({ ...result, writes: await tenant.writes() }).toEqual({
    code: 0,
    stdout,
    stderr: '',
    writes: [],
  })
})

test('a sample that is no number is one clear error', async () => {
  expect(await tenant.run('forecast', '--sample', 'all')).toEqual({
    code: 1,
    stdout: '',
    stderr: '--sample: `all` is not a number of users\n  expected 1 to 1000: Auth0 lists no more\n',
  })
})
