import { isHeldBack, isRefused, type Outcome } from '../proof/outcome.ts'

/** What a run makes of one scope or acr value of a request. */
export type Standing =
  | { readonly kind: 'free' | 'removed' | 'denied' }
  /** Auth0 answers `login_required`: the request allows no page on which to pass MFA. */
  | { readonly kind: 'login-required' }
  | {
      readonly kind: 'mfa'
      /** Pass one of these; sorted. */
      readonly challenge: 'any' | readonly string[]
      /** Then enrol one of these; empty where a challenge is all. Sorted. */
      readonly enroll: readonly string[]
      readonly takesRememberedBrowser: boolean
    }

/** `same` is never reported; for the others see {@link compare}. */
export type Verdict = 'same' | 'different' | 'stricter' | 'weaker'

/** @param name the scope or acr value */
export function standingOf(outcome: Outcome, name: string, isSilent: boolean): Standing {
  if (isRefused(outcome)) return { kind: 'denied' }
  if (outcome.removed.includes(name)) return { kind: 'removed' }
  if (!isHeldBack(outcome)) return { kind: 'free' }
  if (isSilent) return { kind: 'login-required' }
  const { challenged, enrolled } = outcome
  const isAny = challenged.length === 0 && enrolled.length === 0
  return {
    kind: 'mfa',
    challenge: isAny ? 'any' : sortedTypes(challenged),
    enroll: sortedTypes(enrolled),
    takesRememberedBrowser: outcome.remembersBrowser,
  }
}

// A push challenge that falls back to a one-time password accepts both.
function sortedTypes(named: Outcome['challenged']): readonly string[] {
  const types = named.flatMap(({ type, hasOtpFallback }) => (hasOtpFallback ? [type, 'otp'] : type))
  return [...new Set(types)].toSorted()
}

/**
 * Compares what two policies make of the same request, by the ways in which it can end with the scope in
 * the token (the acr value answered): none where it is denied, removed, or needs a page that may not be
 * shown; one for each factor that may be passed or enrolled; every way where nothing is demanded.
 *
 * - `weaker`: there is a way that was not there before, even if others have gone. So another factor is
 *   weaker, as is MFA or enrolment where there was only refusal.
 * - `stricter`: some way has gone, and none has come.
 * - `different`: the same ways, but another answer. So `denied` and `removed` differ without either being
 *   weaker: the login ends otherwise, but nobody gets the scope with less proof.
 */
export function compare(before: Standing, after: Standing): Verdict {
  const isKept = isCovered(waysOf(before), waysOf(after))
  if (!isCovered(waysOf(after), waysOf(before))) return 'weaker'
  if (!isKept) return 'stricter'
  return isSame(before, after) ? 'same' : 'different'
}

/** Whether two runs make the same of a request. */
export function isSame(a: Standing, b: Standing): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

type Ways = 'every' | readonly string[]

function waysOf(standing: Standing): Ways {
  switch (standing.kind) {
    case 'free':
      return 'every'
    case 'removed':
    case 'denied':
    case 'login-required':
      return []
    case 'mfa': {
      const remembered = standing.takesRememberedBrowser ? ['remembered browser'] : []
      return [...remembered, ...mfaWays(standing)]
    }
  }
}

const ANY_MFA = 'any MFA'

// Who may enrol without having passed anything may also do it after that.
function mfaWays({ challenge, enroll }: Extract<Standing, { kind: 'mfa' }>): readonly string[] {
  if (challenge === 'any') return [ANY_MFA]
  if (enroll.length === 0) return challenge.map((factor) => `pass ${factor}`)
  const afterwards = enroll.map((factor) => `pass a factor and enrol ${factor}`)
  return challenge.length > 0
    ? afterwards
    : [...afterwards, ...enroll.map((factor) => `enrol ${factor}`)]
}

function isCovered(ways: Ways, by: Ways): boolean {
  if (by === 'every') return true
  if (ways === 'every') return false
  return ways.every(
    (way) => by.includes(way) || (way !== 'remembered browser' && by.includes(ANY_MFA)),
  )
}
