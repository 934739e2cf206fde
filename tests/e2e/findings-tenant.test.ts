// What the audit reads of a living tenant: with one GET for each kind of thing, and page by page.
import { known } from '../../scripts/audit/tenant/facts.ts'
import { factsFromTenant } from '../../scripts/audit/tenant/from-tenant.ts'
import { connect } from '../../scripts/tenant/connection.ts'
import { BANKING } from '../support/event.ts'
import { managementRequest, type ManagementRequest } from '../support/sandbox-request.ts'
import { startSandbox, type Sandbox } from '../support/sandbox.ts'

const CLIENTS = 120
const OTHER = 'exports.onExecutePostLogin = async () => {}'
const trigger = { supported_triggers: [{ id: 'post-login', version: 'v3' }] }

let sandbox: Sandbox
let request: ManagementRequest

beforeAll(async () => {
  sandbox = await startSandbox({
    seed: {
      resourceServers: [
        {
          name: 'Banking',
          identifier: BANKING,
          scopes: [{ value: 'transfer:funds' }],
          token_dialect: 'rfc9068_profile_authz',
          enforce_policies: true,
          allow_offline_access: true,
          token_lifetime: 600,
          token_lifetime_for_web: 300,
        },
      ],
      clients: Array.from({ length: CLIENTS }, (_, i) => ({
        name: `Client ${i}`,
        grant_types: ['authorization_code'],
      })),
      guardianFactors: [{ name: 'otp', enabled: true }],
      tenant: { customize_mfa_in_postlogin_action: true },
      actions: [
        { name: 'Other', code: OTHER, runtime: 'node18', bound: true, ...trigger },
        { name: 'Step-up', code: '// ours', bound: true, ...trigger },
      ],
    },
  })
  request = await managementRequest(sandbox)
})
afterAll(() => sandbox.stop())

async function factsOf(access: { clientId: string; clientSecret: string } = sandbox) {
  const { clientId, clientSecret } = access
  const { domain, certificate } = sandbox
  const credentials = { clientId, clientSecret }
  const named = { action: 'Step-up', organizations: ['org_1'] }
  return factsFromTenant(await connect({ domain, certificate, credentials }), named)
}

const create = async (line: string, body: object) => {
  const answer = await request(line, body)
  if (answer.status >= 300) throw new Error(JSON.stringify(answer.body))
  return answer.body as Record<string, string>
}

test('everything that the audit needs to know', async () => {
  const { client_id: clientId } = await create('POST /clients', {
    name: 'Refresher',
    grant_types: ['authorization_code', 'refresh_token'],
    token_exchange: { allow_any_profile_of_type: ['custom_authentication'] },
    refresh_token: {
      rotation_type: 'non-rotating',
      expiration_type: 'non-expiring',
      policies: [{ audience: BANKING, scope: ['transfer:funds'] }],
    },
  })
  for (const subject of ['user', 'anonymous_user']) {
    await create('POST /client-grants', {
      client_id: clientId,
      audience: BANKING,
      scope: ['transfer:funds'],
      subject_type: subject,
    })
  }
  await create('PUT /guardian/policies', ['all-applications'])

  const facts = await factsOf()
  const find = <T>(list: readonly T[] | undefined, is: (one: T) => boolean) => list?.filter(is)
  expect(facts).toMatchObject({
    source: { kind: 'tenant', domain: sandbox.domain },
    enabledFactors: { seen: 'all', value: ['otp'] },
    mfaPolicy: { seen: 'all', value: 'always' },
    customizeMfa: { seen: 'all', value: true },
    loginExperience: { seen: 'all', value: 'new' },
    organizations: { seen: 'all', value: [] },
    ourAction: {
      seen: 'all',
      value: { name: 'Step-up', state: 'deployed', runtime: 'node22', code: '// ours' },
    },
    flow: {
      seen: 'all',
      value: [
        { name: 'Other', runtime: 'node18', code: OTHER },
        { name: 'Step-up', runtime: 'node22', code: '// ours' },
      ],
    },
  })
  expect(find(known(facts.resourceServers), ({ isSystem }) => !isSystem)).toEqual([
    {
      identifier: BANKING,
      isSystem: false,
      scopes: ['transfer:funds'],
      signingAlg: 'RS256',
      tokenDialect: 'rfc9068_profile_authz',
      enforcePolicies: true,
      allowOfflineAccess: true,
      allowOnlineAccess: false,
      tokenLifetimeSeconds: 600,
      tokenLifetimeForWebSeconds: 300,
      userAccess: 'allow_all',
      machineAccess: 'require_client_grant',
    },
  ])
  expect(find(known(facts.clients), ({ name }) => name === 'Refresher')).toEqual([
    {
      id: clientId,
      name: 'Refresher',
      grantTypes: ['authorization_code', 'refresh_token'],
      isFirstParty: true,
      isOidcConformant: false,
      switches: ['token_exchange: custom_authentication'],
      refreshPolicies: [{ audience: BANKING, scopes: ['transfer:funds'] }],
    },
  ])
  expect(find(known(facts.clientGrants), ({ audience }) => audience === BANKING)).toEqual(
    ['user', 'anonymous_user'].map((subject) => ({
      ...{ clientId, audience: BANKING, scopes: ['transfer:funds'], subject },
      allowsAllScopes: false,
    })),
  )
})

test('clients beyond the first page', async () => {
  const names = known((await factsOf()).clients)?.map(({ name }) => name)
  expect(names).toEqual(
    expect.arrayContaining(Array.from({ length: CLIENTS }, (_, i) => `Client ${i}`)),
  )
})

test('nothing is written, and no secret is read', async () => {
  await sandbox.control.clearRequests()
  await factsOf()
  const requests = await sandbox.control.requests()
  const api = requests.filter(({ path }) => path !== '/oauth/token')
  expect(
    [
      ...new Set(api.map(({ method, path }) => `${method} ${path.replace('/api/v2', '')}`)),
    ].toSorted(),
  ).toEqual([
    'GET /actions/actions',
    'GET /actions/triggers/post-login/bindings',
    'GET /client-grants',
    'GET /clients',
    'GET /guardian/factors',
    'GET /guardian/policies',
    'GET /organizations/org_1',
    'GET /prompts',
    'GET /resource-servers',
    'GET /tenants/settings',
  ])
  const queries = api.filter(({ path }) => path.endsWith('/clients')).map(({ query }) => query)
  expect(queries).toEqual([
    expect.stringMatching(/fields=client_secret%2C.*&include_fields=false/),
    expect.stringMatching(/take=100&from=/),
  ])
})

test('what the credentials may not read is unknown, and the rest is read', async () => {
  const client = await create('POST /clients', { name: 'Reader' })
  const { client_id: clientId = '', client_secret: clientSecret = '' } = client
  await create('POST /client-grants', {
    client_id: clientId,
    audience: `https://${sandbox.domain}/api/v2/`,
    scope: ['read:guardian_factors'],
  })
  const nothing = (scope: string) => ({ seen: 'nothing', lacks: scope })
  expect(await factsOf({ clientId, clientSecret })).toEqual({
    source: { kind: 'tenant', domain: sandbox.domain },
    resourceServers: nothing('read:resource_servers'),
    clients: nothing('read:clients'),
    clientGrants: nothing('read:client_grants'),
    enabledFactors: { seen: 'all', value: ['otp'] },
    mfaPolicy: nothing('read:mfa_policies'),
    customizeMfa: nothing('read:tenant_settings'),
    loginExperience: nothing('read:prompts'),
    organizations: nothing('read:organizations'),
    ourAction: nothing('read:actions'),
    flow: nothing('read:actions'),
  })
})
