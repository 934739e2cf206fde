import type { Request, Response } from 'express'

/** Why a request is not let in, and what its client can do about it. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 503
  /** RFC 6750 section 3.1 and RFC 9470 section 3. Absent where no token came, as there is nothing to say of it. */
  readonly error?: string
  readonly description: string
  /** What to ask for: `scope`, `acr_values`, `max_age` */
  readonly ask?: Readonly<Record<string, string>>
}

export function invalidToken(description: string): Refusal {
  return { status: 401, error: 'invalid_token', description }
}

export function invalidRequest(description: string): Refusal {
  return { status: 400, error: 'invalid_request', description }
}

export function unavailable(description: string): Refusal {
  return { status: 503, error: 'temporarily_unavailable', description }
}

/** Which of the two kinds of tokens are taken. */
export type Dpop = 'accepted' | 'required' | 'refused'

/** The algorithms that clients are told to sign proofs of DPoP with */
export const DPOP_ALGORITHMS = ['ES256', 'PS256', 'RS256'] as const

export interface Challenger {
  readonly dpop: Dpop
  /** Where RFC 9728 has a client look for what this API is protected by */
  readonly metadataUrl: string
}

/**
 * Answers a request with its refusal, and with a challenge by which the client can get a better token.
 * @see RFC 6750 section 3, RFC 9470 section 3, RFC 9728 section 5.1, RFC 9449 section 7.1
 */
export function answer(refusal: Refusal, res: Response, { dpop, metadataUrl }: Challenger): void {
  const { status, error, description, ask } = refusal
  const said = error !== undefined && { error, error_description: description }
  res.status(status)
  if (status === 503) {
    res.set('Retry-After', '5')
  } else {
    const challenges = schemesFor(res.req, dpop, error !== undefined).map((scheme) => {
      const algs = scheme === 'DPoP' && { algs: DPOP_ALGORITHMS.join(' ') }
      return challenge(scheme, { ...said, ...ask, ...algs, resource_metadata: metadataUrl })
    })
    res.set('WWW-Authenticate', challenges)
  }
  res.json({ error: error ?? 'unauthorized', error_description: description })
}

/** What is said of a token is said to the scheme by which it came. */
function schemesFor(req: Request, dpop: Dpop, hasError: boolean): readonly string[] {
  if (dpop !== 'accepted') return [dpop === 'required' ? 'DPoP' : 'Bearer']
  if (!hasError) return ['Bearer', 'DPoP']
  return [/^dpop /i.test(req.headers.authorization ?? '') ? 'DPoP' : 'Bearer']
}

function challenge(scheme: string, parameters: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(parameters).map(([name, value]) => `${name}="${plain(value)}"`)
  return `${scheme} ${pairs.join(', ')}`
}

/** RFC 6750 section 3 leaves out quotes and backslashes, and a header takes ASCII only. */
function plain(text: string): string {
  return text.replace(/["\\]/g, "'").replace(/[^\x20-\x7e]/g, '?')
}
