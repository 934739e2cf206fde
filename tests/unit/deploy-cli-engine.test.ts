// The engine that the installed auth0-deploy-cli exports still behaves as the deploys rely on: against an SDK that
// records what it is asked to write.
import { asWritten } from '../../scripts/tenant/as-written.ts'
import { knownParts, openEngine, UnknownEngine } from '../../scripts/tenant/deploy-cli-engine.ts'
import type { SettingSection } from '../../scripts/tenant/setting.ts'
import type { Values } from '../../scripts/tenant/values.ts'

// It asks questions, which nobody does here, and Jest cannot load it.
jest.mock('@clack/prompts', () => ({}))

const TENANT = { domain: 'acme.eu.auth0.com', accessToken: 'token' }

/** Requests to the Management API that write, each with its body. */
let written: { readonly request: string; readonly body: unknown }[]
process.env['AUTH0_LOG'] = 'error'
const realFetch = globalThis.fetch
beforeEach(() => (written = []))
afterEach(() => (globalThis.fetch = realFetch))

interface Lists {
  readonly clients?: readonly object[]
  readonly resource_servers?: readonly object[]
}

/** Serves lists of what there is, and records the rest. */
function serve({ clients = [], resource_servers = [] }: Lists): void {
  const lists: Record<string, unknown> = {
    '/clients': { clients, total: clients.length },
    '/resource-servers': { resource_servers, total: resource_servers.length },
    '/client-grants': { client_grants: [] },
  }
  globalThis.fetch = (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input)
    const path = pathname.replace('/api/v2', '')
    const method = init?.method ?? 'GET'
    if (method === 'GET') return Promise.resolve(Response.json(lists[path] ?? []))
    const body = typeof init?.body === 'string' ? (JSON.parse(init.body) as unknown) : undefined
    written.push({ request: `${method} ${path}`, body })
    return Promise.resolve(Response.json(body ?? {}))
  }
}

async function write(assets: Readonly<Record<string, unknown>>): Promise<void> {
  const go = await openEngine(assets, TENANT)
  await go()
}

test('each section is sent to its endpoint, and nothing else is', async () => {
  serve({
    resource_servers: [{ id: 'rs_1', name: 'API', identifier: 'https://api' }],
    clients: [{ client_id: 'c_1', name: 'App' }],
  })
  await write({
    resourceServers: [{ name: 'API', identifier: 'https://api', scopes: [{ value: 'read' }] }],
    clients: [
      { name: 'App', callbacks: ['https://app'] },
      { name: 'New', app_type: 'spa' },
    ],
    clientGrants: [{ client_id: 'App', audience: 'https://api', scope: ['read'] }],
    guardianFactors: [{ name: 'otp', enabled: true }],
    guardianPolicies: { policies: ['all-applications'] },
    tenant: { customize_mfa_in_postlogin_action: true },
  })
  expect(written.toSorted((a, b) => a.request.localeCompare(b.request))).toEqual([
    { request: 'PATCH /clients/c_1', body: { name: 'App', callbacks: ['https://app'] } },
    { request: 'PATCH /resource-servers/rs_1', body: { name: 'API', scopes: [{ value: 'read' }] } },
    { request: 'PATCH /tenants/settings', body: { customize_mfa_in_postlogin_action: true } },
    {
      request: 'POST /client-grants',
      body: { client_id: 'c_1', audience: 'https://api', scope: ['read'] },
    },
    { request: 'POST /clients', body: { name: 'New', app_type: 'spa' } },
    { request: 'PUT /guardian/factors/otp', body: { enabled: true } },
    { request: 'PUT /guardian/policies', body: ['all-applications'] },
  ])
})

test('defaults of its schemas are not put in, since the tenant may have something else', async () => {
  serve({ clients: [{ client_id: 'c_1', name: 'App' }] })
  await write({ clients: [{ name: 'App', session_transfer: { allow_refresh_token: true } }] })
  expect(written).toEqual([
    {
      request: 'PATCH /clients/c_1',
      body: { name: 'App', session_transfer: { allow_refresh_token: true } },
    },
  ])
})

