import { createHash, timingSafeEqual } from 'node:crypto'
import { TOKEN_LIFETIME_SECONDS, issueAccessToken } from '../access-token.ts'
import type { Reply } from '../http.ts'
import { managementAudience } from '../new-tenant.ts'
import type { Tenant } from '../tenant.ts'
import { oauthError, type TokenParameters } from './token-endpoint.ts'

/**
 * The client credentials grant for the Management API. The token has all scopes of the client's grant,
 * whatever was asked for.
 *
 * @see https://auth0.com/docs/api/authentication/client-credential-flow/get-token
 */
export function clientCredentials(tenant: Tenant, parameters: TokenParameters): Reply {
  const { client_id: clientId, client_secret: secret = '', audience } = parameters
  const { clients, clientGrants } = tenant.store.state
  const client = clients.find((one) => one.client_id === clientId)
  if (client === undefined || !isSame(client.client_secret, secret)) {
    return oauthError(401, 'access_denied', 'Unauthorized')
  }
  const grantTypes = client['grant_types']
  if (!Array.isArray(grantTypes) || !grantTypes.includes('client_credentials')) {
    return oauthError(
      403,
      'unauthorized_client',
      `Grant type 'client_credentials' not allowed for the client.`,
    )
  }
  if (audience === undefined) {
    return oauthError(
      403,
      'access_denied',
      'No audience parameter was provided, and no default audience has been configured',
    )
  }
  if (audience !== managementAudience(tenant.domain)) {
    return oauthError(403, 'access_denied', `Service not found: ${audience}`)
  }
  const grant = clientGrants.find(
    (one) => one.client_id === client.client_id && one.audience === audience,
  )
  if (grant === undefined) {
    return oauthError(
      403,
      'access_denied',
      `Client is not authorized to access "${audience}". You need to create a "client-grant" associated to this API. See: https://auth0.com/docs/api/v2#!/Client_Grants/post_client_grants`,
    )
  }
  const caller = { clientId: client.client_id, scopes: new Set(grant.scope) }
  return {
    status: 200,
    headers: { 'cache-control': 'no-store', pragma: 'no-cache' },
    body: {
      access_token: issueAccessToken(tenant, caller),
      scope: grant.scope.join(' '),
      expires_in: TOKEN_LIFETIME_SECONDS,
      token_type: 'Bearer',
    },
  }
}

function isSame(expected: string, given: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(expected), digest(given))
}
