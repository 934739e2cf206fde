import { findUser, shownUser } from '../find-user.ts'
import { z } from 'zod'
import { ApiError, created, noContent, ok, type Endpoint, type Reply } from '../http.ts'
import type { TenantRequest } from '../http.ts'
import { newId, type Permission, type Role, type TenantState } from '../state.ts'
import type { Tenant } from '../tenant.ts'
import { checkpointList, offsetList } from './paging.ts'
import { readBody } from './validation.ts'

// prettier-ignore
export const ROLE_ENDPOINTS: readonly Endpoint[] = [
  ['GET',    '/roles',                  'read:roles',   list],
  ['POST',   '/roles',                  'create:roles', create, 'Create a role'],
  ['GET',    '/roles/{id}',             'read:roles',   show],
  ['PATCH',  '/roles/{id}',             'update:roles', update, 'Update a role'],
  ['DELETE', '/roles/{id}',             'delete:roles', remove, 'Delete a role'],
  ['GET',    '/roles/{id}/permissions', 'read:roles',   listPermissions],
  ['POST',   '/roles/{id}/permissions', 'update:roles', addPermissions, 'Associate permissions with a role'],
  ['DELETE', '/roles/{id}/permissions', 'update:roles', removePermissions, 'Remove permissions from a role'],
  ['GET',    '/roles/{id}/users',       'read:roles',   listUsers],
  ['POST',   '/roles/{id}/users',       'create:role_members update:roles', addUsers, 'Assign users to a role'],
]

export const createBody = z.strictObject({
  name: z.string().min(1).max(50),
  description: z.string().max(255).optional(),
})
const updateBody = createBody.partial()

function list({ store }: Tenant, request: TenantRequest): Reply {
  const filter = request.query.get('name_filter')?.toLowerCase() ?? ''
  // Of the two kinds of roles those that belong to an organization are not emulated.
  const isAsked = request.query.get('type') !== 'organization'
  const roles = store.state.roles.filter(
    ({ name }) => isAsked && name.toLowerCase().includes(filter),
  )
  return offsetList(request, 'roles', roles.map(shown))
}

function create({ store }: Tenant, request: TenantRequest): Reply {
  const { name, description } = readBody(createBody, request.body)
  const role = store.update((state) => {
    assertFreeName(state, name)
    const role: Role = {
      id: newId('rol'),
      name,
      description: description ?? '',
      permissions: [],
      users: [],
    }
    state.roles.push(role)
    return role
  })
  return ok(shown(role))
}

function show({ store }: Tenant, { params }: TenantRequest): Reply {
  return ok(shown(findRole(store.state, params['id'])))
}

function update({ store }: Tenant, request: TenantRequest): Reply {
  const body = readBody(updateBody, request.body)
  const role = store.update((state) => {
    const role = findRole(state, request.params['id'])
    if (body.name !== undefined && body.name !== role.name) assertFreeName(state, body.name)
    return Object.assign(role, body)
  })
  return ok(shown(role))
}

function remove({ store }: Tenant, { params }: TenantRequest): Reply {
  store.update((state) => {
    const { id } = findRole(state, params['id'])
    state.roles = state.roles.filter((role) => role.id !== id)
    for (const member of state.organizations.flatMap(({ members }) => members)) {
      member.roles = member.roles.filter((role) => role !== id)
    }
  })
  return noContent()
}

function listPermissions({ store }: Tenant, request: TenantRequest): Reply {
  const { permissions } = findRole(store.state, request.params['id'])
  const shown = permissions.map((permission) => describePermission(store.state, permission))
  return offsetList(request, 'permissions', shown)
}

/** What is given to a role or to a user. */
export const permissionsBody = z.strictObject({
  permissions: z
    .array(z.strictObject({ permission_name: z.string(), resource_server_identifier: z.string() }))
    .min(1),
})

function addPermissions({ store }: Tenant, request: TenantRequest): Reply {
  const { permissions } = readBody(permissionsBody, request.body)
  store.update((state) => {
    const role = findRole(state, request.params['id'])
    role.permissions = withPermissions(state, role.permissions, permissions)
  })
  return created(undefined)
}

function removePermissions({ store }: Tenant, request: TenantRequest): Reply {
  const { permissions } = readBody(permissionsBody, request.body)
  store.update((state) => {
    const role = findRole(state, request.params['id'])
    role.permissions = withoutPermissions(role.permissions, permissions)
  })
  return noContent()
}

function listUsers({ store }: Tenant, request: TenantRequest): Reply {
  const { users } = findRole(store.state, request.params['id'])
  const found = store.state.users.filter(({ user_id }) => users.includes(user_id))
  return checkpointList(request, 'users', found.map(shownUser))
}

const usersBody = z.strictObject({ users: z.array(z.string()).min(1) })

function addUsers({ store }: Tenant, request: TenantRequest): Reply {
  const { users } = readBody(usersBody, request.body)
  store.update((state) => {
    const role = findRole(state, request.params['id'])
    for (const id of users) findUser(state, id)
    role.users = [...new Set([...role.users, ...users])]
  })
  return ok(undefined)
}

/** @throws ApiError 400 for a permission that its API does not declare */
export function withPermissions(
  state: TenantState,
  before: readonly Permission[],
  added: readonly Permission[],
): Permission[] {
  for (const { permission_name: name, resource_server_identifier: identifier } of added) {
    const server = state.resourceServers.find((one) => one.identifier === identifier)
    if (server === undefined) {
      throw new ApiError(
        404,
        `Resource server with identifier ${identifier} not found`,
        'inexistent_resource_server',
      )
    }
    if (server.scopes?.some(({ value }) => value === name) !== true) {
      throw new ApiError(400, `Permission ${name} does not exist`, 'inexistent_permission')
    }
  }
  return [...withoutPermissions(before, added), ...added]
}

export function withoutPermissions(
  before: readonly Permission[],
  removed: readonly Permission[],
): Permission[] {
  return before.filter((one) => !removed.some((other) => isSame(one, other)))
}

function isSame(one: Permission, other: Permission): boolean {
  return (
    one.permission_name === other.permission_name &&
    one.resource_server_identifier === other.resource_server_identifier
  )
}

/** A permission with what its API says of it. */
export function describePermission(
  { resourceServers }: Readonly<TenantState>,
  { permission_name, resource_server_identifier }: Permission,
): object {
  const server = resourceServers.find(({ identifier }) => identifier === resource_server_identifier)
  const scope = server?.scopes?.find(({ value }) => value === permission_name)
  return {
    permission_name,
    description: scope?.description ?? '',
    resource_server_name: server?.name ?? '',
    resource_server_identifier,
  }
}

export function shown({ id, name, description }: Role): object {
  return { id, name, description }
}

/** @throws ApiError 404 */
export function findRole({ roles }: Readonly<TenantState>, id: string | undefined): Role {
  const role = roles.find((one) => one.id === id)
  if (role === undefined) throw new ApiError(404, 'The role does not exist.', 'inexistent_role')
  return role
}

function assertFreeName({ roles }: TenantState, name: string): void {
  if (roles.some((role) => role.name === name)) {
    throw new ApiError(409, `A role with the name '${name}' already exists.`, 'role_conflict')
  }
}
