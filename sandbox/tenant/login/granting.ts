import type { KoaContextWithOIDC } from 'oidc-provider'
import type { Tenant } from '../tenant.ts'
import type { GrantOutcome } from './oidc-state.ts'
import { isOidcScope, toResource } from './resource-servers.ts'
import { finalScopes, type Transaction } from './transaction.ts'

/**
 * Turns a finished browser transaction into the grant that its tokens hang on. Each request gets a grant of
 * its own, so that what one request was given never leaks into the tokens of another.
 */
export async function grantTokens(
  tenant: Tenant,
  ctx: KoaContextWithOIDC,
  transaction: Transaction,
): Promise<void> {
  const { oidc } = ctx
  const scopes = finalScopes(transaction)
  // oidc-provider refuses a request that ends without any scope; Auth0 would issue an empty token.
  const granted = scopes.length === 0 ? ['openid'] : scopes
  const grantId = await saveGrant(tenant, ctx, { transaction, scopes: granted, grantType: '' })
  const session = oidc.session
  session?.ensureClientContainer(transaction.clientId)
  session?.grantIdFor(transaction.clientId, grantId)
  if (oidc.params !== undefined) oidc.params['scope'] = granted.join(' ')
}

/** Saves the grant of a transaction and what its tokens will say. @returns its id */
export async function saveGrant(
  tenant: Tenant,
  ctx: KoaContextWithOIDC,
  {
    transaction,
    scopes,
    grantType,
    actor,
  }: {
    readonly transaction: Transaction
    readonly scopes: readonly string[]
    readonly grantType: string
    readonly actor?: GrantOutcome['actor']
  },
): Promise<string> {
  const { Grant } = ctx.oidc.provider
  const { clientId, userId, audience } = transaction
  const grant = new Grant({ clientId, accountId: userId })
  const oidcScopes = scopes.filter(isOidcScope)
  if (oidcScopes.length > 0) grant.addOIDCScope(oidcScopes.join(' '))
  if (audience !== undefined) grant.addResourceScope(toResource(audience), scopes.join(' '))
  const grantId = await grant.save()
  ctx.oidc.entity('Grant', grant)
  // All its Actions have run. A grant lives for long, and would keep their code as it was at its time.
  transaction.actions = undefined
  tenant.oidc.outcomes.set(grantId, {
    transaction,
    scopes,
    hasMfa: transaction.passedFactors.length > 0,
    grantType,
    actor,
  })
  return grantId
}
