import type { Actor } from '../action-runtime/messages.ts'
import { advance } from '../login/post-login.ts'
import { saveGrant } from '../login/granting.ts'
import { bindRefreshToken, requireBinding } from '../login/proof-of-possession.ts'
import { toResource } from '../login/resource-servers.ts'
import type { TokenFlow } from '../login/oidc-state.ts'
import { finalScopes, type Transaction } from '../login/transaction.ts'
import type { Tenant } from '../tenant.ts'
import { forbidden } from './grant-error.ts'
import { assumeUser, eventRequest, type GrantContext, type TokenResponse } from './grant.ts'
import { issueTokens } from './issue-tokens.ts'
import { mfaRequired } from './mfa-token.ts'
import { spendRefreshToken } from './refresh-token-use.ts'

/**
 * Goes on with the Actions of a flow, and issues what they leave of it.
 *
 * @throws GrantError `access_denied`, or `mfa_required` with the token that goes on with the flow
 */
export async function runFlow(
  tenant: Tenant,
  ctx: GrantContext,
  flow: TokenFlow,
): Promise<TokenResponse> {
  await requireBinding(tenant, ctx, flow.transaction.audience)
  const progress = await advance(tenant, flow.transaction, {
    request: eventRequest(ctx),
    isRemembered: false,
  })
  switch (progress.at) {
    case 'refusal':
      // Assumed: the documentation tells what becomes of a denial only where there is a browser.
      throw forbidden('access_denied', progress.reason)
    case 'redirect':
      // Documented to fail; as what is assumed.
      throw forbidden('interaction_required', 'This flow cannot redirect the user.')
    case 'mfa':
      throw mfaRequired(tenant, flow, progress.mfa)
    case 'end':
      return finish(tenant, ctx, flow)
  }
}

async function finish(tenant: Tenant, ctx: GrantContext, flow: TokenFlow): Promise<TokenResponse> {
  // The Actions took their time: the user may have been blocked since.
  assumeUser(tenant, ctx, flow.transaction.userId)
  switch (flow.kind) {
    case 'password':
      return finishLogin(tenant, ctx, { ...flow, grantType: 'password', isRefreshable: true })
    case 'ciba':
      return finishLogin(tenant, ctx, { ...flow, grantType: '', isRefreshable: true })
    case 'custom_token_exchange':
      return { ...(await finishLogin(tenant, ctx, { ...flow, grantType: '' })), ...OF_EXCHANGE }
    case 'refresh_token':
      return spendRefreshToken(tenant, ctx, flow)
    case 'token_exchange':
      return finishExchange(tenant, ctx, flow)
  }
}

interface Finished {
  readonly transaction: Transaction
  /** `gty` of the tokens; empty where it is not known */
  readonly grantType: string
  readonly isRefreshable: boolean
  readonly actor?: Actor | undefined
}

async function finishLogin(
  tenant: Tenant,
  ctx: GrantContext,
  { transaction, grantType, isRefreshable, actor }: Finished,
): Promise<TokenResponse> {
  const scopes = finalScopes(transaction)
  const { client, provider } = ctx.oidc
  const { userId, audience } = transaction
  const grantId = await saveGrant(tenant, ctx, { transaction, scopes, grantType, actor })
  const response = await issueTokens(tenant, ctx, { transaction, scopes, grantId })
  const isRefreshed =
    isRefreshable && scopes.includes('offline_access') && client.grantTypeAllowed('refresh_token')
  if (!isRefreshed) return response
  const refreshToken = new provider.RefreshToken({
    accountId: userId,
    client,
    grantId,
    gty: transaction.protocol,
    scope: scopes.join(' '),
    resource: audience === undefined ? undefined : toResource(audience),
  })
  bindRefreshToken(ctx, refreshToken)
  return { ...response, refresh_token: await refreshToken.save() }
}

const OF_EXCHANGE = { issued_token_type: 'urn:ietf:params:oauth:token-type:access_token' }

/** Documented: an access token comes of it, and nothing else. */
async function finishExchange(
  tenant: Tenant,
  ctx: GrantContext,
  { transaction, actor }: Extract<TokenFlow, { kind: 'token_exchange' }>,
): Promise<TokenResponse> {
  const scopes = finalScopes(transaction).filter((scope) => scope !== 'openid')
  const grantId = await saveGrant(tenant, ctx, { transaction, scopes, grantType: '', actor })
  const response = await issueTokens(tenant, ctx, { transaction, scopes, grantId })
  return { ...response, ...OF_EXCHANGE }
}
