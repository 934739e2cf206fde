import type { ManagementError } from 'auth0'
import { UserError } from '../terminal/user-error.ts'
import type { Route } from './network.ts'

/** The tenant that an error is about. */
interface Where {
  readonly domain: string
  readonly route: Route
}

const LOST_CONNECTION = 'lost_connection'

/**
 * Says in a sentence what a tenant or the way to it refused.
 * @returns a UserError, or the error itself where it is not about the tenant
 */
export function explainTenantError(error: unknown, where: Where): unknown {
  if (error instanceof UserError) return error
  if (isTimeout(error)) return unreachable(where, 'no answer in time')
  if (isAnswerOrLost(error)) {
    return error.statusCode === undefined
      ? unreachable(where, reasonOf(error.cause ?? error))
      : refusal(error.statusCode, error.body, where)
  }
  return isNetworkError(error) ? unreachable(where, reasonOf(error)) : error
}

/** The status with which a tenant answered; `undefined` when no answer came. */
export function statusOf(error: unknown): number | undefined {
  return isAnswerOrLost(error) ? error.statusCode : undefined
}

/** Whether a request ended without an answer, so that nobody knows whether it was carried out. */
export function isLostAnswer(error: unknown): boolean {
  const status = statusOf(error)
  if (status !== undefined) {
    return status === 408 || status >= 500
  }
  return isAnswerOrLost(error) || isTimeout(error) || isNetworkError(error)
}

/** An answer of a tenant that our own requests do not understand, in the shape of the SDK's errors. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer'

  readonly statusCode: number
  readonly body: unknown

  constructor(statusCode: number, body: unknown) {
    super(`unexpected answer, status ${statusCode}`)
    this.statusCode = statusCode
    this.body = body
  }
}

function isAnswerOrLost(
  error: unknown,
): error is Pick<ManagementError, 'statusCode' | 'body' | 'cause'> {
  return error instanceof UnexpectedAnswer || isOfSdk(error, 'ManagementError')
}

function isTimeout(error: unknown): boolean {
  return (
    isOfSdk(error, 'ManagementTimeoutError') ||
    (error instanceof DOMException && error.name === 'TimeoutError')
  )
}

// By name, because the classes themselves only come with the whole SDK, which takes half a second to load.
function isOfSdk(error: unknown, name: string): boolean {
  if (!(error instanceof Error)) return false
  let prototype = Object.getPrototypeOf(error) as object | null
  while (prototype !== null && prototype.constructor.name !== name) {
    prototype = Object.getPrototypeOf(prototype) as object | null
  }
  return prototype !== null
}

/** A lost connection in the shape of an answer, for the SDK. */
export function lostConnection(error: Error): Response {
  return Response.json({ message: reasonOf(error), errorCode: LOST_CONNECTION }, { status: 504 })
}

/** Whether `fetch` failed for want of a connection. */
export function isNetworkError(error: unknown): error is TypeError {
  return error instanceof TypeError && error.cause instanceof Error
}

function refusal(status: number, body: unknown, where: Where): UserError {
  const { domain } = where
  const { message, errorCode } = readBody(body)
  if (errorCode === LOST_CONNECTION) return unreachable(where, message)
  if (status === 401) {
    return new UserError({
      message: `\`${domain}\` does not accept the access token: ${message}`,
      hint: 'is it for this tenant, and still valid?',
    })
  }
  const scopes = /expected any of: (.+)$/.exec(message)?.[1]
  if (status === 403 && scopes !== undefined) {
    return missingScopes(scopes.split(/[ ,]+/), domain)
  }
  if (status === 429) {
    return new UserError({
      message: `\`${domain}\` has reached its rate limit for the Management API`,
      hint: 'run the same command again in a minute: it carries on where it stopped',
    })
  }
  return new UserError({
    message: `\`${domain}\` answered ${status}: ${message}`,
    hint: 'run the same command again: it carries on where it stopped',
  })
}

/** @param scopes those that the credentials lack */
export function missingScopes(scopes: readonly string[], domain: string): UserError {
  const names = scopes.map((scope) => `\`${scope}\``).join(', ')
  return new UserError({
    message: `the credentials for \`${domain}\` lack Management API scopes: ${names}`,
    hint: 'grant them to the application under APIs > Auth0 Management API',
  })
}

// A proxy that opens connections signs with a CA of the company, which Node does not know.
const UNTRUSTED = /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+) /

function unreachable({ domain, route }: Where, reason: string): UserError {
  return new UserError({
    message: `cannot reach \`${domain}\` ${route.inWords}: ${reason}`,
    hint: `${UNTRUSTED.test(reason) ? 'name a PEM file of the CA that vouches for it in `SSL_CERT_FILE` or `NODE_EXTRA_CA_CERTS`' : 'check the domain and the network'}; running the same command again carries on where it stopped`,
  })
}

/** What the body of an answer gives as the reason; its body may be of any shape. */
export function readBody(body: unknown): { readonly message: string; readonly errorCode: unknown } {
  const { message, error_description, error, errorCode } = (body ?? {}) as Record<string, unknown>
  const text = [message, error_description, error].find((part) => typeof part === 'string')
  return {
    message: typeof text === 'string' ? text.replace(/\.$/, '') : 'no reason given',
    errorCode,
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && error.cause instanceof Error) return reasonOf(error.cause)
  const { code, message } = error as { code?: unknown; message?: unknown }
  return typeof code === 'string' ? `${code} ${String(message)}`.trim() : String(message)
}
