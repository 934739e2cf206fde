import type { ClientMetadata, ResponseType } from 'oidc-provider'
import type { Client, Entity } from '../state.ts'
import { signingCredentials, toJwk } from './credentials.ts'
import type { Tenant } from '../tenant.ts'

/** Of the types that Auth0 has, oidc-provider lacks `token` alone. */
export const RESPONSE_TYPES: readonly ResponseType[] = [
  'code',
  'id_token',
  'id_token token',
  'code id_token',
  'code token',
  'code id_token token',
]

/** Application types that keep no secret. */
const PUBLIC_TYPES: ReadonlySet<unknown> = new Set(['spa', 'native'])

export function findClient({ store }: Tenant, clientId: unknown): Client | undefined {
  return store.state.clients.find(
    (client) => client.client_id === clientId && client['global'] !== true,
  )
}

/** @returns a list of strings that an entity carries, empty where it has none */
export function listOf(entity: Entity, field: string): readonly string[] {
  const value = entity[field]
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

export function isPublic(client: Client): boolean {
  if (signingCredentials(client) !== undefined) return false
  const method = client['token_endpoint_auth_method']
  return method === 'none' || (typeof method !== 'string' && PUBLIC_TYPES.has(client['app_type']))
}

/**
 * Describes a client to oidc-provider. Callbacks and logout URLs are not among it: Auth0's rules for them
 * differ, see {@link isAllowedUrl}.
 */
export function toMetadata(client: Client, grantTypes: ReadonlySet<string>): ClientMetadata {
  const granted = [
    ...listOf(client, 'grant_types').filter((type) => grantTypes.has(type)),
    ...(tokenExchangesOf(client).length > 0 ? [TOKEN_EXCHANGE] : []),
  ]
  const isInteractive = granted.some((type) => type === 'authorization_code' || type === 'implicit')
  const responseTypes = RESPONSE_TYPES.filter((type) =>
    grantTypesOf(type).every((grantType) => granted.includes(grantType)),
  )
  return {
    client_id: client.client_id,
    client_name: client.name,
    grant_types: granted,
    response_types: responseTypes,
    redirect_uris: isInteractive ? [PLACEHOLDER] : [],
    id_token_signed_response_alg: 'RS256',
    require_pushed_authorization_requests: client['require_pushed_authorization_requests'] === true,
    backchannel_token_delivery_mode: 'poll',
    ...authenticationOf(client),
  }
}

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'

/** Documented: its exchanges make a client able to use the grant, whatever its grant types are. */
export function tokenExchangesOf(client: Client): readonly string[] {
  return listOf((client['token_exchange'] ?? {}) as Entity, 'allow_any_profile_of_type')
}

function authenticationOf(client: Client): Partial<ClientMetadata> {
  const credentials = signingCredentials(client)
  if (credentials !== undefined) {
    return {
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: credentials.map(toJwk) },
    }
  }
  if (isPublic(client)) return { token_endpoint_auth_method: 'none' }
  return {
    client_secret: client.client_secret,
    token_endpoint_auth_method: 'client_secret_post',
  }
}

function grantTypesOf(responseType: ResponseType): readonly string[] {
  return [
    ...(responseType.includes('code') ? ['authorization_code'] : []),
    ...(responseType.includes('token') ? ['implicit'] : []),
  ]
}

/** oidc-provider wants one; it is never asked for, because the provider asks `isAllowedUrl`. */
const PLACEHOLDER = 'https://callback.invalid/'

/**
 * Whether a URL is in a list of a client. Auth0 compares whole strings, and a `*` stands for what is left
 * of one label of the host. A URL with one anywhere else allows nothing.
 *
 * @see https://auth0.com/docs/get-started/applications/wildcards-for-subdomains
 */
export function isAllowedUrl(patterns: readonly string[], url: string): boolean {
  return patterns.some((pattern) => {
    if (!pattern.includes('*')) return pattern === url
    if (!SUBDOMAIN_WILDCARD.test(pattern)) return false
    const [before = '', after = ''] = pattern.split('*')
    const label = url.slice(before.length, url.length - after.length)
    return url.startsWith(before) && url.endsWith(after) && /^[A-Za-z0-9-]+$/.test(label)
  })
}

/** One star, in the first label of a host of at least three. */
const SUBDOMAIN_WILDCARD = /^https?:\/\/[\w-]*\*[\w-]*(\.[\w-]+){2,}(:\d+)?([/?#][^*]*)?$/

/** @returns whether a page of this origin may call the endpoints of the client */
export function isAllowedOrigin(client: Client, origin: string): boolean {
  const callbacks = listOf(client, 'callbacks').flatMap((url) =>
    /^https?:/.test(url) && URL.canParse(url) ? [new URL(url).origin] : [],
  )
  const origins = [...listOf(client, 'web_origins'), ...listOf(client, 'allowed_origins')]
  return isAllowedUrl([...origins, ...callbacks], origin)
}
