import { addMember, findOrganization } from '../find-organization.ts'
import { findUser } from '../find-user.ts'
import { z } from 'zod'
import { ApiError, noContent, type Endpoint, type Reply, type TenantRequest } from '../http.ts'
import { rolesOf } from '../rbac.ts'
import type { Organization, TenantState } from '../state.ts'
import type { Tenant } from '../tenant.ts'
import { shown as shownOrganization } from './organizations.ts'
import { checkpointList, offsetList } from './paging.ts'
import { findRole, shown as shownRole } from './roles.ts'
import { readBody } from './validation.ts'

// prettier-ignore
export const ORGANIZATION_MEMBER_ENDPOINTS: readonly Endpoint[] = [
  ['GET',    '/organizations/{id}/members',              'read:organization_members',        list],
  ['POST',   '/organizations/{id}/members',              'create:organization_members',      add, 'Add members to an Organization'],
  ['DELETE', '/organizations/{id}/members',              'delete:organization_members',      remove, 'Delete members from an Organization'],
  ['GET',    '/organizations/{id}/members/{user}/roles', 'read:organization_member_roles',   listRoles],
  ['POST',   '/organizations/{id}/members/{user}/roles', 'create:organization_member_roles', addRoles, 'Assign roles to an Organization member'],
  ['DELETE', '/organizations/{id}/members/{user}/roles', 'delete:organization_member_roles', removeRoles, 'Remove roles from an Organization member'],
  ['GET',    '/users/{id}/organizations',                'read:users read:organizations',    listOfUser],
]

const membersBody = z.strictObject({ members: z.array(z.string()).min(1).max(10) })
const rolesBody = z.strictObject({ roles: z.array(z.string()).min(1) })

function list({ store }: Tenant, request: TenantRequest): Reply {
  const { members } = findOrganization(store.state, request.params['id'])
  const found = members.map(({ user_id }) => {
    const { name, email, picture } = findUser(store.state, user_id)
    return { user_id, name, email, picture }
  })
  return checkpointList(request, 'members', found)
}

function add({ store }: Tenant, { params, body }: TenantRequest): Reply {
  const { members } = readBody(membersBody, body)
  store.update((state) => {
    const organization = findOrganization(state, params['id'])
    for (const id of members) addMember(organization, findUser(state, id).user_id)
  })
  return noContent()
}

function remove({ store }: Tenant, { params, body }: TenantRequest): Reply {
  const { members } = readBody(membersBody, body)
  store.update((state) => {
    const organization = findOrganization(state, params['id'])
    organization.members = organization.members.filter(({ user_id }) => !members.includes(user_id))
  })
  return noContent()
}

function listRoles({ store }: Tenant, request: TenantRequest): Reply {
  const { id, user: userId } = request.params
  findMember(store.state, request.params)
  const user = findUser(store.state, userId)
  const roles = rolesOf(store.state, { user, organization: id })
  return offsetList(request, 'roles', roles.map(shownRole))
}

function addRoles({ store }: Tenant, { params, body }: TenantRequest): Reply {
  const { roles } = readBody(rolesBody, body)
  store.update((state) => {
    const member = findMember(state, params)
    const added = roles.map((role) => findRole(state, role).id)
    member.roles = [...new Set([...member.roles, ...added])]
  })
  return noContent()
}

function removeRoles({ store }: Tenant, { params, body }: TenantRequest): Reply {
  const { roles } = readBody(rolesBody, body)
  store.update((state) => {
    const member = findMember(state, params)
    member.roles = member.roles.filter((role) => !roles.includes(role))
  })
  return noContent()
}

function listOfUser({ store }: Tenant, request: TenantRequest): Reply {
  const { user_id: id } = findUser(store.state, request.params['id'])
  const own = store.state.organizations.filter(({ members }) =>
    members.some(({ user_id }) => user_id === id),
  )
  return offsetList(request, 'organizations', own.map(shownOrganization))
}

function findMember(
  state: Readonly<TenantState>,
  { id, user }: Readonly<Record<string, string>>,
): Organization['members'][number] {
  const member = findOrganization(state, id).members.find(({ user_id }) => user_id === user)
  if (member === undefined) {
    throw new ApiError(404, 'The user is not a member of the organization.')
  }
  return member
}
