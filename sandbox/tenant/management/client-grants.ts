import { z } from 'zod'
import { ApiError, created, noContent, ok, type Endpoint, type Reply } from '../http.ts'
import type { TenantRequest } from '../http.ts'
import { newId, type ClientGrant, type TenantState } from '../state.ts'
import type { Tenant } from '../tenant.ts'
import { checkpointList } from './paging.ts'
import { anyFields, noteStored, readBody } from './validation.ts'

// prettier-ignore
export const CLIENT_GRANT_ENDPOINTS: readonly Endpoint[] = [
  ['GET',    '/client-grants',      'read:client_grants',   list],
  ['POST',   '/client-grants',      'create:client_grants', create, 'Create a client grant'],
  ['GET',    '/client-grants/{id}', 'read:client_grants',   show],
  ['PATCH',  '/client-grants/{id}', 'update:client_grants', update, 'Update a client grant'],
  ['DELETE', '/client-grants/{id}', 'delete:client_grants', remove, 'Delete a client grant'],
]

const settings = {
  organization_usage: z.enum(['deny', 'allow', 'require']).nullable().optional(),
  allow_any_organization: z.boolean().nullable().optional(),
  ...anyFields('authorization_details_types allow_all_scopes'),
}

export const createBody = z.strictObject({
  client_id: z.string().optional(),
  audience: z.string(),
  scope: z.array(z.string()).optional(),
  subject_type: z.enum(['client', 'user', 'anonymous_user']).optional(),
  default_for: z.string().optional(),
  ...settings,
})
const updateBody = z.strictObject({ scope: z.array(z.string()).nullable().optional(), ...settings })

function list({ store }: Tenant, request: TenantRequest): Reply {
  const { query } = request
  const wanted = (['audience', 'client_id', 'subject_type'] as const).map(
    (name) => [name, query.get(name)] as const,
  )
  const grants = store.state.clientGrants.filter((grant) =>
    wanted.every(([name, value]) => (value ?? grant[name]) === grant[name]),
  )
  return checkpointList(request, 'client_grants', grants)
}

function create(tenant: Tenant, request: TenantRequest): Reply {
  const { store } = tenant
  const body = readBody(createBody, request.body)
  noteStored(tenant, 'client grant', body)
  const grant = store.update((state) => {
    assertResourceServer(state, body.audience)
    const grant = {
      id: newId('cgr'),
      subject_type: 'client',
      ...body,
      scope: body.scope ?? [],
    } as ClientGrant
    if (!state.clients.some(({ client_id }) => client_id === grant.client_id)) {
      throw new ApiError(404, 'The client does not exist', 'inexistent_client')
    }
    if (
      state.clientGrants.some(
        ({ client_id, audience, subject_type }) =>
          client_id === grant.client_id &&
          audience === grant.audience &&
          subject_type === grant['subject_type'],
      )
    ) {
      throw new ApiError(409, 'A client grant for this client and audience already exists.')
    }
    state.clientGrants.push(grant)
    return grant
  })
  return created(grant)
}

function show({ store }: Tenant, { params }: TenantRequest): Reply {
  return ok(find(store.state, params['id']))
}

function update(tenant: Tenant, request: TenantRequest): Reply {
  const { store } = tenant
  const { scope, ...body } = readBody(updateBody, request.body)
  noteStored(tenant, 'client grant', body)
  const grant = store.update((state) => {
    const grant = find(state, request.params['id'])
    return Object.assign(grant, body, { scope: scope ?? grant.scope })
  })
  return ok(grant)
}

function remove({ store }: Tenant, { params }: TenantRequest): Reply {
  store.update((state) => {
    state.clientGrants = state.clientGrants.filter(({ id }) => id !== params['id'])
  })
  return noContent()
}

function assertResourceServer({ resourceServers }: TenantState, audience: string): void {
  if (!resourceServers.some(({ identifier }) => identifier === audience)) {
    throw new ApiError(
      404,
      `The resource server ${audience} does not exist`,
      'inexistent_resource_server',
    )
  }
}

function find(state: Readonly<TenantState>, id: string | undefined): ClientGrant {
  const grant = state.clientGrants.find((one) => one.id === id)
  if (grant === undefined) {
    throw new ApiError(404, 'The client grant does not exist', 'inexistent_client_grant')
  }
  return grant
}
