import { holderOf, holds } from '../client-grants.ts'
import {
  protectedAudiences,
  protectedResourceServers,
  protectedScopes,
  type AuditContext,
} from '../context.ts'
import {
  known,
  type ClientFacts,
  type ClientGrantFacts,
  type ResourceServerFacts,
} from '../facts.ts'
import { kind, listed, type Kind } from './entry.ts'

interface EnabledGrant {
  readonly client: string
  /** Grant types as the client has them. */
  readonly grants: readonly string[]
  /** Protected scopes that the client may ask for. */
  readonly scopes: readonly string[]
}

interface ReachedScopes {
  readonly client: string
  readonly audience: string
  readonly scopes: readonly string[]
}

/** Findings about clients that can get at protected scopes without a browser. */
export const CLIENT_FINDINGS = {
  'protected-scope-in-machine-grant': kind<ReachedScopes>({
    severity: 'error',
    title: 'A machine is granted a protected scope',
    find: (context) =>
      (known(context.facts.clientGrants) ?? []).flatMap((grant) => {
        const scopes = heldScopes(context, grant)
        if (grant.subject !== 'client' || scopes.length === 0) return []
        const client = holderOf(grant, context.facts)
        return [{ subject: client, client, audience: grant.audience, scopes }]
      }),
    explain: ({ client, scopes, audience }) =>
      `the client grant of \`${client}\` holds ${listed(scopes)} of \`${audience}\`; client credentials have no user, no post-login Action runs, and nobody is challenged`,
    remedy: ({ scopes }) =>
      `take ${listed(scopes)} out of the grant; let the machine act on a scope of its own`,
    source:
      'https://auth0.com/docs/get-started/applications/application-access-to-apis-client-grants',
  }),

  'protected-scope-in-refresh-policy': kind<ReachedScopes>({
    severity: 'warning',
    title: 'A refresh token policy adds a protected scope',
    find: (context) =>
      (known(context.facts.clients) ?? []).flatMap(({ name: client, refreshPolicies = [] }) =>
        refreshPolicies.flatMap(({ audience, scopes: added }) => {
          const scopes = protectedScopes(context, audience).filter((scope) => added.includes(scope))
          return scopes.length === 0 ? [] : [{ subject: client, client, audience, scopes }]
        }),
      ),
    explain: ({ client, scopes, audience }) =>
      `the multi-resource refresh token policies of \`${client}\` add ${listed(scopes)} of \`${audience}\` to tokens whose login never asked for it; what keeps it out is the Action alone`,
    remedy: ({ scopes }) =>
      `take ${listed(scopes)} out of \`refresh_token.policies\` of the client`,
    source:
      'https://auth0.com/docs/secure/tokens/refresh-tokens/multi-resource-refresh-token/configure-and-implement-multi-resource-refresh-token',
  }),

  'password-grant-enabled': withoutBrowser({
    grantTypes: ['password', 'http://auth0.com/oauth/grant-type/password-realm'],
    title: 'A client that may ask for protected scopes can trade passwords for tokens',
    because:
      'in this grant a request without scopes asks for all of them, and no browser shows a challenge',
    source: 'https://auth0.com/docs/api/authentication/resource-owner-password-flow/get-token',
  }),
  'token-exchange-grant-enabled': withoutBrowser({
    grantTypes: ['urn:ietf:params:oauth:grant-type:token-exchange'],
    title: 'A client that may ask for protected scopes can exchange tokens',
    because:
      'in this grant no browser shows a challenge, and with an organization or an actor Auth0 supports no MFA',
    source:
      'https://auth0.com/docs/authenticate/custom-token-exchange/cte-multi-factor-authentication',
  }),
  'device-code-grant-enabled': withoutBrowser({
    grantTypes: ['urn:ietf:params:oauth:grant-type:device_code'],
    title: 'A client that may ask for protected scopes can use the device flow',
    because:
      'the token goes to a device that the user may have been tricked into approving, and how Auth0 does MFA in it is not documented',
    source:
      'https://auth0.com/docs/get-started/authentication-and-authorization-flow/device-authorization-flow',
  }),
}

function withoutBrowser({
  grantTypes,
  because,
  ...words
}: {
  readonly grantTypes: readonly string[]
  readonly title: string
  readonly because: string
  readonly source: string
}): Kind<EnabledGrant> {
  return {
    severity: 'warning',
    ...words,
    find: (context) =>
      (known(context.facts.clients) ?? []).flatMap((client) => {
        const grants = grantTypes.filter((type) => client.grantTypes?.includes(type))
        const scopes = requestableScopes(context, client)
        if (grants.length === 0 || scopes.length === 0) return []
        return [{ subject: client.name, client: client.name, grants, scopes }]
      }),
    explain: ({ client, grants, scopes }) =>
      `\`${client}\` has ${listed(grants)} and may ask for ${listed(scopes)}: ${because}, so all depends on what the Action answers`,
    remedy: ({ grants }) =>
      `take ${listed(grants)} from the client, or require client grants for user access to the resource server and grant this client other scopes only`,
  }
}

function heldScopes(context: AuditContext, grant: ClientGrantFacts): readonly string[] {
  return protectedScopes(context, grant.audience).filter((scope) => holds(grant, scope))
}

type ServerToAsk = Pick<ResourceServerFacts, 'identifier' | 'userAccess'>

/** Protected scopes that a client may ask for in the name of a user. */
function requestableScopes(context: AuditContext, client: ClientFacts): readonly string[] {
  return serversToAsk(context).flatMap((server) => requestableOf(context, client, server))
}

// Where resource servers could not be read, those of the rules are taken to be there.
function serversToAsk(context: AuditContext): readonly ServerToAsk[] {
  if (context.facts.resourceServers.seen !== 'nothing') return protectedResourceServers(context)
  return protectedAudiences(context).map((identifier) => ({ identifier }))
}

// Whether a grant is needed at all is a setting of the resource server; where it or the grants are
// not known, the client may ask.
function requestableOf(
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
