import { findUser } from '../find-user.ts'
import { findClient } from '../login/clients.ts'
import type { GrantOutcome } from '../login/oidc-state.ts'
import { refreshTokenId } from '../login/refresh-token-id.ts'
import {
  findResourceServer,
  grantableScopes,
  isOidcScope,
  splitScope,
} from '../login/resource-servers.ts'
import { newTransaction } from '../login/transaction.ts'
import type { Client } from '../state.ts'
import type { Tenant } from '../tenant.ts'
import { forbidden, requireParameters } from './grant-error.ts'
import { SCOPE_AND_AUDIENCE, assumeUser, type Grant } from './grant.ts'
import { findRefreshToken, type UsableToken } from './refresh-token-use.ts'
import { runFlow } from './token-flow.ts'

/**
 * A refresh runs the Actions anew. It can ask for less than the login was granted, and for what the policies of
 * the client add to that.
 *
 * @see https://auth0.com/docs/api/authentication/refresh-token/refresh-token
 * @see https://auth0.com/docs/secure/tokens/refresh-tokens/multi-resource-refresh-token
 */
export const refreshTokenGrant: Grant = {
  parameters: ['refresh_token', ...SCOPE_AND_AUDIENCE],
  log: { success: 'sertft', failure: 'fertft' },
  handle: async (tenant, ctx) => {
    const { params, client } = ctx.oidc
    requireParameters(params, 'refresh_token')
    const refreshToken = String(params.refresh_token)
    const token = await findRefreshToken(tenant, ctx, refreshToken)
    assumeUser(tenant, ctx, token.accountId)
    const login = tenant.oidc.outcomes.get(token.grantId)
    if (login === undefined) throw new Error('a refresh token without a login')
    login.transaction.refreshTokenLife.idleExpiresAtMs = undefined
    const audience = params.requested_audience ?? login.transaction.audience
    const allowed = reach(tenant, login, audience)
    const narrowed = isWidened(tenant, login, params.requested_audience)
      ? []
      : splitScope(params.requested_scope)
    const transaction = newTransaction({
      protocol: 'oauth2-refresh-token',
      clientId: client.clientId,
      userId: token.accountId,
      connection: login.transaction.connection,
      audience,
      scopes: grantableScopes(tenant, {
        audience,
        // Documented: what was not granted is ignored, not refused.
        requested:
          narrowed.length === 0 ? allowed : allowed.filter((scope) => narrowed.includes(scope)),
        user: findUser(tenant.store.state, token.accountId),
        organization: login.transaction.organization,
      }),
      organization: login.transaction.organization,
      event: {},
      sessionUid: undefined,
      refreshToken: describe(token, login),
      refreshTokenLife: login.transaction.refreshTokenLife,
    })
    return runFlow(tenant, ctx, { kind: 'refresh_token', transaction, refreshToken })
  },
}

/** Documented: for the API of the login, when it is named, "all MRRT configured scopes and original" ones. */
function isWidened(tenant: Tenant, { transaction }: GrantOutcome, audience: unknown): boolean {
  if (audience === undefined || audience !== transaction.audience) return false
  return (
    policyScopes(tenant, findClient(tenant, transaction.clientId), transaction.audience) !==
    undefined
  )
}

/** @returns the scopes that a refresh token of this login can have for an API @throws GrantError 403 */
function reach(tenant: Tenant, login: GrantOutcome, audience: string | undefined): string[] {
  const { clientId, audience: original } = login.transaction
  const policy = policyScopes(tenant, findClient(tenant, clientId), audience)
  if (audience === original) return [...login.scopes, ...(policy ?? [])]
  // Assumed: the documentation does not tell how an API outside of the policies is refused.
  if (policy === undefined) throw forbidden('access_denied', `Service not found: ${audience}`)
  return [...login.scopes.filter(isOidcScope), ...policy]
}

/** Documented: for first-party applications, and never for the Management API. */
function policyScopes(
  tenant: Tenant,
  client: Client | undefined,
  audience: string | undefined,
): readonly string[] | undefined {
  const { policies } = (client?.['refresh_token'] ?? {}) as { policies?: unknown }
  const server = audience === undefined ? undefined : findResourceServer(tenant, audience)
  if (!Array.isArray(policies) || server === undefined) return undefined
  if (server.is_system === true || client?.['is_first_party'] === false) return undefined
  const policy = (policies as { audience?: unknown; scope?: unknown }[]).find(
    (one) => one.audience === audience,
  )
  return policy === undefined ? undefined : Array.isArray(policy.scope) ? policy.scope : []
}

/** What `event.refresh_token` tells. */
function describe(
  { iiat, iat, grantId }: UsableToken,
  { transaction: { audience, refreshTokenLife: life }, scopes }: GrantOutcome,
): Readonly<Record<string, unknown>> {
  const createdAt = iiat ?? iat
  return {
    id: refreshTokenId(grantId),
    created_at: new Date(createdAt * 1_000).toISOString(),
    metadata: life.metadata,
    ...(life.expiresAtMs === undefined
      ? {}
      : { expires_at: new Date(life.expiresAtMs).toISOString() }),
    resource_servers: audience === undefined ? [] : [{ audience, scopes: scopes.join(' ') }],
  }
}
