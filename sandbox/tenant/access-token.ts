import { createHmac, timingSafeEqual } from 'node:crypto'
import { managementAudience } from './new-tenant.ts'
import type { Tenant } from './tenant.ts'
import type { Caller } from './http.ts'

export const TOKEN_LIFETIME_SECONDS = 86_400

/** @returns a JWT for the Management API that carries `scopes` */
export function issueAccessToken(tenant: Tenant, { clientId, scopes }: Caller): string {
  const now = Math.floor(tenant.now() / 1_000)
  const head = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({
    iss: `https://${tenant.domain}/`,
    sub: `${clientId}@clients`,
    aud: managementAudience(tenant.domain),
    iat: now,
    exp: now + TOKEN_LIFETIME_SECONDS,
    scope: [...scopes].join(' '),
    gty: 'client-credentials',
    azp: clientId,
  })}`
  return `${head}.${sign(tenant, head)}`
}

/** @returns who holds the token, or why it is refused, in the words of Auth0 */
export function verifyAccessToken(tenant: Tenant, token: string): Caller | string {
  const [header = '', payload = '', signature = '', ...rest] = token.split('.')
  if (rest.length > 0 || signature === '') return 'Invalid token'
  const expected = Buffer.from(sign(tenant, `${header}.${payload}`))
  const given = Buffer.from(signature)
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    return 'Invalid signature received for JSON Web Token validation'
  }
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
    aud: string
    exp: number
    azp: string
    scope: string
  }
  if (claims.exp * 1_000 <= tenant.now()) {
    return 'Expired token received for JSON Web Token validation'
  }
  const audience = managementAudience(tenant.domain)
  if (claims.aud !== audience) return `Bad audience: ${claims.aud}`
  return { clientId: claims.azp, scopes: new Set(claims.scope.split(' ')) }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function sign({ store }: Tenant, text: string): string {
  return createHmac('sha256', store.state.tokenKey).update(text).digest('base64url')
}
