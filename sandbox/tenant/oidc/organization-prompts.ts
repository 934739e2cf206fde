// Where an authorization request is held to what its application says of organizations, and its user asked for one.
import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'
import { findClient } from '../login/clients.ts'
import { PERSONAL_ACCOUNT } from '../login/organization-choice.ts'
import { organizationFor } from '../login/organization.ts'
import type { Organization } from '../state.ts'
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
