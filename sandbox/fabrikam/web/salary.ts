import { Problem } from './problem.ts'
import { readIdToken, type LoginFacts } from './token-facts.ts'

/** Asks for MFA where no scope is to be asked for. */
export const MULTI_FACTOR = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor'

/** Seconds for which the page stays open after an MFA. */
const OPEN_SECONDS = 300

/**
 * Whether a login was one with MFA, moments ago.
 * @see https://auth0.com/docs/secure/multi-factor-authentication/step-up-authentication/configure-step-up-authentication-for-web-apps
 */
export function isOpenFor({ amr, issued }: LoginFacts, nowMs: number = Date.now()): boolean {
  return amr.includes('mfa') && nowMs / 1000 - issued <= OPEN_SECONDS
}

/**
 * Passes the tokens of an authorization that asked for MFA.
 * @throws Problem when it came back without: to ask again would never end
 */
export function requireMfa<T extends { readonly id_token: string }>(tokens: T): T {
  if (isOpenFor(readIdToken(tokens.id_token))) return tokens
  const text = 'The login came back without a second factor, which this page demands.'
  throw new Problem(403, { title: 'A second factor is needed', text })
}
