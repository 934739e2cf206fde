import type { Request, RequestHandler, Response } from 'express'
import { auth, type GetCertificate } from 'express-oauth2-jwt-bearer'
import { invalidRequest, invalidToken, type Dpop, type Refusal } from './refusal.ts'
import { CLOCK_TOLERANCE } from './used-tokens.ts'

export interface VerifierOptions {
  /** Issuer of the tokens, such as `https://acme.eu.auth0.com` */
  readonly issuerBaseUrl: string
  readonly audience: string
  readonly signingAlg: 'RS256' | 'PS256'
  readonly dpop: Dpop
  readonly getCertificate?: GetCertificate
}

const NO_TOKEN: Refusal = { status: 401, description: 'This needs an access token' }

/**
 * Verifies the token of a request by express-oauth2-jwt-bearer, and leaves its claims in `req.auth`. A token
 * that is bound to a key passes only where the binding was verified.
 */
export function tokenVerifier(options: VerifierOptions) {
  const { issuerBaseUrl, audience, signingAlg, dpop, getCertificate } = options
  const verify = auth({
    issuerBaseURL: issuerBaseUrl,
    audience,
    tokenSigningAlg: signingAlg,
    clockTolerance: CLOCK_TOLERANCE,
    dpop: { enabled: dpop !== 'refused', required: dpop === 'required' },
    ...(getCertificate && { getCertificate }),
    // Left out, they would be read from the environment, and could replace the issuer's own.
    issuer: '',
    jwksUri: '',
    secret: '',
  })

  return async (req: Request, res: Response): Promise<Refusal | undefined> => {
    if (new URLSearchParams(req.originalUrl.split('?')[1]).has('access_token')) {
      return invalidRequest('A token in the URL ends up in logs: send it in the header')
    }
    const { authorization } = req.headers
    if (authorization === undefined) return NO_TOKEN
    if (!/^(Bearer|DPoP) [\x21-\x7e]+$/i.test(authorization)) {
      return invalidRequest('The header does not hold one token')
    }
    const error = await outcomeOf(verify, req, res)
    if (error !== undefined) return refusalFor(error)
    return bindingRefusal(req.auth?.payload['cnf'], options)
  }
}

function outcomeOf(handler: RequestHandler, req: Request, res: Response): Promise<unknown> {
  return new Promise((resolve) => void handler(req, res, resolve))
}

/** @throws what is no fault of the token */
function refusalFor(error: unknown): Refusal {
  const { status, code, message } = error as Partial<Error & { status: number; code: string }>
  if (status === 401) return invalidToken(message ?? '')
  if (status !== 400) throw error
  const description = message === undefined || message === '' ? 'The token cannot be read' : message
  return {
    status,
    error: code === undefined || code === '' ? 'invalid_request' : code,
    description,
  }
}

/** INVARIANT: the verifier checks one `jkt` where DPoP is on, and one `x5t#S256` where it is given certificates. */
function bindingRefusal(
  cnf: unknown,
  { dpop, getCertificate }: VerifierOptions,
): Refusal | undefined {
  if (cnf === undefined) return undefined
  const members = typeof cnf === 'object' && cnf !== null ? Object.keys(cnf) : []
  const [binding] = members
  const isVerified =
    members.length === 1 &&
    ((binding === 'jkt' && dpop !== 'refused') ||
      (binding === 'x5t#S256' && getCertificate !== undefined))
  return isVerified
    ? undefined
    : invalidToken('The token is bound to a key, which is not checked here')
}
