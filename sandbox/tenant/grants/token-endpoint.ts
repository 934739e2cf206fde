import type { Reply, TenantRequest } from '../http.ts'
import type { Route } from '../router.ts'
import type { Tenant } from '../tenant.ts'
import { clientCredentials } from './client-credentials.ts'

export type TokenParameters = Readonly<Record<string, string | undefined>>

/** One grant type of the token endpoint. */
export type Grant = (tenant: Tenant, parameters: TokenParameters) => Reply

const GRANTS: ReadonlyMap<string, Grant> = new Map([['client_credentials', clientCredentials]])

export const TOKEN_ROUTES: readonly Route[] = [
  { method: 'POST', path: '/oauth/token', handler: token },
]

function token(tenant: Tenant, request: TenantRequest): Reply {
  const parameters = readParameters(request)
  const grantType = parameters['grant_type']
  if (grantType === undefined)
    return oauthError(403, 'invalid_request', 'Missing required parameter: grant_type')
  const grant = GRANTS.get(grantType)
  if (grant === undefined) {
    return oauthError(403, 'unsupported_grant_type', `Unsupported grant type: ${grantType}`)
  }
  return grant(tenant, parameters)
}

/** An error of the token endpoint (RFC 6749, section 5.2, with the status codes that Auth0 uses). */
export function oauthError(status: number, error: string, description: string): Reply {
  return { status, body: { error, error_description: description } }
}

function readParameters({ body, headers }: TenantRequest): TokenParameters {
  const parameters: Record<string, string> = {}
  if (typeof body === 'object' && body !== null) {
    for (const [name, value] of Object.entries(body)) {
      if (typeof value === 'string') parameters[name] = value
    }
  }
  const basic = /^Basic (.+)$/i.exec(headers['authorization'] ?? '')?.[1]
  if (basic !== undefined) {
    const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString().split(':')
    parameters['client_id'] ??= decodeURIComponent(id)
    parameters['client_secret'] ??= decodeURIComponent(secret)
  }
  return parameters
}
