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

Rules
  transfer-funds  applies: MFA by any factor at every request
  salary-page     does not apply: the acr value \`http://schemas.openid.net/pape/policies/2007/06/multi-factor\` is not asked for

Calls
  api.idToken.setCustomClaim("https://fabrikam.example/step_up_rules", ["transfer-funds"])
  api.multifactor.enable("any", {"allowRememberBrowser":false})
`,
    stderr: '',
  })
})

test('a scope that is kept back is explained, with what would help and exit code 2', async () => {
  const flags = ['--scope', 'transfer:funds', '--audience', BANKING, '--why-not']
  expect(await project.run('explain', [...flags, '--protocol', 'refresh'])).toEqual({
    code: 2,
    stdout: `The login continues without \`transfer:funds\`, because a refresh token never inherits a step-up
  reason     refresh-token
  rule       transfer-funds (config/step-up.policy.yaml:7)
  user sees  nothing

Rules
  transfer-funds  applies: \`transfer:funds\` is removed
  salary-page     does not apply: the acr value \`http://schemas.openid.net/pape/policies/2007/06/multi-factor\` is not asked for

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
        'The login continues without `transfer:funds`, because the token may carry more than what is asked for',
      outcome: 'remove',
      reason: 'scopes-unknown',
      rule: 'transfer-funds',
      where: 'config/step-up.policy.yaml:7',
      calls: [{ command: 'accessToken.removeScope', arguments: ['transfer:funds'] }],
      userSees: 'nothing',
      isGranted: false,
      rules: [
        {
          rule: 'transfer-funds',
          where: 'config/step-up.policy.yaml:7',
          applies: true,
          why: 'removed-unasked',
          sentence: 'applies: the token may carry `transfer:funds` unasked: removed',
        },
        {
          rule: 'salary-page',
          where: 'config/step-up.policy.yaml:17',
          applies: false,
          why: 'not-asked-for',
          sentence:
            'does not apply: the acr value `http://schemas.openid.net/pape/policies/2007/06/multi-factor` is not asked for',
        },
      ],
    },
  })
})

test('a scope that tenant.yaml does not declare is refused, with exit code 1', async () => {
  const flags = ['--scope', 'transfer:fund', '--audience', BANKING]
  expect(await project.run('explain', flags)).toEqual({
    code: 1,
    stdout: '',
    stderr: `--scope: scope \`transfer:fund\` is not declared on \`${BANKING}\` in tenant.yaml
  did you mean \`transfer:funds\`?
`,
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
