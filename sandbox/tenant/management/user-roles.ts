import { findUser } from '../find-user.ts'
import { z } from 'zod'
import { created, noContent, type Endpoint, type Reply, type TenantRequest } from '../http.ts'
import { rolesOf, sourcedPermissions, type SourcedPermission } from '../rbac.ts'
import type { Tenant } from '../tenant.ts'
import { offsetList } from './paging.ts'
import {
  describePermission,
  findRole,
  permissionsBody,
  shown,
  withPermissions,
  withoutPermissions,
} from './roles.ts'
import { readBody } from './validation.ts'

// prettier-ignore
export const USER_ROLE_ENDPOINTS: readonly Endpoint[] = [
  ['GET',    '/users/{id}/roles',       'read:users read:roles', listRoles],
  ['POST',   '/users/{id}/roles',       'update:users create:role_members', addRoles, 'Assign roles to a user'],
  ['DELETE', '/users/{id}/roles',       'update:users delete:role_members', removeRoles, 'Remove roles from a user'],
  ['GET',    '/users/{id}/permissions', 'read:users',   listPermissions],
  ['POST',   '/users/{id}/permissions', 'update:users', addPermissions, 'Assign permissions to a user'],
  ['DELETE', '/users/{id}/permissions', 'update:users', removePermissions, 'Remove permissions from a user'],
]

function listRoles({ store }: Tenant, request: TenantRequest): Reply {
  const user = findUser(store.state, request.params['id'])
  const roles = rolesOf(store.state, { user, organization: undefined })
  return offsetList(request, 'roles', roles.map(shown))
}

const rolesBody = z.strictObject({ roles: z.array(z.string()).min(1) })

function addRoles({ store }: Tenant, request: TenantRequest): Reply {
  const { roles } = readBody(rolesBody, request.body)
  store.update((state) => {
    const { user_id: id } = findUser(state, request.params['id'])
    for (const role of roles.map((one) => findRole(state, one))) {
      role.users = [...role.users.filter((user) => user !== id), id]
    }
  })
  return noContent()
}

function removeRoles({ store }: Tenant, request: TenantRequest): Reply {
  const { roles } = readBody(rolesBody, request.body)
  store.update((state) => {
    const { user_id: id } = findUser(state, request.params['id'])
    for (const role of roles.map((one) => findRole(state, one))) {
      role.users = role.users.filter((user) => user !== id)
    }
  })
  return noContent()
}

function listPermissions({ store }: Tenant, request: TenantRequest): Reply {
  const user = findUser(store.state, request.params['id'])
  const permissions = sourcedPermissions(store.state, { user, organization: undefined })
  return offsetList(
    request,
    'permissions',
    permissions.map((one) => ({
      ...describePermission(store.state, one),
      sources: [sourceOf(one)],
    })),
  )
}

function sourceOf({ role }: SourcedPermission): object {
  return role === undefined
    ? { source_id: '', source_name: '', source_type: 'DIRECT' }
    : { source_id: role.id, source_name: role.name, source_type: 'ROLE' }
}

function addPermissions({ store }: Tenant, request: TenantRequest): Reply {
  const { permissions } = readBody(permissionsBody, request.body)
  store.update((state) => {
    const user = findUser(state, request.params['id'])
    user.permissions = withPermissions(state, user.permissions ?? [], permissions)
  })
  return created(undefined)
}

function removePermissions({ store }: Tenant, request: TenantRequest): Reply {
  const { permissions } = readBody(permissionsBody, request.body)
  store.update((state) => {
    const user = findUser(state, request.params['id'])
    user.permissions = withoutPermissions(user.permissions ?? [], permissions)
  })
  return noContent()
}
