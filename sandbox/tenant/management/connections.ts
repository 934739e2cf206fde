import { z } from 'zod'
import {
  ApiError,
  created,
  noContent,
  ok,
  type Endpoint,
  type Reply,
  type TenantRequest,
} from '../http.ts'
import { newId, type Connection, type TenantState } from '../state.ts'
import type { Tenant } from '../tenant.ts'
import { selectFields } from '../fields.ts'
import { checkpointList } from './paging.ts'
import { anyFields, noteStored, readBody } from './validation.ts'

// prettier-ignore
export const CONNECTION_ENDPOINTS: readonly Endpoint[] = [
  ['GET',    '/connections',              'read:connections',   list],
  ['POST',   '/connections',              'create:connections', create, 'Create a connection'],
  ['GET',    '/connections/{id}',         'read:connections',   show],
  ['PATCH',  '/connections/{id}',         'update:connections', update, 'Update a connection'],
  ['DELETE', '/connections/{id}',         'delete:connections', remove, 'Delete a connection'],
  ['GET',    '/connections/{id}/clients', 'read:connections',   listClients],
  ['PATCH',  '/connections/{id}/clients', 'update:connections', switchClients, 'Update the clients of a connection'],
]

const settings = {
  display_name: z.string().optional(),
  options: z.record(z.string(), z.unknown()).nullable().optional(),
  enabled_clients: z.array(z.string()).nullable().optional(),
  is_domain_connection: z.boolean().optional(),
  show_as_button: z.boolean().optional(),
  realms: z.array(z.string()).optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  ...anyFields(
    'authentication connected_accounts cross_app_access_requesting_app cross_app_access_resource_app',
  ),
}

export const createBody = z.strictObject({
  name: z
    .string()
    .max(128)
    .regex(/^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/),
  strategy: z.string(),
  ...settings,
})
const updateBody = z.strictObject(settings)

function list({ store }: Tenant, request: TenantRequest): Reply {
  const { query } = request
  const strategies = query.getAll('strategy')
  const wanted = query.get('name')
  const connections = store.state.connections.filter(
    ({ name, strategy }) =>
      (wanted ?? name) === name && (strategies.length === 0 || strategies.includes(strategy)),
  )
  return checkpointList(request, 'connections', connections)
}

function create(tenant: Tenant, request: TenantRequest): Reply {
  const { store } = tenant
  const body = readBody(createBody, request.body)
  noteStored(tenant, 'connection', body)
  const connection = store.update((state) => {
    if (state.connections.some(({ name }) => name === body.name)) {
      throw new ApiError(
        409,
        'A connection with the same name already exists',
        'connection_conflict',
      )
    }
    const connection = {
      id: newId('con'),
      options: {},
      is_domain_connection: false,
      realms: [body.name],
      enabled_clients: [],
      ...body,
    } as Connection
    state.connections.push(connection)
    return connection
  })
  return created(connection)
}

function show({ store }: Tenant, request: TenantRequest): Reply {
  return ok(selectFields(request, find(store.state, request.params['id'])))
}

function update(tenant: Tenant, request: TenantRequest): Reply {
  const { store } = tenant
  const body = readBody(updateBody, request.body)
  noteStored(tenant, 'connection', body)
  return ok(store.update((state) => Object.assign(find(state, request.params['id']), body)))
}

/** Recorded: a connection goes in its own time, hence 202. */
function remove({ store, now }: Tenant, { params }: TenantRequest): Reply {
  store.update((state) => {
    const { id } = find(state, params['id'])
    state.connections = state.connections.filter((one) => one.id !== id)
  })
  return { status: 202, body: { deleted_at: new Date(now()).toISOString() } }
}

function listClients({ store }: Tenant, request: TenantRequest): Reply {
  const enabled = find(store.state, request.params['id'])['enabled_clients']
  const ids = Array.isArray(enabled) ? (enabled as string[]) : []
  const clients = ids.map((client_id) => ({ client_id }))
  // There is no list here that is not in an object.
  const { body } = checkpointList(request, 'clients', clients)
  return ok(Array.isArray(body) ? { clients: body as unknown[] } : body)
}

const clientsBody = z.array(z.strictObject({ client_id: z.string(), status: z.boolean() })).max(50)

function switchClients({ store }: Tenant, { params, body }: TenantRequest): Reply {
  const changes = readBody(clientsBody, body)
  store.update((state) => {
    const connection = find(state, params['id'])
    const enabled = new Set(connection['enabled_clients'] as string[] | undefined)
    for (const { client_id, status } of changes) {
      if (status) enabled.add(client_id)
      else enabled.delete(client_id)
    }
    connection['enabled_clients'] = [...enabled]
  })
  return noContent()
}

function find(state: Readonly<TenantState>, id: string | undefined): Connection {
  const connection = state.connections.find((one) => one.id === id)
  if (connection === undefined) {
    throw new ApiError(404, 'The connection does not exist', 'inexistent_connection')
  }
  return connection
}
