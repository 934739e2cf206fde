import { copyProject } from '../support/cli.ts'
import { LIVE_IN_SANDBOX, normalized } from '../support/deploying.ts'

jest.setTimeout(300_000)

const project = copyProject()
afterAll(() => project.remove())

test('without an environment a new sandbox tenant is brought to all that tenant.yaml says', async () => {
  const { code, stdout, stderr } = await project.run('deploy', [])
  expect({ code, stderr, stdout: normalized(stdout) }).toEqual({
    code: 0,
    stderr: '',
    stdout: `Changes
  + action Step-up
      code: SHA
      runtime: node22
  + binding Step-up
      post-login: Enrich profile, Step-up
  + resource server https://banking.fabrikam.example
      name: Fabrikam Banking API
      token_dialect: rfc9068_profile
      signing_alg: RS256
      token_lifetime: 600
      token_lifetime_for_web: 600
      allow_offline_access: false
      skip_consent_for_verifiable_first_party_clients: true
      scope read:accounts: Read accounts and balances
      scope transfer:funds: Transfer funds
  + application Fabrikam Web App
      app_type: regular_web
      oidc_conformant: true
      callbacks: http://localhost:3000/callback
      allowed_logout_urls: http://localhost:3000
      grant_types: authorization_code, refresh_token
  + application Fabrikam Single-Page App
      app_type: spa
      oidc_conformant: true
      token_endpoint_auth_method: none
      callbacks: http://localhost:3002
      allowed_logout_urls: http://localhost:3002
      web_origins: http://localhost:3002
      grant_types: authorization_code, refresh_token
      refresh_token: {"rotation_type":"rotating","expiration_type":"expiring"}
  ~ factor otp
      enabled: false → true
  ~ factor webauthn-roaming
      enabled: false → true
  ~ factor recovery-code
      enabled: false → true
  ~ tenant settings
      customize_mfa_in_postlogin_action: false → true

${LIVE_IN_SANDBOX}
5 added, 4 changed, 0 removed. Read back from the tenant and found equal.
`,
  })
})
