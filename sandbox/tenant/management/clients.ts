import { z } from 'zod'
import { ApiError, created, noContent, ok, type Endpoint, type Reply } from '../http.ts'
import type { TenantRequest } from '../http.ts'
import { randomText, type Client, type TenantState } from '../state.ts'
import type { Tenant } from '../tenant.ts'
import { withCredentials } from './credential-body.ts'
import { selectFields, without } from '../fields.ts'
import { checkpointList } from './paging.ts'
import { anyFields, noteStored, readBody } from './validation.ts'

// prettier-ignore
export const CLIENT_ENDPOINTS: readonly Endpoint[] = [
  ['GET',    '/clients',                  'read:clients read:client_keys', list],
  ['POST',   '/clients',                  'create:clients', create, 'Create a client'],
  ['GET',    '/clients/{id}',             'read:clients read:client_keys', show],
  ['PATCH',  '/clients/{id}',             'update:clients', update, 'Update a client'],
  ['DELETE', '/clients/{id}',             'delete:clients', remove, 'Delete a client'],
]

const settings = {
  description: z.string().max(140).optional(),
  logo_uri: z.string().optional(),
  callbacks: z.array(z.string()).optional(),
  allowed_origins: z.array(z.string()).optional(),
  web_origins: z.array(z.string()).optional(),
  client_aliases: z.array(z.string()).optional(),
  allowed_clients: z.array(z.string()).optional(),
  allowed_logout_urls: z.array(z.string()).optional(),
  grant_types: z.array(z.string()).optional(),
  token_endpoint_auth_method: z
    .enum(['none', 'client_secret_post', 'client_secret_basic'])
    .nullable()
    .optional(),
  app_type: z.string().optional(),
  is_first_party: z.boolean().optional(),
  oidc_conformant: z.boolean().optional(),
  jwt_configuration: z.record(z.string(), z.unknown()).optional(),
  client_metadata: z.record(z.string(), z.unknown()).optional(),
  refresh_token: z
    .looseObject({
      rotation_type: z.enum(['rotating', 'non-rotating']).optional(),
      expiration_type: z.enum(['expiring', 'non-expiring']).optional(),
    })
    .nullable()
    .optional(),
  organization_usage: z.enum(['deny', 'allow', 'require']).nullable().optional(),
  organization_require_behavior: z
    .enum(['no_prompt', 'pre_login_prompt', 'post_login_prompt'])
    .nullable()
    .optional(),
  token_exchange: z
    .strictObject({
      allow_any_profile_of_type: z
        .array(z.enum(['custom_authentication', 'on_behalf_of_token_exchange']))
        .optional(),
    })
    .nullable()
    .optional(),
  ...anyFields(`
    addons anonymous_sessions async_approval_notification_channels b2b_integration_configuration
    client_authentication_methods compliance_level cross_origin_authentication cross_origin_loc
    custom_login_page custom_login_page_on custom_login_page_preview default_organization encryption_key
    express_configuration fedcm_login form_template identity_assertion_authorization_grant
    initiate_login_uri is_token_endpoint_ip_header_trusted mobile my_organization_configuration
    native_social_login oidc_backchannel_logout oidc_logout organization_discovery_methods
    par_request_expiry redirection_policy
    require_proof_of_possession require_pushed_authorization_requests resource_server_identifier
    session_transfer signed_request_object skip_non_verifiable_callback_uri_confirmation_prompt sso
    sso_disabled third_party_security_mode token_quota token_vault_privileged_access`),
}

export const createBody = z.strictObject({ name: z.string().min(1), ...settings })
const updateBody = z.strictObject({
  name: z.string().min(1).optional(),
  client_secret: z.string().min(16).optional(),
  ...settings,
})

