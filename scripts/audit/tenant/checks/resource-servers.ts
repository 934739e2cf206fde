import { finding } from '../../finding.ts'
import {
  protectedResourceServers,
  scopeRulesOf,
  type AuditContext,
  type Check,
} from '../context.ts'

/**
 * An hour. Auth0 names no limit (its default is a day); nothing that is worth a step-up needs its
 * token for longer, and API and user have moved on.
 */
const LONG_LIFETIME_SECONDS = 3600

export const RESOURCE_SERVER_CHECKS: readonly Check[] = [
  tokensCarryNoPermissions,
  tokensAreNotRefreshed,
  tokensLiveShortly,
  tokensHaveIds,
]

// Where it is not known whether RBAC is on, the dialect alone says what is meant.
function tokensCarryNoPermissions(context: AuditContext) {
  return protectedResourceServers(context).flatMap((server) => {
    const { identifier: audience, tokenDialect: dialect, enforcePolicies } = server
    if (!dialect?.endsWith('_authz') || enforcePolicies === false) return []
    return [finding('permissions-in-access-token', audience, { audience, dialect })]
  })
}

function tokensAreNotRefreshed(context: AuditContext) {
  return protectedResourceServers(context).flatMap((server) => {
    const { identifier: audience } = server
    const settings = [
      ...(server.allowOfflineAccess === true ? ['allow_offline_access'] : []),
      ...(server.allowOnlineAccess === true ? ['allow_online_access'] : []),
    ]
    if (settings.length === 0) return []
    const rules = scopeRulesOf(context).filter((rule) => rule.audience === audience)
    const answers = [...new Set(rules.map(({ refreshAnswer }) => refreshAnswer))]
    return [finding('refresh-tokens-allowed', audience, { audience, settings, answers })]
  })
}

function tokensLiveShortly(context: AuditContext) {
  return protectedResourceServers(context).flatMap((server) => {
    const { identifier: audience, tokenLifetimeSeconds, tokenLifetimeForWebSeconds } = server
    const lifetimes = [
      ['token_lifetime', tokenLifetimeSeconds],
      ['token_lifetime_for_web', tokenLifetimeForWebSeconds],
    ] as const
    return lifetimes.flatMap(([setting, seconds]) => {
      if (seconds === undefined || seconds <= LONG_LIFETIME_SECONDS) return []
      return [finding('long-token-lifetime', audience, { audience, setting, seconds })]
    })
  })
}

function tokensHaveIds(context: AuditContext) {
  return protectedResourceServers(context).flatMap(({ identifier: audience, tokenDialect }) => {
    if (tokenDialect === undefined || tokenDialect.startsWith('rfc9068_')) return []
    return [finding('token-without-jti', audience, { audience, dialect: tokenDialect })]
  })
}
