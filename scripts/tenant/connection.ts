import { randomUUID } from 'node:crypto'
import type { ManagementClient } from './management.ts'
import { UserError } from '../terminal/user-error.ts'
import type { ClientCredentials, Credentials, SigningKey } from './credentials.ts'
import { managementClient } from './management.ts'
import { DIRECT, fetchAlong, routeTo, type Route } from './network.ts'
import { isNetworkError, lostConnection, readBody, UnexpectedAnswer } from './tenant-error.ts'

/** A way to a tenant that is known to be open. */
export interface Connection {
  readonly domain: string
  readonly route: Route
  readonly management: ManagementClient
  /** For auth0-deploy-cli, so that one token serves a whole deploy. */
  readonly accessToken: string
  /** Management API scopes of the token; `undefined` where the token does not say. */
  readonly scopes: ReadonlySet<string> | undefined
  readonly fetch: typeof fetch
  /** PEM file of the certificate that a tenant outside the public web is known by. */
  readonly certificate?: string
}

/** Where a tenant is and what opens it. */
export interface Access {
  readonly domain: string
  readonly credentials: Credentials
  readonly certificate?: string
  /** Says which way requests take; without it, the straight one. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

const TIMEOUT_MS = 30_000

/**
 * Gets an access token for the Management API, unless there is one already.
 * @throws UserError when the tenant refuses the credentials; network errors as they come
 */
export async function connect(access: Access): Promise<Connection> {
  const { domain, credentials, certificate, env = {} } = access
  const route = routeOf(access)
  const fetch = await fetchAlong(route, env, certificate)
  const { accessToken, scope } =
    'accessToken' in credentials
      ? { accessToken: credentials.accessToken, scope: scopeIn(credentials.accessToken) }
      : await requestToken(domain, credentials, fetch)
  return {
    domain,
    route,
    management: await managementClient(domain, accessToken, answeringAlways(fetch)),
    accessToken,
    scopes: scope === undefined ? undefined : new Set(scope.split(' ')),
    fetch,
    ...(certificate !== undefined && { certificate }),
  }
}

/** @throws UserError for a proxy that cannot be used */
export function routeOf({ domain, env }: Access): Route {
  return env === undefined ? DIRECT : routeTo(domain, env)
}

// The SDK repeats a request after a 5xx but not after a lost connection, and its timer for a request
// without an answer keeps the process alive for a minute. So to the SDK a lost connection is a 504.
function answeringAlways(send: typeof fetch): typeof fetch {
  return async (input, init) => {
    try {
      return await send(input, init)
    } catch (error) {
      if (!isNetworkError(error)) throw error
      return lostConnection(error)
    }
  }
}

async function requestToken(
  domain: string,
  credentials: ClientCredentials,
  send: typeof fetch,
): Promise<{ readonly accessToken: string; readonly scope: string | undefined }> {
  const { clientId, audience = `https://${domain}/api/v2/` } = credentials
  const response = await send(`https://${domain}/oauth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      grant_type: 'client_credentials',
      client_id: clientId,
      ...('clientSecret' in credentials
        ? { client_secret: credentials.clientSecret }
        : await clientAssertion({ domain, ...credentials })),
      audience,
    }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  const body: unknown = await response.json().catch(() => undefined)
  if (response.status === 401 || response.status === 403) {
    throw new UserError({
      message: `\`${domain}\` refuses the client \`${clientId}\`: ${readBody(body).message}`,
      hint: `check \`AUTH0_CLIENT_ID\` and ${'clientSecret' in credentials ? '`AUTH0_CLIENT_SECRET`' : 'that Auth0 has the public half of the signing key'}, and that it may use the Management API`,
    })
  }
  const { access_token: accessToken, scope } = (body ?? {}) as Record<string, unknown>
  if (!response.ok || typeof accessToken !== 'string') {
    throw new UnexpectedAnswer(response.status, body)
  }
  return { accessToken, scope: typeof scope === 'string' ? scope : undefined }
}

/** @see RFC 7523, section 2.2, and https://auth0.com/docs/get-started/authentication-and-authorization-flow/authenticate-with-private-key-jwt */
async function clientAssertion({
  domain,
  clientId,
  signingKey,
  algorithm,
}: {
  readonly domain: string
  readonly clientId: string
} & SigningKey): Promise<object> {
  const { SignJWT } = await import('jose')
  const assertion = new SignJWT()
    .setProtectedHeader({ alg: algorithm })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(`https://${domain}/`)
    .setIssuedAt()
    .setExpirationTime('1 minute')
    .setJti(randomUUID())
  return {
    client_assertion: await assertion.sign(signingKey),
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  }
}

// The claim is only read to name missing scopes early; the tenant is who judges the token.
function scopeIn(token: string): string | undefined {
  try {
    const [, payload = ''] = token.split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { scope?: unknown }
    return typeof claims.scope === 'string' ? claims.scope : undefined
  } catch {
    return undefined
  }
}
