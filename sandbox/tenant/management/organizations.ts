import { findOrganization } from '../find-organization.ts'
import { z } from 'zod'
import { ApiError, created, noContent, ok, type Endpoint, type Reply } from '../http.ts'
import type { TenantRequest } from '../http.ts'
import {
  newId,
  type Organization,
  type OrganizationConnection,
  type TenantState,
} from '../state.ts'
import type { Tenant } from '../tenant.ts'
import { checkpointList, offsetList } from './paging.ts'
import { without } from '../fields.ts'
import { readBody } from './validation.ts'

// prettier-ignore
export const ORGANIZATION_ENDPOINTS: readonly Endpoint[] = [
  ['GET',    '/organizations',             'read:organizations',   list],
  ['POST',   '/organizations',             'create:organizations', create, 'Create an Organization'],
  ['GET',    '/organizations/name/{name}', 'read:organizations',   showByName],
  ['GET',    '/organizations/{id}',        'read:organizations',   show],
  ['PATCH',  '/organizations/{id}',        'update:organizations', update, 'Modify an Organization'],
  ['DELETE', '/organizations/{id}',        'delete:organizations', remove, 'Delete an Organization'],
]

/** Of the two addresses of an organization's connections the second is the newer. */
// prettier-ignore
export const ORGANIZATION_CONNECTION_ENDPOINTS: readonly Endpoint[] = ['enabled_connections', 'connections'].flatMap((name): Endpoint[] => [
  ['GET',    `/organizations/{id}/${name}`,              'read:organization_connections',   listConnections],
  ['POST',   `/organizations/{id}/${name}`,              'create:organization_connections', addConnection, 'Add an enabled connection'],
  ['GET',    `/organizations/{id}/${name}/{connection}`, 'read:organization_connections',   showConnection],
  ['PATCH',  `/organizations/{id}/${name}/{connection}`, 'update:organization_connections', updateConnection, 'Modify an enabled connection'],
  ['DELETE', `/organizations/{id}/${name}/{connection}`, 'delete:organization_connections', removeConnection, 'Remove an enabled connection'],
])

const settings = {
  display_name: z.string().max(255).optional(),
  branding: z.record(z.string(), z.unknown()).optional(),
  metadata: z.record(z.string(), z.string().max(255).nullable()).optional(),
}
const name = z
  .string()
  .min(1)
  .max(50)
  .regex(/^[a-z0-9][a-z0-9_-]*$/)
const connectionSettings = {
  assign_membership_on_login: z.boolean().optional(),
  show_as_button: z.boolean().optional(),
  is_signup_enabled: z.boolean().optional(),
  organization_connection_name: z.string().optional(),
  organization_access_level: z.string().optional(),
  // One that is not enabled is not there.
  is_enabled: z.literal(true).optional(),
}
const newConnection = z.strictObject({ connection_id: z.string().min(1), ...connectionSettings })

export const createBody = z.strictObject({
  name,
  ...settings,
  enabled_connections: z.array(newConnection).optional(),
})
const updateBody = z.strictObject({ name: name.optional(), ...settings })

function list({ store }: Tenant, request: TenantRequest): Reply {
  return checkpointList(request, 'organizations', store.state.organizations.map(shown))
}

function create({ store }: Tenant, request: TenantRequest): Reply {
  const { enabled_connections: connections = [], ...body } = readBody(createBody, request.body)
  const organization = store.update((state) => {
    assertFreeName(state, body.name)
    const organization: Organization = {
      id: newId('org'),
      name: body.name,
      display_name: body.display_name ?? body.name,
      metadata: body.metadata ?? {},
      ...(body.branding === undefined ? {} : { branding: body.branding }),
      members: [],
      enabled_connections: connections.map((one) => enabled(state, one)),
    }
    state.organizations.push(organization)
    return organization
  })
  return created(shown(organization))
}

