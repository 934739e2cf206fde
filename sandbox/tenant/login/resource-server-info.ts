import { errors, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider'
import type { Tenant } from '../tenant.ts'
import { isPublic, findClient } from './clients.ts'
import { OIDC_SCOPES, findResourceServer, toAudience } from './resource-servers.ts'

const DEFAULT_LIFETIME_SECONDS = 86_400
const WEB_LIFETIME_SECONDS = 7_200

/**
 * Describes an API to oidc-provider.
 *
 * @throws AccessDenied for an audience that is no API, in the words of Auth0
 */
export function describeResourceServer(
  tenant: Tenant,
  ctx: KoaContextWithOIDC,
  resource: string,
): ResourceServer {
  const audience = toAudience(resource)
  const server = findResourceServer(tenant, audience)
  if (server === undefined) throw new errors.AccessDenied(`Service not found: ${audience}`)
  const outcome = tenant.oidc.outcomes.get(ctx.oidc.entities.Grant?.jti ?? '')
  const declared = (server.scopes ?? []).map(({ value }) => value)
  // What Actions have added need not be declared.
  const scopes = new Set([...OIDC_SCOPES, ...declared, ...(outcome?.scopes ?? [])])
  for (const scope of ctx.oidc.requestParamScopes) {
    if (ctx.oidc.route === 'token') scopes.add(scope)
  }
  return {
    audience,
    scope: [...scopes].join(' '),
    accessTokenFormat: 'jwt',
    accessTokenTTL: lifetimeOf(server, ctx, tenant),
    jwt: { sign: { alg: 'RS256' } },
  }
}

/** Documented: tokens that a browser gets without a code live shorter. */
function lifetimeOf(
  server: { readonly [field: string]: unknown },
  { oidc }: KoaContextWithOIDC,
  tenant: Tenant,
): number {
  const client = findClient(tenant, oidc.client?.clientId)
  const isFromBrowser = oidc.route !== 'token' && client !== undefined && isPublic(client)
  const lifetime = server[isFromBrowser ? 'token_lifetime_for_web' : 'token_lifetime']
  if (typeof lifetime === 'number' && lifetime > 0) return lifetime
  return isFromBrowser ? WEB_LIFETIME_SECONDS : DEFAULT_LIFETIME_SECONDS
}
