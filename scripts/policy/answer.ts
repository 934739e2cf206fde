import type { Factor } from '../../actions/step-up/policy.ts'
import { commonFactors, type Demand, type Standing } from './effective.ts'

/** What a login brings with it: the MFA of its session, and what its user has set up. */
export interface Situation {
  readonly mfa: readonly SessionMfa[]
  readonly enrolled: readonly Factor[]
}

export interface SessionMfa {
  /** Undefined where Auth0 does not tell: then it counts for `any` alone. */
  readonly factor: string | undefined
  readonly ageSeconds: number
}

/** What a request for one thing is answered with. */
export type Answer =
  | { readonly kind: 'issued' | 'removed' | 'denied' }
  /** The request allows no page on which to pass MFA. */
  | { readonly kind: 'login-required' }
  | {
      readonly kind: 'mfa'
      /** Pass one of these; sorted. `any` lets a user without a factor set one up. */
      readonly challenge: 'any' | readonly string[]
      /** Then set up one of these; empty where a challenge is all. Sorted. */
      readonly enrol: readonly string[]
    }

/** `same` is never reported; for the others see {@link compareAnswers}. */
export type Verdict = 'same' | 'different' | 'stricter' | 'weaker'

const DENIED: Answer = { kind: 'denied' }
const REMOVED: Answer = { kind: 'removed' }
const CLOCK_SKEW_SECONDS = 30

/** Who has one of these cannot add another with the token of `mfa_required` alone (Add an Authenticator). */
export const KEPT_BY_MFA_API: readonly Factor[] = ['otp', 'phone', 'push-notification']

/** What a standing comes to for a login. @param isSilent whether no page may be shown */
export function answerTo(standing: Standing, situation: Situation, isSilent: boolean): Answer {
  switch (standing.kind) {
    case 'open':
      return { kind: 'issued' }
    case 'denied':
      return DENIED
    case 'removed':
      return standing.then === 'issued' || mayWait(standing, situation) ? REMOVED : DENIED
    case 'mfa-required':
      return mayWait(standing, situation) ? anyFactor() : DENIED
    case 'demand': {
      const unmet = standing.demands.filter((demand) => !isMet(demand, situation))
      if (unmet.length === 0) return { kind: 'issued' }
      const asked = unmet.filter(({ whenSilent }) => whenSilent === undefined)
      const answer = asked.length === 0 ? REMOVED : demanded(asked, situation, isSilent)
      return asked.length < unmet.length && answer.kind !== 'denied' ? REMOVED : answer
    }
  }
}

// Who may set up no factor has to have one that keeps others from being set up.
function mayWait(
  { whenNotEnrolled }: { readonly whenNotEnrolled: Demand['whenNotEnrolled'] },
  situation: Situation,
): boolean {
  return (
    whenNotEnrolled === 'enroll' ||
    situation.enrolled.some((factor) => KEPT_BY_MFA_API.includes(factor))
  )
}

function anyFactor(): Answer {
  return { kind: 'mfa', challenge: 'any', enrol: [] }
}

/** Whether an MFA of the session is one that a demand accepts, and young enough. */
export function isMet({ factors, maxAgeSeconds }: Demand, situation: Situation): boolean {
  if (maxAgeSeconds === 0) return false
  return situation.mfa.some(
    ({ factor, ageSeconds }) =>
      ageSeconds <= maxAgeSeconds &&
      ageSeconds >= -CLOCK_SKEW_SECONDS &&
      (factors === 'any' || factors.some((each) => each === factor)),
  )
}

function demanded(unmet: readonly Demand[], situation: Situation, isSilent: boolean): Answer {
  const common = commonFactors(unmet)
  if (common !== 'any' && common.length === 0) return DENIED
  const { enrolled } = situation
  const usable = enrolled.filter((factor) => common === 'any' || common.includes(factor))
  const mayEnrol = unmet.every(({ whenNotEnrolled }) => whenNotEnrolled === 'enroll')
  if (usable.length === 0 && !mayEnrol) return DENIED
  if (isSilent) return { kind: 'login-required' }
  // `enable('any')` would let a user set up a factor, so where that is not allowed the factors are listed.
  if (common === 'any') {
    return mayEnrol ? anyFactor() : { kind: 'mfa', challenge: usable.toSorted(), enrol: [] }
  }
  if (usable.length > 0) return { kind: 'mfa', challenge: usable.toSorted(), enrol: [] }
  const enrol = common.filter((factor) => factor !== 'email').toSorted()
  // Who has other factors passes one of them first, or a stolen password would be enough to enrol.
  return enrol.length === 0 ? DENIED : { kind: 'mfa', challenge: enrolled.toSorted(), enrol }
}

