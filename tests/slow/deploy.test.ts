import { requiredScopes } from '../../scripts/tenant/required-scopes.ts'
import { SETTING_SECTIONS } from '../../scripts/tenant/setting.ts'
import {
  ENRICH_PROFILE,
  liveIn,
  normalized,
  startDeploying,
  type Deploying,
} from '../support/deploying.ts'
import type { CliResult } from '../support/cli.ts'
import { BANKING } from '../support/event.ts'

jest.setTimeout(300_000)

/** A tenant in which other teams have been at work: an Action, a scope, a factor, metadata of our app. */
const SEED = {
  actions: [ENRICH_PROFILE],
  resourceServers: [
    {
      name: 'Fabrikam Banking API',
      identifier: BANKING,
      scopes: [
        { value: 'write:statements', description: 'Of another team' },
        { value: 'read:accounts', description: 'Read' },
      ],
      token_lifetime: 600,
      token_lifetime_for_web: 600,
    },
  ],
  guardianFactors: [{ name: 'sms', enabled: true }],
  tenant: {},
  clients: [{ name: 'Fabrikam Web App', client_metadata: { owner: 'another team' } }],
}

let tenant: Deploying
let first: CliResult
let firstWrites: string[]
beforeAll(async () => {
  tenant = await startDeploying(SEED)
  await grantOnly(requiredScopes(SECTIONS, 'write'))
  first = await tenant.deploy()
  firstWrites = await tenant.writes()
})
afterAll(() => tenant.stop())

/** The sections of tenant.yaml. */
const SECTIONS = SETTING_SECTIONS.map((section) => ({ section, name: '', values: {} }))

/** From here on the real auth0-deploy-cli, too, has to do with the scopes that we ask users for. */
async function grantOnly(scope: readonly string[]): Promise<void> {
  const { body } = await tenant.request(`GET /client-grants?client_id=${tenant.sandbox.clientId}`)
  const [grant] = body as { id: string }[]
  await tenant.request(`PATCH /client-grants/${grant?.id ?? ''}`, { scope })
}

test('the first deploy says what it changed, what is live and what it left alone', () => {
  expect({ ...first, stdout: normalized(first.stdout) }).toEqual({
    code: 0,
    stderr: '',
    stdout: `Changes
  + action Step-up
      code: SHA
      runtime: node22
  + binding Step-up
      post-login: Enrich profile, Step-up
  ~ resource server https://banking.fabrikam.example
      token_dialect: none → rfc9068_profile
      skip_consent_for_verifiable_first_party_clients: false → true
      scope read:accounts: Read → Read accounts and balances
      scope transfer:funds: none → Transfer funds
  ~ application Fabrikam Web App
      app_type: none → regular_web
      oidc_conformant: false → true
      callbacks: none → https://fabrikam.example/callback
      allowed_logout_urls: none → https://fabrikam.example
      grant_types: authorization_code, implicit, refresh_token, client_credentials → authorization_code, refresh_token
  + application Fabrikam Single-Page App
      app_type: spa
      oidc_conformant: true
      token_endpoint_auth_method: none
      callbacks: https://app.fabrikam.example
      allowed_logout_urls: https://app.fabrikam.example
      web_origins: https://app.fabrikam.example
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

${liveIn('test')}  factor sms
  scope write:statements of https://banking.fabrikam.example

3 added, 6 changed, 0 removed. Read back from the tenant and found equal.
`,
  })
})

test('the Action is deployed and bound before any setting is written', () => {
  const [settings, action] = [firstWrites.slice(3), firstWrites.slice(0, 3)]
  expect(action).toEqual([
    'POST /actions/actions',
    'POST /actions/actions/{id}/deploy',
    'PATCH /actions/triggers/post-login/bindings',
  ])
  expect(settings.toSorted()).toEqual([
    'PATCH /clients/{id}',
    'PATCH /resource-servers/{id}',
    'PATCH /tenants/settings',
    'POST /clients',
    'PUT /guardian/factors/otp',
    'PUT /guardian/factors/recovery-code',
    'PUT /guardian/factors/webauthn-roaming',
  ])
})

test('what other teams have in the tenant survives', async () => {
  expect(await tenant.bindings()).toEqual(['Enrich profile', 'Step-up'])
  const { body: servers } = await tenant.request(`GET /resource-servers?identifiers=${BANKING}`)
  expect(servers).toMatchObject([
    {
      scopes: [
        { value: 'write:statements', description: 'Of another team' },
        { value: 'read:accounts', description: 'Read accounts and balances' },
        { value: 'transfer:funds', description: 'Transfer funds' },
      ],
    },
  ])
  const { body: clients } = await tenant.request('GET /clients?fields=name,client_metadata')
  expect(clients).toContainEqual({
    name: 'Fabrikam Web App',
    client_metadata: { owner: 'another team' },
  })
  const { body: factors } = await tenant.request('GET /guardian/factors')
  const enabled = (factors as { name: string; enabled: boolean }[]).filter((one) => one.enabled)
  expect(enabled.map(({ name }) => name)).toEqual([
    'sms',
    'otp',
    'webauthn-roaming',
    'recovery-code',
  ])
})

test('the second deploy writes nothing, and reads each kind of thing once', async () => {
  const { code, stdout } = await tenant.deploy()
  expect([code, stdout.split('\n').at(-2)]).toEqual([
    0,
    '0 added, 0 changed, 0 removed. Nothing changed: test is as it should be, and nothing was written.',
  ])
  const requests = await tenant.sandbox.control.requests()
  expect(requests.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual([
    'GET /api/v2/actions/actions',
    'GET /api/v2/actions/triggers/post-login/bindings',
    'GET /api/v2/clients',
    'GET /api/v2/guardian/factors',
    'GET /api/v2/resource-servers',
    'GET /api/v2/tenants/settings',
  ])
})

test('a change of the policy alone does not run auth0-deploy-cli', async () => {
  const file = 'config/step-up.policy.yaml'
  tenant.project.write(file, tenant.project.read(file).replace('maxAge: 0', 'maxAge: 60'))
  expect((await tenant.deploy()).code).toBe(0)
  expect(await tenant.writes()).toEqual([
    'PATCH /actions/actions/{id}',
    'POST /actions/actions/{id}/deploy',
  ])
  const requests = await tenant.sandbox.control.requests()
  const clientLists = requests.filter(({ path }) => path === '/api/v2/clients')
  expect(clientLists.map(({ query }) => new URLSearchParams(query).get('fields'))).toEqual(
    Array<string>(2).fill(
      'name,app_type,oidc_conformant,callbacks,allowed_logout_urls,grant_types,token_endpoint_auth_method,web_origins,refresh_token',
    ),
  )
})
