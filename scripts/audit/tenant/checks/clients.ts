import { finding, type Finding } from '../../finding.ts'
import { holderOf, holds } from '../client-grants.ts'
import {
  protectedAudiences,
  protectedResourceServers,
  protectedScopes,
  type AuditContext,
  type Check,
} from '../context.ts'
import {
  known,
  type ClientFacts,
  type ClientGrantFacts,
  type ResourceServerFacts,
} from '../facts.ts'

/** Grant types that bring a token of a user without a browser in which to challenge that user. */
const GRANTS_WITHOUT_BROWSER = [
  ['password-grant-enabled', ['password', 'http://auth0.com/oauth/grant-type/password-realm']],
  ['token-exchange-grant-enabled', ['urn:ietf:params:oauth:grant-type:token-exchange']],
  ['device-code-grant-enabled', ['urn:ietf:params:oauth:grant-type:device_code']],
] as const

export const CLIENT_CHECKS: readonly Check[] = [
  machinesHaveNoProtectedScopes,
  refreshPoliciesAddNoProtectedScopes,
  ...GRANTS_WITHOUT_BROWSER.map(
    ([code, grantTypes]): Check =>
      (context) =>
        clientsWithGrants(context, { code, grantTypes }),
  ),
]

function machinesHaveNoProtectedScopes(context: AuditContext) {
  return (known(context.facts.clientGrants) ?? []).flatMap((grant) => {
    const scopes = heldScopes(context, grant)
    if (grant.subject !== 'client' || scopes.length === 0) return []
    const client = holderOf(grant, context.facts)
    const { audience } = grant
    return [finding('protected-scope-in-machine-grant', client, { client, audience, scopes })]
  })
}

function heldScopes(context: AuditContext, grant: ClientGrantFacts): readonly string[] {
  return protectedScopes(context, grant.audience).filter((scope) => holds(grant, scope))
}

function refreshPoliciesAddNoProtectedScopes(context: AuditContext) {
  return (known(context.facts.clients) ?? []).flatMap(({ name: client, refreshPolicies = [] }) =>
    refreshPolicies.flatMap(({ audience, scopes: added }) => {
      const scopes = protectedScopes(context, audience).filter((scope) => added.includes(scope))
      if (scopes.length === 0) return []
      return [finding('protected-scope-in-refresh-policy', client, { client, audience, scopes })]
    }),
  )
}

interface GrantsWithoutBrowser {
  readonly code: (typeof GRANTS_WITHOUT_BROWSER)[number][0]
  readonly grantTypes: readonly string[]
}

function clientsWithGrants(
  context: AuditContext,
  { code, grantTypes }: GrantsWithoutBrowser,
): readonly Finding[] {
  return (known(context.facts.clients) ?? []).flatMap((client) => {
    const grants = grantTypes.filter((type) => client.grantTypes?.includes(type))
    const scopes = serversToAsk(context).flatMap((server) =>
      requestableScopes(context, client, server),
    )
    if (grants.length === 0 || scopes.length === 0) return []
    return [finding(code, client.name, { client: client.name, grants, scopes })]
  })
}

type ServerToAsk = Pick<ResourceServerFacts, 'identifier' | 'userAccess'>

// Where resource servers could not be read, those of the rules are taken to be there.
function serversToAsk(context: AuditContext): readonly ServerToAsk[] {
  if (context.facts.resourceServers.seen !== 'nothing') return protectedResourceServers(context)
  return protectedAudiences(context).map((identifier) => ({ identifier }))
}

// Whether a grant is needed at all is a setting of the resource server; where it or the grants are
// not known, the client may ask.
function requestableScopes(
  context: AuditContext,
  { id }: ClientFacts,
  { identifier: audience, userAccess }: ServerToAsk,
): readonly string[] {
  const grants = known(context.facts.clientGrants)
  if (userAccess === 'deny_all') return []
  if (userAccess !== 'require_client_grant' || id === undefined || grants === undefined) {
    return protectedScopes(context, audience)
  }
  const own = grants.filter(
    (grant) => grant.subject === 'user' && grant.audience === audience && grant.clientId === id,
  )
  return [...new Set(own.flatMap((grant) => heldScopes(context, grant)))]
}
