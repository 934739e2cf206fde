import { TOKEN_LIFETIME_SECONDS, issueAccessToken } from '../access-token.ts'
import type { Reply } from '../http.ts'
import { managementAudience } from '../new-tenant.ts'
import { listOf } from '../login/clients.ts'
import { BINDING_REQUIRED, bindingOf } from '../login/proof-of-possession.ts'
import type { Tenant } from '../tenant.ts'
import { authenticateConfidentialClient, type TokenParameters } from './client-authentication.ts'
import { clientGrantOf } from './client-grant.ts'
import { forbidden, grantTypeNotAllowed } from './grant-error.ts'

/**
 * The client credentials grant for the Management API. The token has all scopes of the client's grant,
 * whatever was asked for.
 *
 * @throws GrantError
 * @see https://auth0.com/docs/api/authentication/client-credential-flow/get-token
 */
export async function managementToken(tenant: Tenant, parameters: TokenParameters): Promise<Reply> {
  const client = await authenticateConfidentialClient(tenant, parameters)
  const { audience } = parameters
  if (!listOf(client, 'grant_types').includes('client_credentials')) {
    throw grantTypeNotAllowed('client_credentials')
  }
  if (audience === undefined) {
    throw forbidden(
      'access_denied',
      'No audience parameter was provided, and no default audience has been configured',
    )
  }
  if (audience !== managementAudience(tenant.domain)) {
    throw forbidden('access_denied', `Service not found: ${audience}`)
  }
  const clientId = client.client_id
  if (bindingOf(tenant, { clientId, audience, isProven: false }) === 'refused') {
    throw forbidden('invalid_request', BINDING_REQUIRED)
  }
  const grant = clientGrantOf(tenant, { clientId, audience })
  const caller = { clientId, scopes: new Set(grant.scope) }
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
