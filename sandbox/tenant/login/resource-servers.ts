import { permissionsOf } from '../rbac.ts'
import type { ResourceServer, User } from '../state.ts'
import type { Tenant } from '../tenant.ts'

/** The scopes that need no API. */
export const OIDC_SCOPES = [
  'openid',
  'profile',
  'email',
  'phone',
  'address',
  'offline_access',
] as const
const OIDC: ReadonlySet<string> = new Set(OIDC_SCOPES)

const RESOURCE_PREFIX = 'urn:resource-server:'

/** An audience is any string, a resource indicator must be a URI (RFC 8707). */
export function toResource(audience: string): string {
  return `${RESOURCE_PREFIX}${encodeURIComponent(audience)}`
}

export function toAudience(resource: string): string {
  return decodeURIComponent(resource.slice(RESOURCE_PREFIX.length))
}

export function findResourceServer(
  { store }: Tenant,
  audience: string,
): ResourceServer | undefined {
  return store.state.resourceServers.find(({ identifier }) => identifier === audience)
}

/**
 * The audience of a request: what it asks for, or the tenant's default. The userinfo endpoint is no API.
 *
 * @returns `undefined` for a request that ends in an opaque token
 */
export function audienceOf({ store, domain }: Tenant, requested: unknown): string | undefined {
  const fallback = store.state.settings['default_audience']
  const audience = typeof requested === 'string' && requested !== '' ? requested : fallback
  if (typeof audience !== 'string' || audience === '') return undefined
  return audience === `https://${domain}/userinfo` ? undefined : audience
}

export interface ScopeRequest {
  readonly audience: string | undefined
  /** `all`: all scopes that the audience has, as password and token exchange do without a scope */
  readonly requested: readonly string[] | 'all'
  readonly user: User
  /** the organization through which the user logs in */
  readonly organization?: string | undefined
}

/**
 * The scopes that a user gets: those requested that exist and, where the API enforces RBAC, are permitted.
 *
 * @see https://auth0.com/docs/get-started/apis/enable-role-based-access-control-for-apis
 */
export function grantableScopes(
  tenant: Tenant,
  { audience, requested, user, organization }: ScopeRequest,
): string[] {
  const server = audience === undefined ? undefined : findResourceServer(tenant, audience)
  const declared = (server?.scopes ?? []).map(({ value }) => value)
  const permissions =
    server?.['enforce_policies'] === true
      ? permissionsOf(tenant.store.state, { user, organization, audience: server.identifier })
      : undefined
  const permitted = declared.filter((scope) => permissions?.includes(scope) ?? true)
  if (requested === 'all') return permitted
  const allowsOffline = server === undefined || server['allow_offline_access'] === true
  return [...new Set(requested)].filter((scope) =>
    scope === 'offline_access' ? allowsOffline : OIDC.has(scope) || permitted.includes(scope),
  )
}

export function isOidcScope(scope: string): boolean {
  return OIDC.has(scope)
}

export function splitScope(scope: unknown): string[] {
  return typeof scope === 'string' ? scope.split(' ').filter((part) => part !== '') : []
}
