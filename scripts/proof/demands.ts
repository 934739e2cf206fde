import type { Factor, Requirement, Rule } from '../../actions/step-up/policy.ts'
import { FACTOR_NAMES } from '../policy/answer.ts'
import { MFA_CAPABLE, type Facts, type ProvenMfa } from './facts.ts'

const CLOCK_SKEW_MS = 30_000

/** `requires`, or `whenConfidenceIsLow` unless the login is assessed with medium or high confidence. */
export function demandOf({ requires, whenConfidenceIsLow }: Rule, facts: Facts): Requirement {
  if (whenConfidenceIsLow === undefined) return requires
  return facts.isConfident() === true ? requires : whenConfidenceIsLow
}

/** The newest MFA of the session that a demand accepts, young enough or not. */
export function newestAccepted(
  facts: Facts,
  { factors }: Requirement,
  nowMs: number,
): ProvenMfa | undefined {
  return (facts.mfa() ?? [])
    .filter(({ atMs }) => atMs - nowMs <= CLOCK_SKEW_MS)
    .filter(({ factor }) => factors === 'any' || factors.some((each) => each === factor))
    .toSorted((a, b) => b.atMs - a.atMs)[0]
}

/** Whether an MFA is young enough; where 0 seconds are allowed, none is. */
export function isYoungEnough(mfa: ProvenMfa | undefined, demand: Requirement, nowMs: number) {
  if (mfa === undefined || demand.maxAgeSeconds === 0) return false
  return nowMs <= mfa.atMs + demand.maxAgeSeconds * 1000
}

/**
 * Whether Auth0 withholds the token until MFA is passed. Nobody can pass it who acts for the user, and
 * "MFA policies are not supported" in an exchange with an organization.
 */
export function canHoldBack({ protocol, isDelegated, organization }: Facts): boolean {
  if (protocol === undefined || !MFA_CAPABLE.has(protocol) || isDelegated() !== false) return false
  return protocol !== 'oauth2-token-exchange' || organization() === undefined
}

/** The factors that satisfy every demand. */
export function sharedFactors(demands: readonly Requirement[]): 'any' | readonly Factor[] {
  const lists = demands.flatMap(({ factors }) => (factors === 'any' ? [] : [factors]))
  if (lists.length === 0) return 'any'
  return FACTOR_NAMES.filter((factor) => lists.every((list) => list.includes(factor)))
}

/** Whether the MFA API lets the user enrol nothing before a challenge: where one of these is set up. */
export function hasAuthenticator(facts: Facts): boolean {
  const enrolled = facts.enrolled() ?? []
  return AUTHENTICATORS.some((factor) => enrolled.includes(factor))
}

const AUTHENTICATORS: readonly Factor[] = ['otp', 'phone', 'push-notification']
