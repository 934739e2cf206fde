import type { Request, RequestHandler, Response } from 'express'
import { auth, type GetCertificate } from 'express-oauth2-jwt-bearer'
import type { Claims } from './judge.ts'
import { withPatience } from './patience.ts'
import { invalidRequest, invalidToken, unavailable, type Dpop, type Refusal } from './refusal.ts'
import { CLOCK_TOLERANCE } from './used-tokens.ts'

export interface VerifierOptions {
  /** Issuer of the tokens, such as `https://acme.eu.auth0.com` */
  readonly issuerBaseUrl: string
  readonly audience: string
  readonly signingAlg: 'RS256' | 'PS256'
  readonly dpop: Dpop
  readonly getCertificate?: GetCertificate
}

export type Verified =
  { readonly refusal: Refusal } | { readonly refusal?: undefined; readonly claims: Claims }

const NO_TOKEN: Refusal = { status: 401, description: 'This needs an access token' }
const NO_KEYS = unavailable('The issuer does not give its keys, so the token cannot be verified')

/**
 * Verifies the token of a request by express-oauth2-jwt-bearer. A token that is bound to a key passes only
 * where the binding was verified. The app finds the claims in `req.auth`, which it may change: guards get
 * their own.
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

  const refusalOf = async (req: Request, res: Response): Promise<Refusal | undefined> => {
    if (new URLSearchParams(req.originalUrl.split('?')[1]).has('access_token')) {
      return invalidRequest('A token in the URL ends up in logs: send it in the header')
    }
    // Not `headers`, which leaves out all but the first.
    const [authorization, ...more] = req.headersDistinct['authorization'] ?? []
    if (authorization === undefined) return NO_TOKEN
    const [, scheme] = /^(Bearer|DPoP) [\x21-\x7e]+$/i.exec(authorization) ?? []
    if (scheme === undefined || more.length > 0) {
      return invalidRequest('The header does not hold one token')
    }
    const isProven = scheme.toLowerCase() === 'dpop'
    if (isProven && dpop === 'refused') return invalidRequest('Tokens come as Bearer here')
    if (!isProven && dpop === 'required') {
      return invalidRequest('Tokens come with a proof of DPoP here')
    }
    if (isProven && req.headers['dpop'] === undefined) {
      return { ...invalidRequest('There is no proof of DPoP'), error: 'invalid_dpop_proof' }
    }
    const outcome = withPatience(outcomeOf(verify, req, res), 'The issuer')
    const error = await outcome.catch(() => NO_KEYS)
    if (error === NO_KEYS) return NO_KEYS
    if (error !== undefined) return refusalFor(error)
    return bindingRefusal(req.auth?.payload['cnf'], options)
  }

  return async (req: Request, res: Response): Promise<Verified> => {
    const refusal = await refusalOf(req, res)
    return refusal ? { refusal } : { claims: structuredClone(req.auth?.payload ?? {}) }
  }
}

function outcomeOf(handler: RequestHandler, req: Request, res: Response): Promise<unknown> {
  return new Promise((resolve) => void handler(req, res, resolve))
}

/**
 * How the verifier and its library word that there are no keys. It hands both on as `invalid_token`, by which a
 * client would throw a good token away.
 */
const CUT_OFF =
  /^(Failed to (fetch|parse)|Expected 200 OK|request timed out|socket hang up|(connect|read|getaddrinfo) E)/

/** @throws what is no fault of the token */
function refusalFor(error: unknown): Refusal {
  const { status, code, message } = error as Partial<Error & { status: number; code: string }>
  if (status === 401) return CUT_OFF.test(message ?? '') ? NO_KEYS : invalidToken(message ?? '')
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
