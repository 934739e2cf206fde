import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { copyProject, ended, type Project } from '../support/cli.ts'
import { normalized } from '../support/deploying.ts'
import { startSandbox } from '../support/sandbox.ts'

jest.setTimeout(300_000)

let project: Project
beforeEach(() => (project = copyProject()))
afterEach(() => project.remove())

test('without an environment the sandbox tenant is deployed to, and the deployed code is tried', async () => {
  const first = await project.run('deploy', [])
  expect({ ...first, stdout: normalized(first.stdout) }).toEqual({
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
      signing_alg: RS256
      token_dialect: rfc9068_profile
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

Live in sandbox
  tenant      localhost:PORT
  action      Step-up, version 1, node22
  sha-256     SHA256
  policy      SHA256
  post-login  Enrich profile, Step-up
  rule        transfer-funds: transfer:funds on https://banking.fabrikam.example
  rule        salary-page: acr http://schemas.openid.net/pape/policies/2007/06/multi-factor

Left alone
  binding Enrich profile

Tried on the deployed code
  read:accounts   browser        continues
  transfer:funds  browser        is challenged with MFA
  transfer:funds  refresh token  continues without the scope

5 added, 4 changed, 0 removed. Read back from the tenant and found equal.
`,
  })
  const { code, stdout } = await project.run('deploy', [])
  expect([code, normalized(stdout)]).toEqual([
    0,
    `Live in sandbox
  tenant      localhost:PORT
  action      Step-up, version 1, node22
  sha-256     SHA256
  policy      SHA256
  post-login  Enrich profile, Step-up
  rule        transfer-funds: transfer:funds on https://banking.fabrikam.example
  rule        salary-page: acr http://schemas.openid.net/pape/policies/2007/06/multi-factor

Left alone
  binding Enrich profile

Tried on the deployed code
  read:accounts   browser        continues
  transfer:funds  browser        is challenged with MFA
  transfer:funds  refresh token  continues without the scope

0 added, 0 changed, 0 removed. Nothing changed: sandbox is as it should be, and nothing was written.
`,
  ])
})

test('Ctrl-C in the middle of a deploy leaves nothing running', async () => {
  const child = project.start('deploy', [], { TMPDIR: project.folder })
  // auth0-deploy-cli is at work for half a minute, with the sandbox at its side.
  await until(() => processesIn(project.folder).some((line) => line.includes('auth0-deploy-cli')))
  child.kill('SIGINT')
  expect((await ended(child)).code).toBe(130)
  await until(() => processesIn(project.folder).length === 0)
  expect(processesIn(project.folder)).toEqual([])
  const sandbox = await startSandbox({ state: join(project.folder, '.sandbox') })
  expect(await sandbox.control.requests()).toEqual([])
  await sandbox.stop()
})

/** Command lines of the processes that name a folder. */
function processesIn(folder: string): string[] {
  const lines = execFileSync('ps', ['-eww', '-o', 'args'], { encoding: 'utf8' }).split('\n')
  return lines.filter((line) => line.includes(folder))
}

/** Waits for at most a minute; then the next expectation says what is wrong. */
async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 300 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 200))
}