function show({ store }: Tenant, { params }: TenantRequest): Reply {
  return ok(shown(findOrganization(store.state, params['id'])))
}

function showByName({ store }: Tenant, { params }: TenantRequest): Reply {
  const found = store.state.organizations.find((one) => one.name === params['name'])
  return ok(shown(findOrganization(store.state, found?.id)))
}

function update({ store }: Tenant, request: TenantRequest): Reply {
  const body = readBody(updateBody, request.body)
  const organization = store.update((state) => {
    const organization = findOrganization(state, request.params['id'])
    if (body.name !== undefined && body.name !== organization.name) {
      assertFreeName(state, body.name)
    }
    return Object.assign(organization, body)
  })
  return ok(shown(organization))
}

function remove({ store }: Tenant, { params }: TenantRequest): Reply {
  store.update((state) => {
    const { id } = findOrganization(state, params['id'])
    state.organizations = state.organizations.filter((one) => one.id !== id)
  })
  return noContent()
}

function listConnections({ store }: Tenant, request: TenantRequest): Reply {
  const { enabled_connections } = findOrganization(store.state, request.params['id'])
  const connections = enabled_connections.map((one) => shownConnection(store.state, one))
  return offsetList(request, request.path.split('/').at(-1) ?? '', connections)
}

function addConnection({ store }: Tenant, request: TenantRequest): Reply {
  const body = readBody(newConnection, request.body)
  const connection = store.update((state) => {
    const { enabled_connections } = findOrganization(state, request.params['id'])
    if (enabled_connections.some(({ connection_id }) => connection_id === body.connection_id)) {
      throw new ApiError(409, 'The connection is already enabled for this organization.')
    }
    const connection = enabled(state, body)
    enabled_connections.push(connection)
    return connection
  })
  return created(shownConnection(store.state, connection))
}

function showConnection({ store }: Tenant, { params }: TenantRequest): Reply {
  return ok(shownConnection(store.state, findConnection(store.state, params)))
}

function updateConnection({ store }: Tenant, { params, body }: TenantRequest): Reply {
  const changes = readBody(z.strictObject(connectionSettings), body)
  const connection = store.update((state) => Object.assign(findConnection(state, params), changes))
  return ok(shownConnection(store.state, connection))
}

function removeConnection({ store }: Tenant, { params }: TenantRequest): Reply {
  store.update((state) => {
    const connection = findConnection(state, params)
    const organization = findOrganization(state, params['id'])
    organization.enabled_connections = organization.enabled_connections.filter(
      (one) => one !== connection,
    )
  })
  return noContent()
}

function enabled(
  { connections }: TenantState,
  given: z.infer<typeof newConnection>,
): OrganizationConnection {
  if (!connections.some(({ id }) => id === given.connection_id)) {
    throw new ApiError(404, 'The connection does not exist', 'inexistent_connection')
  }
  return { ...given, assign_membership_on_login: given.assign_membership_on_login ?? false }
}

function findConnection(
  state: Readonly<TenantState>,
  { id, connection }: Readonly<Record<string, string>>,
): OrganizationConnection {
  const found = findOrganization(state, id).enabled_connections.find(
    ({ connection_id }) => connection_id === connection,
  )
  if (found === undefined) {
    throw new ApiError(404, 'No connection found by that id', 'inexistent_connection')
  }
  return found
}

function shownConnection(
  { connections }: Readonly<TenantState>,
  enabled: OrganizationConnection,
): object {
  const connection = connections.find(({ id }) => id === enabled.connection_id)
  return {
    ...enabled,
    connection: { name: connection?.name, strategy: connection?.strategy },
  }
}

export function shown(organization: Organization): object {
  return without(organization, 'members', 'enabled_connections')
}

function assertFreeName({ organizations }: TenantState, name: string): void {
  if (organizations.some((one) => one.name === name)) {
    throw new ApiError(409, 'An organization with this name already exists.')
  }
}
