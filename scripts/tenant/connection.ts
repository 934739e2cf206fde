import { readFileSync } from 'node:fs'
import type { ManagementClient } from './management.ts'
import { UserError } from '../terminal/user-error.ts'
import type { Credentials } from './credentials.ts'
import { managementClient } from './management.ts'
import { isNetworkError, lostConnection, readBody, UnexpectedAnswer } from './tenant-error.ts'

/** A way to a tenant that is known to be open. */
export interface Connection {
  readonly domain: string
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
}

const TIMEOUT_MS = 30_000

/**
 * Gets an access token for the Management API, unless there is one already.
 * @throws UserError when the tenant refuses the credentials; network errors as they come
 */
export async function connect(access: Access): Promise<Connection> {
  const { domain, credentials, certificate } = access
  const fetch = certificate === undefined ? globalThis.fetch : await trusting(certificate)
  const { accessToken, scope } =
    'accessToken' in credentials
      ? { accessToken: credentials.accessToken, scope: scopeIn(credentials.accessToken) }
      : await requestToken(domain, credentials, fetch)
  return {
    domain,
    management: managementClient(domain, accessToken, answeringAlways(fetch)),
    accessToken,
    scopes: scope === undefined ? undefined : new Set(scope.split(' ')),
    fetch,
    ...(certificate !== undefined && { certificate }),
  }
}

// The `fetch` of Node takes no certificate, except from a variable read when the process starts. What does
// is loaded only where it is needed, because that takes a while.
async function trusting(certificate: string): Promise<typeof fetch> {
  const { Agent, fetch: fetchWith } = await import('undici')
  const dispatcher = new Agent({ connect: { ca: readFileSync(certificate, 'utf8') } })
  const trusted = (input: string, init: object) => fetchWith(input, { ...init, dispatcher })
  return trusted as unknown as typeof fetch
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
  { clientId, clientSecret }: Extract<Credentials, { clientId: string }>,
  send: typeof fetch,
): Promise<{ readonly accessToken: string; readonly scope: string | undefined }> {
  const response = await send(`https://${domain}/oauth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      audience: `https://${domain}/api/v2/`,
    }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  const body: unknown = await response.json().catch(() => undefined)
  if (response.status === 401 || response.status === 403) {
    throw new UserError({
      message: `\`${domain}\` refuses the client \`${clientId}\`: ${readBody(body).message}`,
      hint: 'check `AUTH0_CLIENT_ID` and `AUTH0_CLIENT_SECRET`, and that it may use the Management API',
    })
  }
  const { access_token: accessToken, scope } = (body ?? {}) as Record<string, unknown>
  if (!response.ok || typeof accessToken !== 'string') {
    throw new UnexpectedAnswer(response.status, body)
  }
  return { accessToken, scope: typeof scope === 'string' ? scope : undefined }
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
