// The part of the token endpoint that is not oidc-provider's: the Management API, and what is no grant at all.
import type { Reply, TenantRequest } from '../http.ts'
import type { Route } from '../router.ts'
import type { Tenant } from '../tenant.ts'
import { authorizeByDevice } from './ciba-authorize.ts'
import { readParameters } from './client-authentication.ts'
import { forbidden, requireParameters } from './grant-error.ts'
import { managementToken } from './management-token.ts'
import { MFA_ROUTES } from './mfa-api.ts'

export const TOKEN_ROUTES: readonly Route[] = [
  { method: 'POST', path: '/oauth/token', handler: token },
  { method: 'POST', path: '/bc-authorize', handler: authorizeByDevice },
  ...MFA_ROUTES,
]

async function token(tenant: Tenant, request: TenantRequest): Promise<Reply> {
  const parameters = readParameters(request)
  requireParameters(parameters, 'grant_type')
  const grantType = String(parameters['grant_type'])
  if (grantType !== 'client_credentials') {
    throw forbidden('unsupported_grant_type', `Unsupported grant type: ${grantType}`)
  }
  return managementToken(tenant, parameters)
}
