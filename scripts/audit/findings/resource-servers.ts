import { protectedResourceServers, scopeRulesOf } from './context.ts'
import { kind, listed } from './entry.ts'

/**
 * An hour. Auth0 names no limit (its default is a day); nothing that is worth a step-up needs its
 * token for longer, and API and user have moved on.
 */
const LONG_LIFETIME_SECONDS = 3600

/** Findings about the settings of a resource server whose scopes are protected. */
export const RESOURCE_SERVER_FINDINGS = {
  'permissions-in-access-token': kind<{ readonly audience: string; readonly dialect: string }>({
    severity: 'error',
    title: 'Access tokens carry every permission of the user',
    restsOn: ['resourceServers'],
    // Where it is not known whether RBAC is on, the dialect alone says what is meant.
    find: (context) =>
      protectedResourceServers(context).flatMap((server) => {
        const { identifier: audience, tokenDialect: dialect, enforcePolicies } = server
        if (!dialect?.endsWith('_authz') || enforcePolicies === false) return []
        return [{ subject: audience, audience, dialect }]
      }),
    explain: ({ audience, dialect }) =>
      `tokens for \`${audience}\` have the dialect \`${dialect}\`: their \`permissions\` claim lists all permissions of the user, requested or not, so an API that goes by it lets protected operations pass without MFA`,
    remedy: () =>
      'switch "Add Permissions in the Access Token" off, so that an API can only go by `scope`',
    source: 'https://auth0.com/docs/get-started/apis/enable-role-based-access-control-for-apis',
  }),

  'refresh-tokens-allowed': kind<{
    readonly audience: string
    /** The settings that allow them, by their names in the Management API. */
    readonly settings: readonly string[]
    /** What rules answer to a refresh that would bring a protected scope. */
    readonly answers: readonly string[]
  }>({
    severity: 'warning',
    title: 'Refresh tokens are issued for a protected resource server',
    restsOn: ['resourceServers'],
    find: (context) =>
      protectedResourceServers(context).flatMap((server) => {
        const { identifier: audience } = server
        const settings = [
          ...(server.allowOfflineAccess === true ? ['allow_offline_access'] : []),
          ...(server.allowOnlineAccess === true ? ['allow_online_access'] : []),
        ]
        if (settings.length === 0) return []
        const rules = scopeRulesOf(context).filter((rule) => rule.audience === audience)
        const answers = [...new Set(rules.map(({ refreshAnswer }) => refreshAnswer))]
        return [{ subject: audience, audience, settings, answers }]
      }),
    explain: ({ audience, settings, answers }) =>
      `${listed(settings)} lets apps renew tokens for \`${audience}\` without the user; what keeps a step-up out of them is the Action alone (its rules answer ${listed(answers)})`,
    remedy: ({ settings }) =>
      `switch ${listed(settings)} off, or give the protected scopes a resource server of their own`,
    source: 'https://auth0.com/docs/secure/tokens/refresh-tokens/use-refresh-tokens',
  }),

  'long-token-lifetime': kind<{
    readonly audience: string
    /** Its name in the Management API. */
    readonly setting: string
    readonly seconds: number
  }>({
    severity: 'warning',
    title: 'Tokens with protected scopes live long',
    restsOn: ['resourceServers'],
    find: (context) =>
      protectedResourceServers(context).flatMap((server) => {
        const { identifier: audience, tokenLifetimeSeconds, tokenLifetimeForWebSeconds } = server
        const lifetimes = [
          ['token_lifetime', tokenLifetimeSeconds],
          ['token_lifetime_for_web', tokenLifetimeForWebSeconds],
        ] as const
        return lifetimes.flatMap(([setting, seconds]) => {
          if (seconds === undefined || seconds <= LONG_LIFETIME_SECONDS) return []
          return [{ subject: audience, audience, setting, seconds }]
        })
      }),
    explain: ({ audience, setting, seconds }) =>
      `\`${setting}\` of \`${audience}\` is ${seconds} seconds; Auth0 describes a stepped-up token as one that is used once and thrown away, and a thief of a longer-lived one needs no MFA`,
    remedy: () => 'choose minutes, at most an hour (3600)',
    source: 'https://auth0.com/docs/secure/tokens/access-tokens/update-access-token-lifetime',
  }),

  'token-signed-with-shared-secret': kind<{ readonly audience: string; readonly alg: string }>({
    severity: 'warning',
    title: 'An API that can verify a token can also make one',
    restsOn: ['resourceServers'],
    find: (context) =>
      protectedResourceServers(context).flatMap(({ identifier: audience, signingAlg: alg }) =>
        alg?.startsWith('HS') === true ? [{ subject: audience, audience, alg }] : [],
      ),
    explain: ({ audience, alg }) =>
      `tokens for \`${audience}\` are signed with ${alg}, a secret that is shared: each API that verifies one can also make one, with protected scopes in it`,
    remedy: () => 'choose RS256, whose key to sign with only Auth0 has',
    source: 'https://auth0.com/docs/get-started/applications/signing-algorithms',
  }),

  'token-without-jti': kind<{ readonly audience: string; readonly dialect: string }>({
    severity: 'warning',
    title: 'Tokens cannot be told apart, so they cannot be single-use',
    restsOn: ['resourceServers'],
    find: (context) =>
      protectedResourceServers(context).flatMap(({ identifier: audience, tokenDialect }) => {
        if (tokenDialect === undefined || tokenDialect.startsWith('rfc9068_')) return []
        return [{ subject: audience, audience, dialect: tokenDialect }]
      }),
    explain: ({ audience, dialect }) =>
      `tokens for \`${audience}\` have the dialect \`${dialect}\`, which has no \`jti\`: the API cannot recognise one that was used before`,
    remedy: () =>
      'choose the RFC 9068 token profile (`rfc9068_profile`), and have the API use up each `jti`',
    source: 'https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles',
  }),
}
