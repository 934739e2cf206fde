import { errors } from 'oidc-provider'
import { addMember, findOrganization } from '../find-organization.ts'
import type { Organization, User } from '../state.ts'
import type { Tenant } from '../tenant.ts'
import { findClient } from './clients.ts'
import { logLogin } from './login-log.ts'
import { allowsNames } from './organization-claims.ts'

/**
 * @param given its id or its name
 * @param whenNone whether it may still be named where the application requires one
 */
export function organizationFor(
  tenant: Tenant,
  clientId: string | undefined,
  given: unknown,
  whenNone: 'as required' | 'may be left' = 'as required',
): Organization | undefined {
  const usage = findClient(tenant, clientId)?.['organization_usage'] ?? 'deny'
  if (typeof given !== 'string' || given === '') {
    if (usage !== 'require' || whenNone === 'may be left') return undefined
    throw new errors.InvalidRequest('parameter organization is required for this client')
  }
  if (usage === 'deny') {
    throw new errors.InvalidRequest('parameter organization is not allowed for this client')
  }
  const organization = lookUp(tenant, given)
  if (organization === undefined) {
    throw new errors.InvalidRequest(`parameter organization is invalid: ${given}`)
  }
  if (organization.enabled_connections.length === 0) {
    throw new errors.InvalidRequest('no connections enabled for the organization')
  }
  return organization
}

/** By its id; by its name too where the tenant allows that. */
function lookUp(tenant: Tenant, given: string): Organization | undefined {
  return tenant.store.state.organizations.find(
    ({ id, name }) => id === given || (allowsNames(tenant) && name === given.toLowerCase()),
  )
}

/**
 * Lets only members through; a connection can make members of those who log in with it.
 *
 * @throws AccessDenied for everybody else
 * @see https://auth0.com/docs/manage-users/organizations/configure-organizations/grant-just-in-time-membership
 */
export function requireMembership(
  tenant: Tenant,
  { id, members, enabled_connections }: Organization,
  { user, clientId }: { readonly user: User; readonly clientId: string },
): void {
  const { user_id: userId } = user
  const own = tenant.store.state.connections.filter(({ name }) =>
    user.identities.some(({ connection }) => connection === name),
  )
  const connection = enabled_connections.find(({ connection_id }) =>
    own.some((one) => one.id === connection_id),
  )
  const isMember = members.some(({ user_id }) => user_id === userId)
  if (connection !== undefined && isMember) return
  if (connection?.assign_membership_on_login === true) {
    tenant.store.update((state) => addMember(findOrganization(state, id), userId))
    return
  }
  const description = `user ${userId} is not part of the ${id} organization`
  logLogin(tenant, { type: 'f', transaction: { clientId, userId }, description })
  throw new errors.AccessDenied(description)
}
