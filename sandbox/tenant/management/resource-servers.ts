import { z } from 'zod'
import { ApiError, created, noContent, ok, type Endpoint, type Reply } from '../http.ts'
import type { TenantRequest } from '../http.ts'
import { newId, type ResourceServer, type TenantState } from '../state.ts'
import type { Tenant } from '../tenant.ts'
import { MAX_LIFETIME_SECONDS } from '../login/lifetimes.ts'
import { offsetList } from './paging.ts'
import { anyFields, noteStored, readBody } from './validation.ts'

// prettier-ignore
export const RESOURCE_SERVER_ENDPOINTS: readonly Endpoint[] = [
  ['GET',    '/resource-servers',      'read:resource_servers',   list],
  ['POST',   '/resource-servers',      'create:resource_servers', create, 'Create a resource server'],
  ['GET',    '/resource-servers/{id}', 'read:resource_servers',   show],
  ['PATCH',  '/resource-servers/{id}', 'update:resource_servers', update, 'Update a resource server'],
  ['DELETE', '/resource-servers/{id}', 'delete:resource_servers', remove, 'Delete a resource server'],
]

const settings = {
  name: z.string().min(1).max(200).optional(),
  scopes: z
    .array(
      z.strictObject({
        value: z.string().min(1).max(280),
        description: z.string().max(500).optional(),
      }),
    )
    .optional(),
  signing_alg: z.enum(['HS256', 'RS256', 'RS512', 'PS256']).optional(),
  signing_secret: z.string().min(16).optional(),
  allow_offline_access: z.boolean().optional(),
  token_lifetime: z.number().int().min(0).max(MAX_LIFETIME_SECONDS).optional(),
  token_lifetime_for_web: z.number().int().min(0).max(MAX_LIFETIME_SECONDS).optional(),
  token_dialect: z
    .enum(['access_token', 'access_token_authz', 'rfc9068_profile', 'rfc9068_profile_authz'])
    .optional(),
  skip_consent_for_verifiable_first_party_clients: z.boolean().optional(),
  enforce_policies: z.boolean().optional(),
  consent_policy: z.enum(['transactional-authorization-with-mfa']).nullable().optional(),
  proof_of_possession: z
    .strictObject({
      mechanism: z.enum(['none', 'dpop', 'mtls']),
      required: z.boolean(),
      required_for: z.enum(['all_clients', 'public_clients']).optional(),
    })
    .nullable()
    .optional(),
  ...anyFields(`
    allow_anonymous_access allow_online_access allow_online_access_with_ephemeral_sessions authorization_details
    authorization_policy subject_type_authorization token_encryption
    token_lifetime_for_anonymous_access_tokens verificationLocation`),
}

export const createBody = z.strictObject({ identifier: z.string().min(1).max(600), ...settings })
const updateBody = z.strictObject(settings)

function list({ store }: Tenant, request: TenantRequest): Reply {
  const wanted = request.query.getAll('identifiers')
  const servers = store.state.resourceServers.filter(
    ({ identifier }) => wanted.length === 0 || wanted.includes(identifier),
  )
  return offsetList(request, 'resource_servers', servers)
}

function create(tenant: Tenant, request: TenantRequest): Reply {
  const { store } = tenant
  const body = readBody(createBody, request.body)
  noteStored(tenant, 'API', body)
  const server = store.update((state) => {
    if (state.resourceServers.some(({ identifier }) => identifier === body.identifier)) {
      throw new ApiError(
        409,
        'A resource server with the same identifier already exists.',
        'duplicate_resource_server',
      )
    }
    const server = { id: newId(), ...DEFAULTS, ...body } as ResourceServer
    state.resourceServers.push(server)
    return server
  })
  return created(server)
}

function show({ store }: Tenant, { params }: TenantRequest): Reply {
  return ok(find(store.state, params['id']))
}

function update(tenant: Tenant, request: TenantRequest): Reply {
  const { store } = tenant
  const body = readBody(updateBody, request.body)
  noteStored(tenant, 'API', body)
  return ok(
    store.update((state) => Object.assign(findOwn(state, request.params['id'], 'update'), body)),
  )
}

function remove({ store }: Tenant, { params }: TenantRequest): Reply {
  store.update((state) => {
    const { id, identifier } = findOwn(state, params['id'], 'delete')
    state.resourceServers = state.resourceServers.filter((one) => one.id !== id)
    state.clientGrants = state.clientGrants.filter(({ audience }) => audience !== identifier)
  })
  return noContent()
}

const DEFAULTS = {
  allow_offline_access: false,
  skip_consent_for_verifiable_first_party_clients: false,
  subject_type_authorization: {
    client: { policy: 'require_client_grant' },
    user: { policy: 'allow_all' },
  },
  token_lifetime: 86_400,
  token_lifetime_for_web: 7_200,
  signing_alg: 'RS256',
}

/** @param key the id or the identifier (audience), as Auth0 takes both */
function find(state: Readonly<TenantState>, key: string | undefined): ResourceServer {
  const server = state.resourceServers.find(
    ({ id, identifier }) => id === key || identifier === key,
  )
  if (server === undefined) {
    throw new ApiError(404, 'The resource server does not exist', 'inexistent_resource_server')
  }
  return server
}

function findOwn(
  state: TenantState,
  key: string | undefined,
  verb: 'update' | 'delete',
): ResourceServer {
  const server = find(state, key)
  if (server.is_system === true) {
    throw new ApiError(
      403,
      `System resource servers cannot be ${verb}d.`,
      'operation_not_supported',
    )
  }
  return server
}
