import { createHash, timingSafeEqual } from 'node:crypto'
import type { TenantRequest } from '../http.ts'
import { decodeJwt } from 'jose'
import { findClient, isPublic } from '../login/clients.ts'
import { isAssertionOf, signingCredentials } from '../login/credentials.ts'
import type { Client } from '../state.ts'
import type { Tenant } from '../tenant.ts'
import { unauthorized } from './grant-error.ts'

export type TokenParameters = Readonly<Record<string, string | undefined>>

/** @returns the parameters of a request, those of the client also where it has put them into the header */
export function readParameters({ body, headers }: TenantRequest): TokenParameters {
  const fields = typeof body === 'object' && body !== null ? Object.entries(body) : []
  const texts = fields.filter((field): field is [string, string] => typeof field[1] === 'string')
  return Object.fromEntries(withClient(new URLSearchParams(texts), headers['authorization']))
}

/**
 * Adds the credentials of a client that come in the header (`client_secret_basic`) to a form. Auth0 takes them in either
 * place; what the form has stays.
 *
 * @see RFC 6749, section 2.3.1
 */
export function withClient(
  form: URLSearchParams,
  authorization: string | undefined,
): URLSearchParams {
  const basic = /^Basic (.+)$/i.exec(authorization ?? '')?.[1]
  if (basic === undefined) return form
  const [, id = '', secret = ''] =
    /^([^:]*):(.*)$/s.exec(Buffer.from(basic, 'base64').toString()) ?? []
  const whole = new URLSearchParams(form)
  for (const [name, value] of [
    ['client_id', id],
    ['client_secret', secret],
  ] as const) {
    if (!whole.has(name)) whole.set(name, decode(value))
  }
  return whole
}

/** @returns the client that a request comes from @throws GrantError 401 */
export async function authenticateClient(
  tenant: Tenant,
  parameters: TokenParameters,
): Promise<Client> {
  const client = findClient(tenant, clientIdOf(parameters))
  if (client !== undefined && isPublic(client)) return client
  return authenticateConfidentialClient(tenant, parameters)
}

/** @returns the client, which must know its secret, or have signed its assertion @throws GrantError 401 */
export async function authenticateConfidentialClient(
  tenant: Tenant,
  parameters: TokenParameters,
): Promise<Client> {
  const client = findClient(tenant, clientIdOf(parameters))
  if (client === undefined) throw unauthorized()
  const { client_assertion: assertion = '', client_secret: secret } = parameters
  const isProven =
    signingCredentials(client) === undefined
      ? isSecretOf(client, secret)
      : await isAssertionOf(tenant, client, assertion)
  if (!isProven) throw unauthorized()
  return client
}

/** An assertion says whose it is, so that the identifier may be left out. */
function clientIdOf({ client_id: id, client_assertion: assertion }: TokenParameters): unknown {
  if (id !== undefined || assertion === undefined) return id
  try {
    return decodeJwt(assertion).sub
  } catch {
    return undefined
  }
}

function isSecretOf(client: Client, given = ''): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(client.client_secret), digest(given))
}

/** Form encoding (RFC 6749, appendix B). What is no valid encoding is taken as it is, and will match no secret. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
