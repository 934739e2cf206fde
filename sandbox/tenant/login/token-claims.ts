import { findUser } from '../find-user.ts'
import type {
  AccessToken,
  ClientCredentials,
  JWTStructured,
  KoaContextWithOIDC,
  Provider,
} from 'oidc-provider'
import type { Tenant } from '../tenant.ts'
import { organizationClaims } from './organization-claims.ts'
import type { GrantOutcome } from './oidc-state.ts'
import { permissionsOf } from '../rbac.ts'
import { findResourceServer, splitScope } from './resource-servers.ts'

const MULTI_FACTOR = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor'

/**
 * Shapes a JWT access token as the dialect of its API says.
 *
 * @see https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles
 */
export function shapeAccessToken(
  tenant: Tenant,
  ctx: KoaContextWithOIDC,
  token: AccessToken | ClientCredentials,
  parts: JWTStructured,
): void {
  const { payload } = parts
  const audience = String(token.resourceServer?.audience)
  const dialect = dialectOf(tenant, audience)
  const isRfc9068 = dialect.startsWith('rfc9068_profile')
  const { jti, client_id: clientId, scope, iss, sub, iat, exp, cnf } = payload
  const scopes = splitScope(scope)
  const outcome = outcomeOf(tenant, ctx)
  const { gty, actor } = grantOf(token, refreshes.get(ctx) ?? outcome)
  const claims: Record<string, unknown> = {
    iss,
    // A client that acts for itself is no user.
    sub: token.kind === 'ClientCredentials' ? `${String(clientId)}@clients` : sub,
    aud: scopes.includes('openid') ? [audience, `https://${tenant.domain}/userinfo`] : audience,
    iat,
    exp,
    ...(scope === undefined ? {} : { scope }),
    ...(isRfc9068 ? { jti, client_id: clientId } : { azp: clientId }),
    ...(isRfc9068 || gty === '' ? {} : { gty }),
    ...(actor === undefined ? {} : { act: actor }),
    ...(cnf === undefined ? {} : { cnf }),
    ...organizationClaims(tenant, outcome?.transaction.organization),
    ...(dialect.endsWith('_authz')
      ? {
          permissions: outcome === undefined ? scopes : permissionsIn(tenant, outcome, audience),
        }
      : {}),
    ...(machineClaims.get(ctx) ?? claimsOfActions(ctx, outcome, 'accessTokenClaims')),
  }
  parts.header = { ...parts.header, typ: isRfc9068 ? 'at+jwt' : 'JWT' }
  parts.payload = claims
}

function dialectOf(tenant: Tenant, audience: string): string {
  const dialect = findResourceServer(tenant, audience)?.['token_dialect']
  return typeof dialect === 'string' ? dialect : 'access_token'
}

/**
 * Makes ID tokens carry what Actions have set, and `acr` and `amr` where a challenge was passed in this very
 * login; a silent authentication and a refresh have none (documented as the AMR exceptions). The claims
 * of oidc-provider come from a fixed list, hence the override.
 */
export function extendIdTokens(tenant: Tenant, { IdToken }: Provider): void {
  const { prototype } = IdToken
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the instance below
  const { payload } = prototype
  prototype.payload = async function extended(this: InstanceType<typeof IdToken>) {
    const claims = await payload.call(this)
    const outcome = outcomeOf(tenant, this.ctx)
    const isFromBrowser = outcome?.transaction.sessionUid !== undefined
    const isRefresh = refreshes.has(this.ctx)
    return {
      ...claims,
      ...(isFromBrowser ? { sid: outcome.transaction.sessionUid } : {}),
      ...organizationClaims(tenant, outcome?.transaction.organization),
      ...(outcome?.actor === undefined ? {} : { act: outcome.actor }),
      ...claimsOfActions(this.ctx, outcome, 'idTokenClaims'),
      ...(outcome?.hasMfa === true && isFromBrowser && !isRefresh
        ? { acr: MULTI_FACTOR, amr: ['mfa'] }
        : {}),
    }
  }
}

function claimsOfActions(
  ctx: KoaContextWithOIDC,
  outcome: GrantOutcome | undefined,
  which: 'accessTokenClaims' | 'idTokenClaims',
): Readonly<Record<string, unknown>> {
  const transaction = refreshes.get(ctx)?.transaction ?? outcome?.transaction
  return transaction?.changes[which] ?? {}
}

/** A refresh has run the Actions anew: its tokens carry their claims, not those of the login. */
export const refreshes = new WeakMap<KoaContextWithOIDC, GrantOutcome>()

/** What the Actions of a credentials exchange have set. */
export const machineClaims = new WeakMap<KoaContextWithOIDC, Readonly<Record<string, unknown>>>()

function outcomeOf({ oidc }: Tenant, ctx: KoaContextWithOIDC): GrantOutcome | undefined {
  return oidc.outcomes.get(ctx.oidc.entities.Grant?.jti ?? '')
}

function grantOf(
  { kind }: AccessToken | ClientCredentials,
  outcome: GrantOutcome | undefined,
): { readonly gty: string; readonly actor?: GrantOutcome['actor'] } {
  if (kind === 'ClientCredentials') return { gty: 'client-credentials' }
  return { gty: outcome?.grantType ?? '', actor: outcome?.actor }
}

/** Documented: all that the user may do on the API, whatever was asked for. */
function permissionsIn(
  { store }: Tenant,
  { transaction: { userId, organization } }: GrantOutcome,
  audience: string,
): readonly string[] {
  const user = findUser(store.state, userId)
  return permissionsOf(store.state, { user, organization, audience })
}
