import { Auth0Client } from '@auth0/auth0-spa-js'
import type { Config } from './config.ts'

/** Renewed by a refresh token, which `useRefreshTokens` asks for. No scope of the API is among it. */
const LOGIN_SCOPE = 'openid profile email'

/**
 * The login of this page. Its tokens are kept in memory: a reload forgets them, and the session at the
 * authorization server brings them back.
 */
export function newLogin(config: Config): Auth0Client {
  return new Auth0Client({
    domain: config.issuerBaseUrl,
    clientId: config.clientId,
    useRefreshTokens: true,
    workerUrl: '/auth0-worker.js',
    authorizationParams: { redirect_uri: location.origin, scope: LOGIN_SCOPE },
  })
}

/** A token for one purpose, and whose it is. */
export interface PurposeToken {
  readonly accessToken: string
  readonly subject: string
  readonly amr: readonly string[]
}

/**
 * Gets a token in a popup, by a client of its own that is thrown away with its cache: of a high-value token
 * nothing is left behind.
 */
export async function askInPopup(config: Config, scope: string): Promise<PurposeToken> {
  const client = new Auth0Client({
    domain: config.issuerBaseUrl,
    clientId: config.clientId,
    authorizationParams: {
      redirect_uri: location.origin,
      audience: config.audience,
      scope: `openid ${scope}`,
    },
  })
  const accessToken = await client.getTokenWithPopup()
  const claims = await client.getIdTokenClaims()
  if (accessToken === undefined || claims === undefined) throw new Error('no token came back')
  return { accessToken, subject: claims.sub as string, amr: readAmr(claims) }
}

/** @param claims of an ID token */
export function readAmr(claims: Readonly<Record<string, unknown>>): readonly string[] {
  const { amr } = claims
  return isList(amr) ? amr.map(String) : []
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}
