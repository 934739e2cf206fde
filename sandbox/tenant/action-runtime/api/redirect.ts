import { createHmac, timingSafeEqual } from 'node:crypto'
import { now } from '../instance.ts'
import { CHAIN, fail, type ApiContext, type ApiPart } from './context.ts'

/** Protocols without a browser (source of `@auth0/actions`). */
const NO_BROWSER: ReadonlySet<unknown> = new Set([
  'oauth2-resource-owner',
  'oauth2-refresh-token',
  'oauth2-password',
  'oauth2-webauthn',
])

const DEFAULT_TOKEN_LIFETIME_SECONDS = 900

/**
 * `api.redirect`; tokens are JWTs signed with HS256.
 *
 * @see https://auth0.com/docs/customize/actions/explore-triggers/signup-and-login-triggers/login-trigger/redirect-with-actions
 */
export function redirectApi({ flow, event }: ApiContext): ApiPart {
  return {
    canRedirect: () => {
      const request = event['request'] as { query?: { prompt?: unknown } } | undefined
      const transaction = event['transaction'] as { protocol?: unknown } | undefined
      return request?.query?.prompt !== 'none' && !NO_BROWSER.has(transaction?.protocol)
    },
    sendUserTo: (url: unknown, options?: { query?: Record<string, unknown> } | null) => {
      if (typeof url !== 'string' || !URL.canParse(url)) return fail('The redirect needs a URL.')
      const target = new URL(url)
      for (const [name, value] of Object.entries(options?.query ?? {})) {
        target.searchParams.set(name, String(value))
      }
      flow.redirectTo = target.href
      return CHAIN
    },
    encodeToken: (options: {
      secret: string
      payload: Record<string, unknown>
      expiresInSeconds?: number
    }) => {
      const issuedAt = Math.floor(now() / 1_000)
      const user = event['user'] as { user_id?: unknown } | undefined
      const request = event['request'] as { hostname?: unknown; ip?: unknown } | undefined
      const claims = {
        iat: issuedAt,
        iss: request?.hostname,
        sub: user?.user_id,
        exp: issuedAt + (options.expiresInSeconds ?? DEFAULT_TOKEN_LIFETIME_SECONDS),
        ip: request?.ip,
        ...options.payload,
      }
      const head = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`
      return `${head}.${sign(head, options.secret).toString('base64url')}`
    },
    validateToken: (options: { secret: string; tokenParameterName?: string }) => {
      const name = options.tokenParameterName ?? 'session_token'
      const request = event['request'] as
        { query?: Record<string, unknown>; body?: Record<string, unknown> } | undefined
      const token = request?.body?.[name] ?? request?.query?.[name]
      if (typeof token !== 'string') return fail(`There is no "${name}" parameter.`)
      const [header = '', payload = '', signature = ''] = token.split('.')
      const expected = sign(`${header}.${payload}`, options.secret)
      const given = Buffer.from(signature, 'base64url')
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
        return fail('The session token is invalid: invalid signature')
      }
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
        exp?: number
        state?: unknown
      }
      if (claims.exp === undefined || claims.exp * 1_000 <= now()) {
        return fail('The session token is invalid: jwt expired')
      }
      const state = request?.body?.['state'] ?? request?.query?.['state']
      if (claims.state !== state) {
        return fail('The session token is invalid: state does not match')
      }
      return claims
    },
  }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function sign(text: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(text).digest()
}