/**
 * Compares what two policies answer to the same request, by the ways in which it can end with the thing in
 * the token: none where it is denied, removed, or needs a page that may not be shown; one for each factor
 * that may be passed or set up; every way where nothing is demanded.
 *
 * - `weaker`: there is a way that was not there before, even if others have gone.
 * - `stricter`: some way has gone, and none has come.
 * - `different`: the same ways, but another answer, as between denied and removed.
 */
export function compareAnswers(before: Answer, after: Answer): Verdict {
  if (!isCovered(waysOf(after), waysOf(before))) return 'weaker'
  if (!isCovered(waysOf(before), waysOf(after))) return 'stricter'
  return JSON.stringify(before) === JSON.stringify(after) ? 'same' : 'different'
}

type Ways = 'every' | readonly string[]

const ANY_MFA = 'any MFA'

function waysOf(answer: Answer): Ways {
  switch (answer.kind) {
    case 'issued':
      return 'every'
    case 'removed':
    case 'denied':
    case 'login-required':
      return []
    case 'mfa':
      return mfaWays(answer)
  }
}

// Who may enrol without having passed anything may also do it after that.
function mfaWays({ challenge, enrol }: Extract<Answer, { kind: 'mfa' }>): readonly string[] {
  if (challenge === 'any') return [ANY_MFA]
  if (enrol.length === 0) return challenge.map((factor) => `pass ${factor}`)
  const afterwards = enrol.map((factor) => `pass a factor and enrol ${factor}`)
  return challenge.length > 0
    ? afterwards
    : [...afterwards, ...enrol.map((factor) => `enrol ${factor}`)]
}

function isCovered(ways: Ways, by: Ways): boolean {
  if (by === 'every') return true
  if (ways === 'every') return false
  return by.includes(ANY_MFA) || ways.every((way) => by.includes(way))
}

/** The factor types of `challengeWithAny`. @see https://auth0.com/docs/actions/reference/post-login/post-login-api-object */
export const FACTOR_NAMES: readonly Factor[] = [
  'email',
  'otp',
  'phone',
  'push-notification',
  'webauthn-platform',
  'webauthn-roaming',
]

/**
 * Logins that tell two standings apart if any does: with each MFA that just satisfies each demand of
 * either, alone and together, and users with no factor, each one, and all.
 */
export function situationsFor(standings: readonly Standing[]): readonly Situation[] {
  const sessions = standings.flatMap((standing) =>
    standing.kind === 'demand' ? sessionsFor(standing.demands) : [],
  )
  const distinct = new Map([[], ...sessions].map((mfa) => [JSON.stringify(mfa), mfa]))
  const [nothing, all] = [[], [...FACTOR_NAMES]]
  const each = FACTOR_NAMES.map((factor) => [factor])
  // An MFA satisfies a lone demand or does not count: which factor a user has matters where it does not.
  const isLone = standings.every((one) => one.kind !== 'demand' || one.demands.length <= 1)
  return [...distinct.values()].flatMap((mfa) =>
    (mfa.length > 0 && isLone ? [nothing, all] : [nothing, ...each, all]).map((enrolled) => ({
      mfa,
      enrolled,
    })),
  )
}

function sessionsFor(demands: readonly Demand[]): readonly (readonly SessionMfa[])[] {
  return demands.reduce<readonly (readonly SessionMfa[])[]>(
    (sessions, { factors, maxAgeSeconds }) => {
      if (maxAgeSeconds === 0) return sessions
      const accepted = factors === 'any' ? [...FACTOR_NAMES, undefined] : factors
      const mfa = accepted.map((factor) => ({ factor, ageSeconds: maxAgeSeconds }))
      return sessions.flatMap((session) => [session, ...mfa.map((each) => [...session, each])])
    },
    [[]],
  )
}

/** Compares two standings over all logins; the gravest verdict counts. */
export function compareStandings(before: Standing, after: Standing, isSilent: boolean): Verdict {
  const verdicts = new Set(
    situationsFor([before, after]).map((situation) =>
      compareAnswers(answerTo(before, situation, isSilent), answerTo(after, situation, isSilent)),
    ),
  )
  if (before.kind === 'removed' && after.kind === 'removed' && before.then !== after.then) {
    return 'different'
  }
  return GRAVEST_FIRST.find((verdict) => verdicts.has(verdict)) ?? 'same'
}

export const GRAVEST_FIRST = [
  'weaker',
  'stricter',
  'different',
  'same',
] as const satisfies readonly Verdict[]
