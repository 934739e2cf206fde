import { errors, type RefreshToken } from 'oidc-provider'
import { findClient } from '../login/clients.ts'
import { idleLifetimeMs, secondsOf } from '../login/lifetimes.ts'
import { thumbprintOf } from '../login/proof-of-possession.ts'
import type { TokenFlow } from '../login/oidc-state.ts'
import { refreshes } from '../login/token-claims.ts'
import { finalScopes } from '../login/transaction.ts'
import type { Tenant } from '../tenant.ts'
import { forbidden, type GrantError } from './grant-error.ts'
import type { GrantContext, TokenResponse } from './grant.ts'
import { issueTokens } from './issue-tokens.ts'

/** A refresh token that is good at this moment. */
export type UsableToken = RefreshToken & { readonly grantId: string }

/**
 * Finds a refresh token of the client. One that has been replaced still counts for as long as the client's leeway; after
 * that its use betrays a theft, and ends the whole family.
 *
 * @throws GrantError 403
 * @see https://auth0.com/docs/secure/tokens/refresh-tokens/refresh-token-rotation
 */
export async function findRefreshToken(
  tenant: Tenant,
  ctx: GrantContext,
  value: string,
): Promise<UsableToken> {
  const { provider, client } = ctx.oidc
  const token = await provider.RefreshToken.find(value)
  if (!isComplete(token) || token.clientId !== client.clientId) throw unknownToken()
  // With a user all tokens of theirs are gone.
  if (!tenant.store.state.users.some(({ user_id }) => user_id === token.accountId)) {
    throw unknownToken()
  }
  const login = tenant.oidc.outcomes.get(token.grantId)
  const usedAtMs = login?.refreshedAtMs ?? token.iat * 1_000
  const isIdle = tenant.now() > usedAtMs + idleLifetimeMs(findClient(tenant, client.clientId))
  if (isIdle || secondsOf(login?.transaction.refreshTokenLife, tenant.now()) <= 0) {
    await provider.RefreshToken.revokeByGrantId(token.grantId)
    throw unknownToken()
  }
  if (token.jkt !== undefined && token.jkt !== (await thumbprintOf(ctx))) {
    // Assumed: the documentation asks for the same key, and does not tell how another one is refused.
    throw forbidden('invalid_grant', 'The refresh token is bound to another key.')
  }
  const replacedAt = Number((token as { consumed?: unknown }).consumed ?? NaN)
  if (replacedAt + leewaySeconds(tenant, client.clientId) < tenant.now() / 1_000) {
    await provider.RefreshToken.revokeByGrantId(token.grantId)
    throw unknownToken()
  }
  return token
}

/** Ends a refresh: the token is replaced where the client rotates its tokens. */
export async function spendRefreshToken(
  tenant: Tenant,
  ctx: GrantContext,
  { transaction, refreshToken }: Extract<TokenFlow, { kind: 'refresh_token' }>,
): Promise<TokenResponse> {
  const token = await findRefreshToken(tenant, ctx, refreshToken)
  const { grantId } = token
  const login = tenant.oidc.outcomes.get(grantId)
  if (login !== undefined) login.refreshedAtMs = tenant.now()
  ctx.oidc.entity('Grant', await ctx.oidc.provider.Grant.find(grantId))
  const replacement = isRotating(tenant, token) ? await rotate(ctx, token) : undefined
  const scopes = finalScopes(transaction)
  refreshes.set(ctx, { transaction, scopes, hasMfa: false, grantType: 'refresh_token' })
  const response = await issueTokens(tenant, ctx, { transaction, scopes, grantId })
  return replacement === undefined ? response : { ...response, refresh_token: replacement }
}

async function rotate({ oidc }: GrantContext, token: UsableToken): Promise<string> {
  const { iiat, gty = '', accountId, grantId, resource, scope = '', rotations = 0, jkt } = token
  if ((token as { consumed?: unknown }).consumed === undefined) {
    await token.consume().catch((error: unknown) => {
      throw error instanceof errors.InvalidGrant ? unknownToken() : error
    })
  }
  const { RefreshToken } = oidc.provider
  const next = new RefreshToken({
    accountId,
    client: oidc.client,
    grantId,
    gty,
    iiat,
    resource,
    scope,
    rotations: rotations + 1,
    jkt,
    // Documented: the lifetime is that of the family, not of each token.
    expiresIn: token.remainingTTL,
  })
  return next.save()
}

function isComplete(token: RefreshToken | undefined): token is UsableToken {
  return token?.grantId !== undefined
}

function unknownToken(): GrantError {
  return forbidden('invalid_grant', 'Unknown or invalid refresh token.')
}

function isRotating(tenant: Tenant, { clientId }: UsableToken): boolean {
  return settingsOf(tenant, clientId)['rotation_type'] === 'rotating'
}

function leewaySeconds(tenant: Tenant, clientId: string | undefined): number {
  return Number(settingsOf(tenant, clientId)['leeway'] ?? 0)
}

function settingsOf(tenant: Tenant, clientId: string | undefined): Record<string, unknown> {
  return (findClient(tenant, clientId)?.['refresh_token'] ?? {}) as Record<string, unknown>
}
