import type { Circumstance } from './circumstance.ts'
import type { Profile } from './profile.ts'
import { isSame, type Standing, type Verdict } from './standing.ts'

/** In which respect a policy has changed. */
export type Aspect =
  /** Whether MFA is demanded at all. */
  | 'protection'
  /** The same for a client or an organization of an exception. */
  | 'exception'
  /** How old an MFA may be. */
  | 'age'
  /** By which factors. */
  | 'factors'
  /** What happens to a user without a factor. */
  | 'enrolment'
  /** What happens without a browser. */
  | 'answer'
  /** How a token tells of an MFA. */
  | 'claim'
  /** Anything else: requests at the edge of what can be sent. */
  | 'edge'

/** A request of which the two sides make something else. */
export interface Difference {
  readonly circumstance: Circumstance
  readonly verdict: Exclude<Verdict, 'same'>
  readonly before: Standing
  readonly after: Standing
  /** The factors of the MFA of its session. */
  readonly mfa: readonly (string | undefined)[]
  readonly hasFactors: boolean
}

export interface Profiles {
  readonly before: Profile
  readonly after: Profile
}

/** Tells in which respect a request shows a change, given what each side does in its circumstance. */
export function aspectOf(difference: Difference, { before, after }: Profiles): Aspect {
  const { circumstance, mfa, hasFactors } = difference
  if (circumstance.subject !== undefined) return 'exception'
  if (before.freeUntilMs !== after.freeUntilMs) return 'protection'
  if (isSame(difference.before, difference.after)) return 'claim'
  if (circumstance.flow !== 'browser') {
    return before.answer === after.answer ? 'enrolment' : 'answer'
  }
  const isFree = difference.before.kind === 'free' || difference.after.kind === 'free'
  if (isFree) {
    const isTakenByBoth = mfa.some((factor) => takes(before, factor) && takes(after, factor))
    return isTakenByBoth && before.maxAgeSeconds !== after.maxAgeSeconds ? 'age' : 'factors'
  }
  if (before.withoutFactor === after.withoutFactor) return 'factors'
  const hasSameFactors = JSON.stringify(before.factors) === JSON.stringify(after.factors)
  return hasFactors && !hasSameFactors ? 'factors' : 'enrolment'
}

function takes({ factors }: Profile, factor: string | undefined): boolean {
  return factors === 'any' || (factor !== undefined && factors.includes(factor))
}
