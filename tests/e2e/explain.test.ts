import { copyProject, type Project } from '../support/cli.ts'
import { BANKING } from '../support/event.ts'

let project: Project

beforeAll(() => {
  project = copyProject()
})

afterAll(() => project.remove())

test('a challenge is explained, with exit code 0', async () => {
  expect(
    await project.run('explain', ['--scope', 'openid transfer:funds', '--audience', BANKING]),
  ).toEqual({
    code: 0,
    stdout: `The login waits for MFA, because the rule asks for MFA at every request
  reason     mfa-every-time
  rule       transfer-funds (config/step-up.policy.yaml:7)
  user sees  a page that asks for any factor of theirs, or lets them set one up

Calls
  api.multifactor.enable("any", {"allowRememberBrowser":false})
`,
    stderr: '',
  })
})

test('a scope that is kept back is explained, with what would help and exit code 2', async () => {
  const flags = ['--scope', 'transfer:funds', '--audience', BANKING, '--why-not']
  expect(await project.run('explain', [...flags, '--protocol', 'oauth2-refresh-token'])).toEqual({
    code: 2,
    stdout: `The login continues without \`transfer:funds\`, because a refresh token never inherits a step-up
  reason     refresh-token
  rule       transfer-funds (config/step-up.policy.yaml:7)
  user sees  nothing

Calls
  api.accessToken.removeScope("transfer:funds")

What would change it
  ask in a browser (oidc-basic-profile)
`,
    stderr: '',
  })
})

test('an event from a file is explained as JSON', async () => {
  project.write('event.json', '{ "transaction": { "protocol": "oidc-basic-profile" } }')
  const { code, stdout } = await project.run('explain', ['--event', 'event.json', '--json'])
  expect({ code, result: JSON.parse(stdout) as unknown }).toEqual({
    code: 2,
    result: {
      version: 1,
      sentence:
        'The login continues without `transfer:funds`, because the event does not tell which scopes the token gets',
      outcome: 'remove',
      reason: 'scopes-unknown',
      rule: 'transfer-funds',
      where: 'config/step-up.policy.yaml:7',
      calls: [{ command: 'accessToken.removeScope', arguments: ['transfer:funds'] }],
      userSees: 'nothing',
      isGranted: false,
    },
  })
})

test('flags that cannot be understood are named together, with exit code 1', async () => {
  expect(await project.run('explain', ['--enrolled', 'opt', '--mfa', 'soon'])).toEqual({
    code: 1,
    stdout: '',
    stderr: `--enrolled: cannot be \`opt\`
  did you mean \`otp\`?
--mfa: cannot be \`soon\`
  write how long ago and the factor, such as \`10m:otp\` or \`2h:webauthn-roaming\`
`,
  })
})