const EVERYTHING: Values = {
  name: 'App',
  app_type: 'spa',
  callback_url_template: false,
  client_authentication_methods: { private_key_jwt: { credentials: [] } },
  cross_origin_auth: true,
  external_metadata_created_by: 'admin',
  external_metadata_type: 'x',
  global: false,
  jwks_uri: 'https://app/jwks',
  jwt_configuration: { alg: 'RS256', secret_encoded: true },
  oidc_backchannel_logout: { backchannel_logout_urls: ['https://app'] },
  refresh_token: { leeway: 5 },
  resource_server_identifier: 'https://api',
  signing_keys: [],
  tenant: 'acme',
  third_party_security_mode: 'strict',
  token_endpoint_auth_method: 'none',
  token_vault_privileged_access: { ip_allowlist: [] },
}
const WITHOUT_CREDENTIALS = Object.fromEntries(
  Object.entries(EVERYTHING).filter(([field]) => field !== 'client_authentication_methods'),
)

// prettier-ignore
test.each<[string, SettingSection, Values]>([
  ['a client with all that is left out',       'clients', EVERYTHING],
  ['a client with one key of an object left out', 'clients', { name: 'App', jwt_configuration: { secret_encoded: true }, app_type: 'spa' }],
  ['a client without credentials',             'clients', WITHOUT_CREDENTIALS],
  ['a client under both names of a setting',   'clients', { name: 'App', cross_origin_auth: true, cross_origin_authentication: false }],
  ['a client that stands for an API',          'clients', { ...EVERYTHING, app_type: 'resource_server' }],
  ['a tenant with flags it may not send',      'tenant',  { flags: { enable_sso: true, universal_login: true }, friendly_name: 'Acme' }],
  ['a tenant with no other flags',             'tenant',  { flags: { universal_login: true }, friendly_name: 'Acme' }],
])('what is left out of %s is known before', async (_name, section, values) => {
  const assets = (content: Values) => ({
    [section]: structuredClone(section === 'clients' ? [content] : content),
  })
  serve({ clients: [{ client_id: 'c_1', name: 'App' }] })
  await write(assets(values))
  const update = asWritten({ section, values }, 'update').values
  expect(written.map(({ body }) => body)).toEqual([update])

  serve({})
  written = []
  const create = asWritten({ section, values }, 'create').values
  await write(assets(create))
  expect(written.map(({ body }) => body)).toEqual([create])
})

// prettier-ignore
test.each([
  ['a wrong value',    { clients: [{ name: 'App', mobile: 'no' }] },                 '"dataPath": ".clients[0].mobile"'],
  ['a page',           { tenant: { error_page: { html: '<p>' } } },                  'Pages should be set separately'],
  ['a grant to nobody', { clientGrants: [{ audience: 'a' }] },                       'One of "client_id" or "default_for" is required'],
])('%s is refused before anything is written', async (_name, assets, message) => {
  serve({})
  await expect(openEngine(assets, TENANT)).rejects.toThrow(message)
  expect(written).toEqual([])
})

const nothing = () => ({})
// prettier-ignore
test.each<[string, (module: string) => unknown, string]>([
  ['no engine',        nothing,                                           'it no longer exports what validates and writes'],
  ['other methods',    (module) => module === 'auth0-deploy-cli' ? { default: { tools: { Auth0: nothing } } } : nothing(), 'it no longer exports what validates and writes'],
  ['no schema',        (module) => { if (/schema/.test(module)) throw new Error('Cannot find module\nRequire stack'); return {} }, 'auth0-deploy-cli/lib/tools/auth0/schema cannot be loaded: Error: Cannot find module'],
])('an auth0-deploy-cli with %s is known as another', (_name, load, message) => {
  expect(() => knownParts(load)).toThrow(new UnknownEngine(message))
})
