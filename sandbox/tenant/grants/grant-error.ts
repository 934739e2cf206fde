import { ApiError, type Reply } from '../http.ts'

export interface GrantErrorBody {
  readonly error: string
  readonly error_description: string
  readonly [detail: string]: unknown
}

/** A refusal in the shape of Auth0's Authentication API (RFC 6749, section 5.2, with Auth0's status codes). */
export class GrantError extends ApiError {
  readonly body: GrantErrorBody

  constructor(status: number, body: GrantErrorBody) {
    super(status, body.error_description)
    this.body = body
  }

  override get reply(): Reply {
    return { status: this.status, body: this.body }
  }
}

/** @returns a refusal with status 403, which Auth0 uses for nearly all of them */
export function forbidden(error: string, description: string): GrantError {
  return new GrantError(403, { error, error_description: description })
}

/** @returns the refusal of a request that is not as documented */
export function badRequest(description: string): GrantError {
  return new GrantError(400, { error: 'invalid_request', error_description: description })
}

/** @returns the refusal of what Auth0 has and the sandbox has not. @param refusal of `not-emulated.ts` */
export function notImplemented(refusal: string): GrantError {
  return new GrantError(501, { error: 'not_emulated', error_description: refusal })
}

/** @returns the refusal of a request that does not prove who it comes from */
export function unauthorized(): GrantError {
  return new GrantError(401, { error: 'access_denied', error_description: 'Unauthorized' })
}

/** @returns the refusal of a grant type that the client may not use, in the words of Auth0 */
export function grantTypeNotAllowed(grantType: string | undefined): GrantError {
  return forbidden('unauthorized_client', `Grant type '${grantType}' not allowed for the client.`)
}

/** @throws GrantError 403 for the first parameter that is missing */
export function requireParameters(
  parameters: Readonly<Record<string, unknown>>,
  ...names: readonly string[]
): void {
  const missing = names.find((name) => !isFilled(parameters[name]))
  if (missing !== undefined) {
    throw forbidden('invalid_request', `Missing required parameter: ${missing}`)
  }
}

function isFilled(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}
