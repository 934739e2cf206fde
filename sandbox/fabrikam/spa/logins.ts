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
    // So that a refresh token is also tried for the API: it is for the tenant to say what it is good for.
    useMrrt: true,
    workerUrl: '/auth0-worker.js',
    authorizationParams: { redirect_uri: location.origin, scope: LOGIN_SCOPE },
  })
}

/**
 * Gets an everyday token without asking, by the session at the authorization server: in a frame, which works where
 * browsers send it its cookies.
 */
export async function askInFrame(config: Config, scope: string): Promise<string> {
  const token = await newClient(config, scope).getTokenSilently({ timeoutInSeconds: 10 })
  if (token === undefined) throw new Error('no token came back')
  return token
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
  const client = newClient(config, scope)
  const accessToken = await client.getTokenWithPopup()
  const claims = await client.getIdTokenClaims()
  if (accessToken === undefined || claims === undefined) throw new Error('no token came back')
  return { accessToken, subject: claims.sub as string, amr: readAmr(claims) }
}

function newClient(config: Config, scope: string): Auth0Client {
  return new Auth0Client({
    domain: config.issuerBaseUrl,
    clientId: config.clientId,
    authorizationParams: {
      redirect_uri: location.origin,
      audience: config.audience,
      scope: `openid ${scope}`,
    },
  })
}

/** @param claims of an ID token */
export function readAmr(claims: Readonly<Record<string, unknown>>): readonly string[] {
  const { amr } = claims
  return isList(amr) ? amr.map(String) : []
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}
