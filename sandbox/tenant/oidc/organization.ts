import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'
import { findClient } from './clients.ts'
import { PERSONAL_ACCOUNT } from '../login/organization-choice.ts'
import { logLogin } from '../login/login-log.ts'
import { allowsNames } from './organization-claims.ts'
import { addMember } from '../management/organization-members.ts'
import { findOrganization } from '../management/organizations.ts'
import type { Organization, User } from '../state.ts'
import type { Tenant } from '../tenant.ts'

const { Check, Prompt } = interactionPolicy

/**
 * Holds an authorization request to what its application says of organizations, before anybody logs in.
 *
 * @see https://auth0.com/docs/manage-users/organizations/configure-organizations/define-organization-behavior
 */
export function organizationCheck(tenant: Tenant): interactionPolicy.Check {
  return new Check('organization', '', 'invalid_request', (ctx: KoaContextWithOIDC) => {
    if (!isToChoose(tenant, ctx)) requestedOrganization(tenant, ctx)
    return Check.NO_NEED_TO_PROMPT
  })
}

/**
 * @returns the organization that an authorization request is for
 * @throws InvalidRequest in the words of Auth0 (the first and the last documented, the others observed)
 */
export function requestedOrganization(
  tenant: Tenant,
  { oidc }: KoaContextWithOIDC,
): Organization | undefined {
  const { organization, chosen_organization: chosen } = oidc.params ?? {}
  const clientId = oidc.client?.clientId
  if (chosen !== PERSONAL_ACCOUNT) {
    return organizationFor(tenant, clientId, chosen ?? organization)
  }
  return organizationFor(tenant, clientId, undefined)
}

/**
 * The pages that ask for the organization, where the request names none: before anybody logs in, or afterwards.
 *
 * @see https://auth0.com/docs/manage-users/organizations/login-flows-for-organizations
 */
export function organizationPrompt(
  tenant: Tenant,
  behavior: 'pre_login_prompt' | 'post_login_prompt',
): interactionPolicy.Prompt {
  const name = behavior === 'pre_login_prompt' ? 'organization' : 'organization-picker'
  return new Prompt(
    { name, requestable: false },
    new Check('choice', 'Organization required', 'interaction_required', (ctx) => {
      if (!isToChoose(tenant, ctx) || behaviorOf(tenant, ctx) !== behavior) {
        return Check.NO_NEED_TO_PROMPT
      }
      if (behavior === 'pre_login_prompt') return Check.REQUEST_PROMPT
      return chooseOnly(tenant, ctx) ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT
    }),
  )
}

/** Whoever has one organization and can have no personal account has nothing to choose (assumed). */
function chooseOnly(tenant: Tenant, { oidc }: KoaContextWithOIDC): boolean {
  if (findClient(tenant, oidc.client?.clientId)?.['organization_usage'] !== 'require') return false
  const userId = oidc.session?.accountId
  const [only, ...more] = tenant.store.state.organizations.filter(({ members }) =>
    members.some(({ user_id }) => user_id === userId),
  )
  if (only === undefined) {
    throw new errors.AccessDenied(`user ${userId} is not part of any organization`)
  }
  if (more.length > 0 || oidc.params === undefined) return false
  oidc.params['chosen_organization'] = only.id
  return true
}

function isToChoose(tenant: Tenant, ctx: KoaContextWithOIDC): boolean {
  const { organization, chosen_organization: chosen } = ctx.oidc.params ?? {}
  const isNamed = typeof organization === 'string' && organization !== ''
  return behaviorOf(tenant, ctx) !== 'no_prompt' && !isNamed && chosen === undefined
}

function behaviorOf(tenant: Tenant, { oidc }: KoaContextWithOIDC): unknown {
  const client = findClient(tenant, oidc.client?.clientId)
  if ((client?.['organization_usage'] ?? 'deny') === 'deny') return 'no_prompt'
  return client?.['organization_require_behavior'] ?? 'no_prompt'
}

/**
 * The same for an organization that is named elsewhere.
 *
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
