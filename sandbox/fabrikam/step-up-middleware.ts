// Turns what a policy demands into checks of an API and into the challenges of RFC 6750 and RFC 9470.
// Depends on Express alone, and runs after a middleware that has verified the token and set `req.auth`,
// as `auth()` of express-oauth2-jwt-bearer does.
import type { RequestHandler } from 'express'

/** The file that `npm run build` writes, as far as an API reads it. */
export interface Requirements {
  readonly version: 1
  readonly audiences: Readonly<Record<string, Readonly<Record<string, Requirement>>>>
}

/** What a high-value scope demands. A scope without one is an everyday scope. */
export interface Requirement {
  /** Seconds */
  readonly max_age?: number
  /** Separated by spaces */
  readonly acr_values?: string
  /** The day (UTC, YYYY-MM-DD) from which the scope demands anything. */
  readonly report_until?: string
  /** What it demands instead before a day, the earliest first. */
  readonly before?: readonly (Pick<Requirement, 'max_age' | 'acr_values'> & {
    readonly until: string
  })[]
}

/** Remembers which tokens were used. */
export interface ConsumedTokens {
  /**
   * Uses a token up in one atomic step; `expires` (epoch seconds) is when nobody accepts it anyway.
   *
   * @returns whether this was its first use
   * @throws when that cannot be known
   */
  consume(token: ConsumedToken, expires: number): Promise<boolean>
}

export type ConsumedToken = Readonly<Record<'issuer' | 'audience' | 'jti', string>>

export interface StepUpOptions {
  readonly requirements: Requirements
  readonly audience: string
  readonly consumed: ConsumedTokens
}

/**
 * Makes `requireScope(scope)`, a middleware that passes requests whose token has the scope in its `scope`
 * claim (`permissions` says what a user might do, not what was granted). Passing uses a high-value token
 * up, and it stays used when the operation then fails. Others are answered:
 *
 * - no such scope: 403 `insufficient_scope` (RFC 6750 section 3.1). To ask for it is all the app has to do:
 *   the authorization server challenges whoever asks
 * - the scope, but no user behind it, or an MFA too long ago: 401 `insufficient_user_authentication`, with
 *   what to ask for (RFC 9470 section 3)
 * - a high-value token without `jti` or `exp`, or used before: 401 `invalid_token`
 * - not known whether it was used before: 503
 *
 * @throws when the requirements say nothing of the audience, rather than demand nothing
 */
export function stepUp({ requirements, audience, consumed }: StepUpOptions) {
  const demanded = new Map(Object.entries(requirements.audiences[audience] ?? {}))
  if (demanded.size === 0) throw new Error(`no requirements for the audience \`${audience}\``)

  return (scope: string): RequestHandler => {
    return async ({ auth }, res, next) => {
      const requirement = demandedNow(demanded.get(scope))
      const refuse = ([status, challenge]: Refusal): void => {
        const parameters = Object.entries(challenge).map(
          ([name, value]) => `${name}=${quoted(value)}`,
        )
        res.status(status).set('WWW-Authenticate', `Bearer ${parameters.join(', ')}`)
        res.json({ error: challenge['error'], error_description: challenge['error_description'] })
      }
      if (auth === undefined) throw new Error('requireScope runs after a token was verified')
      const { iss = '', jti = '', exp = 0 } = auth.payload
      const refusal = refusalOf(auth.payload, scope, requirement)
      if (refusal !== undefined) {
        refuse(refusal)
        return
      }
      try {
        if (requirement && !(await consumed.consume({ issuer: iss, audience, jti }, exp))) {
          refuse(invalidToken('The token was used before'))
          return
        }
      } catch {
        res.status(503).set('Retry-After', '5').json({ error: 'temporarily_unavailable' })
        return
      }
      next()
    }
  }
}

function demandedNow(requirement: Requirement | undefined): Requirement | undefined {
  const isBefore = (day: string) => Date.now() < Date.parse(day)
  const { report_until, before = [] } = requirement ?? {}
  if (report_until !== undefined && isBefore(report_until)) return undefined
  return before.find(({ until }) => isBefore(until)) ?? requirement
}

type Refusal = readonly [status: 401 | 403, challenge: Readonly<Record<string, string>>]
type Claims = Readonly<Record<string, unknown>>

function refusalOf(claims: Claims, scope: string, requirement?: Requirement): Refusal | undefined {
  const { scope: granted, sub, iat, jti, exp } = claims
  if (typeof granted !== 'string' || !granted.split(' ').includes(scope)) {
    return [403, { error: 'insufficient_scope', scope }]
  }
  if (requirement === undefined) return undefined
  const { max_age, acr_values } = requirement
  const insufficient = (error_description: string): Refusal => {
    const error = 'insufficient_user_authentication'
    const maxAge = max_age !== undefined && { max_age: String(max_age) }
    const acrValues = acr_values !== undefined && { acr_values }
    return [401, { error, error_description, scope, ...maxAge, ...acrValues }]
  }
  // The subject of a client that acts for itself (client credentials) ends like this.
  if (typeof sub !== 'string' || sub.endsWith('@clients')) return insufficient('No user logged in')
  // The MFA came before the token: if the token is too old, so is the MFA.
  const age = typeof iat === 'number' ? Date.now() / 1000 - iat : Infinity
  if (max_age !== undefined && age > max_age) return insufficient('The login was too long ago')
  if (typeof jti !== 'string' || jti === '') return invalidToken('The token has no jti')
  // Without one there is no saying how long to remember that it was used.
  if (typeof exp !== 'number') return invalidToken('The token has no exp')
  return undefined
}

function invalidToken(error_description: string): Refusal {
  return [401, { error: 'invalid_token', error_description }]
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
