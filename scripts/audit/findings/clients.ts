import { holderOf, holds, takesNoMachine } from '../tenant/client-grants.ts'
import {
  protectedAudiences,
  protectedResourceServers,
  protectedScopes,
  type AuditContext,
} from './context.ts'
import {
  known,
  type ClientFacts,
  type ClientGrantFacts,
  type ResourceServerFacts,
} from '../tenant/facts.ts'
import { openedBy, unknownIn, WAYS } from '../tenant/ways.ts'
import { kind, listed, type Kind } from './entry.ts'

interface MayAsk {
  readonly client: string
  /** Protected scopes that the client may ask for. */
  readonly scopes: readonly string[]
  /** Given where it needs a client grant for them, and not all grants were seen. */
  readonly ifGranted?: true
}

interface EnabledGrant extends MayAsk {
  /** Grant types as the client has them. */
  readonly grants: readonly string[]
}

interface ReachedScopes {
  readonly client: string
  readonly audience: string
  readonly scopes: readonly string[]
}

/** What is known of `subject_type`. */
const SUBJECTS = ['client', 'user', 'anonymous_user']

/** Findings about clients that can get at protected scopes without a browser. */
export const CLIENT_FINDINGS = {
  'protected-scope-in-machine-grant': kind<ReachedScopes>({
    severity: 'error',
    title: 'A machine is granted a protected scope',
    restsOn: ['clientGrants'],
    find: (context) =>
      grantsOf(context, (subject) => subject === 'client')
        .map(({ found }) => found)
        .filter(({ audience }) => !takesNoMachine(audience, context.facts)),
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
    restsOn: ['clients'],
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

  'protected-scope-in-anonymous-grant': kind<ReachedScopes>({
    severity: 'error',
    title: 'Anonymous users are granted a protected scope',
    restsOn: ['clientGrants'],
    find: (context) =>
      grantsOf(context, (subject) => subject === 'anonymous_user').map(({ found }) => found),
    explain: ({ client, scopes, audience }) =>
      `the client grant of \`${client}\` for anonymous users holds ${listed(scopes)} of \`${audience}\`: anybody can get it at \`/anonymous/token\`, where there is no user to challenge and no post-login Action is documented to run`,
    remedy: ({ scopes }) => `take ${listed(scopes)} out of the grant`,
    source:
      'https://auth0.com/docs/manage-users/sessions/anonymous-sessions/configure-anonymous-sessions',
  }),

  'protected-scope-in-unknown-grant': kind<ReachedScopes & { readonly subjectType: string }>({
    severity: 'error',
    title: 'A grant of a kind that this audit does not know holds a protected scope',
    restsOn: ['clientGrants'],
    find: (context) =>
      grantsOf(context, (subject) => !SUBJECTS.includes(subject)).map(({ grant, found }) => ({
        ...found,
        subjectType: grant.subject,
      })),
    explain: ({ client, scopes, audience, subjectType }) =>
      `the client grant of \`${client}\` with the \`subject_type\` \`${subjectType}\` holds ${listed(scopes)} of \`${audience}\`; nothing is known of who gets it, or whether a post-login Action runs`,
    remedy: ({ scopes }) =>
      `take ${listed(scopes)} out of the grant, or find out and accept the finding`,
    source:
      'https://auth0.com/docs/get-started/applications/application-access-to-apis-client-grants',
  }),

  'password-grant-enabled': withoutBrowser('password-grant-enabled', {
    title: 'A client that may ask for protected scopes can trade passwords for tokens',
    because:
      'in this grant a request without scopes asks for all of them, and no browser shows a challenge',
    source: 'https://auth0.com/docs/api/authentication/resource-owner-password-flow/get-token',
  }),
  'token-exchange-grant-enabled': withoutBrowser('token-exchange-grant-enabled', {
    title: 'A client that may ask for protected scopes can exchange tokens',
    because:
      'in this grant no browser shows a challenge, and with an organization or an actor Auth0 supports no MFA',
    source:
      'https://auth0.com/docs/authenticate/custom-token-exchange/cte-multi-factor-authentication',
  }),
  'device-code-grant-enabled': withoutBrowser('device-code-grant-enabled', {
    title: 'A client that may ask for protected scopes can use the device flow',
    because:
      'the token goes to a device that the user may have been tricked into approving, and how Auth0 does MFA in it is not documented',
    source:
      'https://auth0.com/docs/get-started/authentication-and-authorization-flow/device-authorization-flow',
  }),
  'ciba-grant-enabled': withoutBrowser('ciba-grant-enabled', {
    title: 'A client that may ask for protected scopes can start logins by CIBA',
    because:
      'with CIBA the client starts the login and the user approves it on another device, no browser shows a challenge, and what challenge commands do there is not documented',
    source:
      'https://auth0.com/docs/get-started/applications/configure-client-initiated-backchannel-authentication',
  }),
  'passwordless-grant-enabled': withoutBrowser('passwordless-grant-enabled', {
    title: 'A client that may ask for protected scopes can use embedded passwordless login',
    because:
      'a code by email or SMS, which the app itself takes and trades, is the only factor of embedded passwordless login, and no browser shows a challenge',
    source:
      'https://auth0.com/docs/authenticate/passwordless/implement-login/embedded-login/relevant-api-endpoints',
  }),
  'passkey-grant-enabled': withoutBrowser('passkey-grant-enabled', {
    title: 'A client that may ask for protected scopes can use native passkeys',
    because:
      'the app itself trades the passkey for tokens, no browser shows a challenge, and what challenge commands do there is not documented',
    source: 'https://auth0.com/docs/authenticate/database-connections/passkeys/passkey-apis',
  }),
  'native-social-login-enabled': withoutBrowser('native-social-login-enabled', {
    title: 'A client that may ask for protected scopes can use native social login',
    because:
      "in native social login the app trades the social provider's token without a browser, and a request without scopes asks for all of them",
    source:
      'https://auth0.com/docs/api/authentication/token-exchange-for-native-social/token-exchange-native-social',
  }),
  'cross-app-access-enabled': withoutBrowser('cross-app-access-enabled', {
    title: 'A client that may ask for protected scopes can use Cross App Access',
    because: 'an assertion of another identity provider is traded for a token without the user',
    source: 'https://auth0.com/docs/ai-agents-mcp/cross-app-access',
  }),
  'legacy-grant-enabled': withoutBrowser('legacy-grant-enabled', {
    title: 'A client that may ask for protected scopes has legacy grants',
    because:
      'passwords, signed assertions, social tokens or earlier tokens are traded without a browser, and what challenge commands do there is not documented',
    source: 'https://auth0.com/docs/get-started/applications/application-grant-types',
  }),

  'client-not-oidc-conformant': kind<MayAsk>({
    severity: 'warning',
    title: 'A client that may ask for protected scopes uses the legacy pipeline',
    restsOn: ['clients'],
    find: (context) =>
      (known(context.facts.clients) ?? []).flatMap((client) => {
        const { name, isOidcConformant, grantTypes } = client
        const scopes = requestableScopes(context, client)
        const isForUsers = grantTypes?.some((type) => type !== 'client_credentials') ?? true
        if (isOidcConformant !== false || !isForUsers || scopes.length === 0) return []
        return [{ subject: name, client: name, scopes, ...ifGranted(context) }]
      }),
    explain: ({ client, ...asked }) =>
      `\`${client}\` is not OIDC-conformant and ${mayAsk(asked)}: in the legacy pipeline it may be given tokens for no API, ID tokens serve at APIs, and delegation trades one token for another, while rules go by audience and scope`,
    remedy: () => 'switch "OIDC Conformant" on, and mend what the app then misses',
    source: 'https://auth0.com/docs/authenticate/login/oidc-conformant-authentication',
  }),

  'client-setting-unknown': kind<{
    readonly client: string
    readonly settings: readonly string[]
  }>({
    severity: 'warning',
    title: 'A client has grant types or settings that this audit does not know',
    restsOn: ['clients'],
    find: (context) =>
      (known(context.facts.clients) ?? []).flatMap((client) => {
        const settings = [...unknownIn(client), ...(client.unknownSettings ?? [])]
        if (settings.length === 0) return []
        return [{ subject: client.name, client: client.name, settings }]
      }),
    explain: ({ client, settings }) =>
      `\`${client}\` has ${listed(settings)}, of which this audit knows nothing: it may be one more way to a token, with or without a challenge`,
    remedy: () =>
      'find out what it does, and accept the finding if it brings no token unchallenged',
    source: 'https://auth0.com/docs/get-started/applications/application-grant-types',
  }),
}

function grantsOf(context: AuditContext, isMeant: (subject: string) => boolean) {
  return (known(context.facts.clientGrants) ?? []).flatMap((grant) => {
    const scopes = heldScopes(context, grant)
    if (!isMeant(grant.subject) || scopes.length === 0) return []
    const client = holderOf(grant, context.facts)
    return [{ grant, found: { subject: client, client, audience: grant.audience, scopes } }]
  })
}

function withoutBrowser(
  code: string,
  { because, ...words }: Readonly<Record<'title' | 'because' | 'source', string>>,
): Kind<EnabledGrant> {
  const ways = WAYS.filter(({ finding }) => finding === code)
  const opens = ways.flatMap((way) => way.opens)
  const unreached = ways.flatMap((way) => (way.verdict === 'no-action' ? way.opens : []))
  return {
    severity: 'warning',
    ...words,
    restsOn: ['clients'],
    find: (context) =>
      (known(context.facts.clients) ?? []).flatMap((client) => {
        const grants = openedBy(client, opens)
        const scopes = grants.length === 0 ? [] : requestableScopes(context, client)
        if (scopes.length === 0) return []
        const { name } = client
        return [{ subject: name, client: name, grants, scopes, ...ifGranted(context) }]
      }),
    explain: ({ client, grants, ...asked }) => {
      const alone = grants.filter((grant) => unreached.includes(grant))
      return [
        `\`${client}\` has ${listed(grants)} and ${mayAsk(asked)}: ${because}`,
        ...(alone.length < grants.length ? [', so all depends on what the Action answers'] : []),
        ...(alone.length > 0
          ? [
              `; for ${listed(alone)} no post-login Action is documented to run, so the rules do not reach it`,
            ]
          : []),
      ].join('')
    },
    remedy: ({ grants }) =>
      `take ${listed(grants)} from the client, or require client grants for user access to the resource server and grant this client other scopes only`,
  }
}

function heldScopes(context: AuditContext, grant: ClientGrantFacts): readonly string[] {
  return protectedScopes(context, grant.audience).filter((scope) => holds(grant, scope))
}

const NEEDS_GRANT = 'require_client_grant'

function ifGranted(context: AuditContext): Pick<MayAsk, 'ifGranted'> {
  const isNeeded = serversToAsk(context).some(({ userAccess }) => userAccess === NEEDS_GRANT)
  return isNeeded && context.facts.clientGrants.seen !== 'all' ? { ifGranted: true } : {}
}

function mayAsk({ scopes, ifGranted: isUnsure }: Omit<MayAsk, 'client'>): string {
  const asked = `may ask for ${listed(scopes)}`
  return isUnsure === true ? `${asked}, if a client grant says so (not all were seen)` : asked
}

type ServerToAsk = Pick<ResourceServerFacts, 'identifier' | 'userAccess'>

/** Protected scopes that a client may ask for in the name of a user. */
export function requestableScopes(context: AuditContext, client: ClientFacts): readonly string[] {
  return serversToAsk(context).flatMap((server) => requestableOf(context, client, server))
}

// Where not all resource servers were seen, those of the rules are taken to be there.
function serversToAsk(context: AuditContext): readonly ServerToAsk[] {
  const servers = protectedResourceServers(context)
  if (context.facts.resourceServers.seen === 'all') return servers
  const others = protectedAudiences(context).filter(
    (audience) => !servers.some(({ identifier }) => identifier === audience),
  )
  return [...servers, ...others.map((identifier) => ({ identifier }))]
}

// Whether a grant is needed at all is a setting of the resource server; where it or the grants are
// not known, the client may ask.
function requestableOf(
  context: AuditContext,
  { id, isFirstParty }: ClientFacts,
  { identifier: audience, userAccess }: ServerToAsk,
): readonly string[] {
  const { clientGrants } = context.facts
  if (userAccess === 'deny_all') return []
  // Of several grants the most counts, so all have to be known.
  if (userAccess !== NEEDS_GRANT || id === undefined || clientGrants.seen !== 'all') {
    return protectedScopes(context, audience)
  }
  // A grant without a client is for every third-party client.
  const isHeld = ({ clientId }: ClientGrantFacts) =>
    clientId === undefined ? isFirstParty !== true : clientId === id
  const own = clientGrants.value.filter(
    (grant) => grant.subject === 'user' && grant.audience === audience && isHeld(grant),
  )
  return [...new Set(own.flatMap((grant) => heldScopes(context, grant)))]
}
