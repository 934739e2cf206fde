// Tokens that are bound to a key of their client (DPoP, RFC 9449): which are, and the proofs at the token endpoint.
import { errors, type KoaContextWithOIDC, type Provider, type RefreshToken } from 'oidc-provider'
import { checkDpopReplay, validateDpop } from 'oidc-provider/lib/helpers/grants.js'
import type { Client } from '../state.ts'
import type { Tenant } from '../tenant.ts'
import { findClient, isPublic } from './clients.ts'
import { findResourceServer } from './resource-servers.ts'

/** Observed: the only one that the discovery document of a tenant names. */
export const PROOF_ALGORITHMS = ['ES256'] as const

type TokenContext = Parameters<typeof validateDpop>[1]
type AnyToken = InstanceType<Provider['AccessToken'] | Provider['ClientCredentials']>

interface WantedToken {
  readonly clientId: string | undefined
  /** none for a token that is for the userinfo endpoint alone */
  readonly audience: string | undefined
  /** the client has proven that it has a key */
  readonly isProven: boolean
}

/**
 * What becomes of a token, by the table of the documentation.
 *
 * @see https://auth0.com/docs/secure/sender-constraining/configure-sender-constraining
 */
export function bindingOf(
  tenant: Tenant,
  { clientId, audience, isProven }: WantedToken,
): 'bound' | 'unbound' | 'refused' {
  const client = findClient(tenant, clientId)
  const isAskedByClient = client?.['require_proof_of_possession'] === true
  switch (policyOf(tenant, client, audience)) {
    case 'none':
      return isAskedByClient ? 'refused' : 'unbound'
    case 'allowed':
      if (isProven) return 'bound'
      return isAskedByClient ? 'refused' : 'unbound'
    case 'required':
      return isProven ? 'bound' : 'refused'
    case 'not emulated':
      return 'refused'
  }
}

function policyOf(
  tenant: Tenant,
  client: Client | undefined,
  audience: string | undefined,
): 'none' | 'allowed' | 'required' | 'not emulated' {
  if (audience === undefined) return 'allowed'
  const settings = findResourceServer(tenant, audience)?.['proof_of_possession'] as
    { mechanism?: unknown; required?: unknown; required_for?: unknown } | null | undefined
  const { mechanism = 'none', required, required_for: whom } = settings ?? {}
  if (mechanism === 'none') return 'none'
  if (mechanism !== 'dpop') return 'not emulated'
  const isForClient = whom !== 'public_clients' || client === undefined || isPublic(client)
  return required === true && isForClient ? 'required' : 'allowed'
}

/** Assumed: the documentation says that no token is issued, but not in which words. */
export const BINDING_REQUIRED = 'A token that is bound to a key of the client is required'

function notBound(): errors.OIDCProviderError {
  return new errors.InvalidRequest(BINDING_REQUIRED)
}

/**
 * Makes no token leave that should be bound and is not, whatever has issued it, and none bound that should not be.
 *
 * INVARIANT: oidc-provider and the grants hand out only access tokens that have been saved.
 */
export function constrainTokens(
  tenant: Tenant,
  { AccessToken, ClientCredentials }: Provider,
): void {
  for (const { prototype } of [AccessToken, ClientCredentials]) {
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the instance below
    const { save } = prototype
    prototype.save = function constrained(this: AnyToken, ...rest: Parameters<typeof save>) {
      const { clientId, resourceServer, jkt } = this
      const audience = resourceServer?.audience
      const binding = bindingOf(tenant, {
        clientId,
        audience: typeof audience === 'string' ? audience : undefined,
        isProven: jkt !== undefined,
      })
      if (binding === 'refused') return Promise.reject(notBound())
      if (binding === 'unbound') this.jkt = undefined
      return save.apply(this, rest)
    }
  }
}

/**
 * Looks at the proof of a token request, before anything is spent on the request.
 *
 * @throws InvalidDpopProof for one that is wrong or has been used, UseDpopNonce
 */
export async function checkProof(ctx: TokenContext): Promise<void> {
  const { provider, client } = ctx.oidc
  const proof = await validateDpop(provider, ctx)
  await checkDpopReplay(provider, ctx, proof, client.clientId, errors.InvalidDpopProof)
}

/** The same for what the token will be. @throws InvalidRequest for a token that must be bound and would not be */
export async function requireBinding(
  tenant: Tenant,
  ctx: TokenContext,
  audience: string | undefined,
): Promise<void> {
  const isProven = (await thumbprintOf(ctx)) !== undefined
  const binding = bindingOf(tenant, { clientId: ctx.oidc.client.clientId, audience, isProven })
  if (binding === 'refused') throw notBound()
}

/** Binds a token to the key that the client has proven to have, if it has. */
export async function bindToKey(ctx: TokenContext, token: AnyToken): Promise<void> {
  const thumbprint = await thumbprintOf(ctx)
  if (thumbprint !== undefined) token.setThumbprint('jkt', thumbprint)
}

/** Binds the refresh token of a public client; that of another client is bound to its credentials (RFC 9449, section 5). */
export function bindRefreshToken(ctx: TokenContext, token: RefreshToken): void {
  const { AccessToken: accessToken } = ctx.oidc.entities
  if (needsNonce(ctx) && accessToken?.jkt !== undefined) token.jkt = accessToken.jkt
}

/** @returns the thumbprint of the key that the client has proven to have */
export async function thumbprintOf(ctx: TokenContext): Promise<string | undefined> {
  return (await validateDpop(ctx.oidc.provider, ctx))?.thumbprint
}

/** Documented: of public clients, which have no other credentials. */
export function needsNonce({ oidc }: KoaContextWithOIDC): boolean {
  return oidc.client?.clientAuthMethod === 'none'
}
