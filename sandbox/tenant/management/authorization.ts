import { verifyAccessToken } from '../access-token.ts'
import { ApiError, type Caller, type TenantRequest } from '../http.ts'
import type { Tenant } from '../tenant.ts'

/**
 * Checks the bearer token of a Management API request.
 *
 * @param anyOf the scopes of which the token must have one
 * @throws ApiError 401 without a valid token, 403 without such a scope
 */
export function authorize(
  tenant: Tenant,
  { headers }: TenantRequest,
  anyOf: readonly string[],
): Caller {
  const header = headers['authorization']
  if (header === undefined) throw new ApiError(401, 'Missing authentication')
  const token = /^Bearer ([^\s]+)$/i.exec(header)?.[1]
  if (token === undefined) {
    throw new ApiError(400, 'Bad HTTP authentication header format', 'Bearer')
  }
  const caller = verifyAccessToken(tenant, token)
  if (typeof caller === 'string') throw new ApiError(401, caller)
  if (!anyOf.some((scope) => caller.scopes.has(scope))) {
    throw new ApiError(
      403,
      `Insufficient scope, expected any of: ${anyOf.join(',')}`,
      'insufficient_scope',
    )
  }
  return caller
}