function list({ store }: Tenant, request: TenantRequest): Reply {
  const { query } = request
  const isGlobal = query.get('is_global')
  const isFirstParty = query.get('is_first_party')
  const appTypes = query.get('app_type')?.split(',')
  const clients = store.state.clients.filter(
    (client) =>
      matches(isGlobal, client['global'] === true) &&
      matches(isFirstParty, client['is_first_party'] === true) &&
      (appTypes ?? [client['app_type']]).includes(client['app_type'] as string),
  )
  return checkpointList(
    request,
    'clients',
    clients.map((client) => shown(request, client)),
  )
}

function create(tenant: Tenant, request: TenantRequest): Reply {
  const { store, now } = tenant
  const body = readBody(createBody, request.body)
  noteStored(tenant, 'client', body)
  const client = store.update((state) => {
    const client = {
      ...DEFAULTS,
      ...body,
      ...withCredentials(body, new Date(now()).toISOString()),
      client_id: randomText(32),
      client_secret: randomText(64),
    } as Client
    state.clients.push(client)
    return client
  })
  return created(without(client, 'credentials'))
}

function show({ store }: Tenant, request: TenantRequest): Reply {
  const client = findClientOf(store.state, request.params['id'])
  return ok(selectFields(request, shown(request, client)))
}

function update(tenant: Tenant, request: TenantRequest): Reply {
  const { store } = tenant
  const body = readBody(updateBody, request.body)
  noteStored(tenant, 'client', body)
  const client = store.update((state) => {
    const client = findClientOf(state, request.params['id'])
    return Object.assign(client, withoutNulls(body), jwtConfiguration(client, body))
  })
  return ok(shown(request, client))
}

// auth0-deploy-cli never sends how the secret is encoded, and the service goes on answering with it.
function jwtConfiguration(
  { jwt_configuration: before }: Client,
  { jwt_configuration: sent }: { readonly jwt_configuration?: object | undefined },
): object {
  const encoded = (before as { secret_encoded?: boolean } | undefined)?.secret_encoded
  return sent === undefined || encoded === undefined
    ? {}
    : { jwt_configuration: { secret_encoded: encoded, ...sent } }
}

function remove({ store }: Tenant, { params }: TenantRequest): Reply {
  store.update((state) => {
    state.clients = state.clients.filter(({ client_id }) => client_id !== params['id'])
    state.clientGrants = state.clientGrants.filter(({ client_id }) => client_id !== params['id'])
  })
  return noContent()
}

const DEFAULTS = {
  global: false,
  is_token_endpoint_ip_header_trusted: false,
  is_first_party: true,
  oidc_conformant: false,
  cross_origin_authentication: false,
  sso_disabled: false,
  custom_login_page_on: true,
  callbacks: [],
  jwt_configuration: { alg: 'RS256', lifetime_in_seconds: 36_000, secret_encoded: false },
  grant_types: ['authorization_code', 'implicit', 'refresh_token', 'client_credentials'],
  refresh_token: {
    rotation_type: 'non-rotating',
    expiration_type: 'non-expiring',
    leeway: 0,
    token_lifetime: 31_557_600,
    infinite_token_lifetime: true,
    infinite_idle_token_lifetime: true,
    idle_token_lifetime: 2_592_000,
  },
}

/** The secret is for callers with `read:client_keys` alone. */
function shown({ caller }: TenantRequest, client: Client): object {
  const mayKnow = caller?.scopes.has('read:client_keys') === true
  return without(client, 'credentials', ...(mayKnow ? [] : ['client_secret']))
}

function withoutNulls(body: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, value === null ? undefined : value]),
  )
}

function matches(wanted: string | null, actual: boolean): boolean {
  return wanted === null || wanted === String(actual)
}

/** @throws ApiError 404 */
export function findClientOf(state: Readonly<TenantState>, id: string | undefined): Client {
  const client = state.clients.find(({ client_id }) => client_id === id)
  if (client === undefined)
    throw new ApiError(404, 'The client does not exist', 'inexistent_client')
  return client
}
