import { bindToKey } from '../login/proof-of-possession.ts'
import { describeResourceServer } from '../login/resource-server-info.ts'
import { isOidcScope, toResource } from '../login/resource-servers.ts'
import type { Transaction } from '../login/transaction.ts'
import type { Tenant } from '../tenant.ts'
import type { GrantContext, TokenResponse } from './grant.ts'

export interface Issue {
  readonly transaction: Transaction
  readonly scopes: readonly string[]
  readonly grantId: string
}

/** Issues an access token, and with `openid` an ID token. What they say besides is the grant's (`token-claims.ts`). */
export async function issueTokens(
  tenant: Tenant,
  ctx: GrantContext,
  issue: Issue,
): Promise<TokenResponse> {
  const { provider } = ctx.oidc
  const { transaction, scopes, grantId } = issue
  const { userId, audience, protocol } = transaction
  const token = new provider.AccessToken({
    accountId: userId,
    client: ctx.oidc.client,
    grantId,
    gty: protocol,
    scope: scopes.join(' '),
    resourceServer: audience === undefined ? undefined : resourceServer(tenant, ctx, audience),
  })
  await bindToKey(ctx, token)
  ctx.oidc.entity('AccessToken', token)
  return {
    access_token: await token.save(),
    ...(scopes.includes('openid') ? { id_token: await issueIdToken(ctx, scopes) } : {}),
    scope: scopes.join(' '),
    expires_in: token.expiration,
    token_type: token.tokenType,
  }
}

/** @returns an API as oidc-provider describes it in a token */
export function resourceServer(
  tenant: Tenant,
  ctx: GrantContext,
  audience: string,
): InstanceType<GrantContext['oidc']['provider']['ResourceServer']> {
  const resource = toResource(audience)
  const { ResourceServer } = ctx.oidc.provider
  return new ResourceServer(resource, describeResourceServer(tenant, ctx, resource))
}

async function issueIdToken(ctx: GrantContext, scopes: readonly string[]): Promise<string> {
  const { provider, account } = ctx.oidc
  if (account === undefined) throw new Error('no user')
  const scope = scopes.filter(isOidcScope).join(' ')
  const token = new provider.IdToken(await account.claims('id_token', scope, {}, []), { ctx })
  Object.assign(token, { scope })
  return token.issue({ use: 'idtoken' })
}
