import type { Requirement, Rule } from '../../actions/step-up/policy.ts'
import { ageInWords } from '../policy/age.ts'
import { disagreement } from './agreement.ts'
import {
  isReadable,
  type Facts,
  canHoldBack,
  demandOf,
  hasAuthenticator,
  isYoungEnough,
  newestAccepted,
  sharedFactors,
} from './facts.ts'
import { INVARIANT_NAMES, type InvariantName } from '../policy/audit-names.ts'
import { isHeldBack, isRefused, type NamedFactor, type Outcome } from './outcome.ts'
import type { Expected } from './reference.ts'
import type { Binding, RuleBook } from './rule-book.ts'
import type { Target, ReviewerInvariant } from './target.ts'
import { PRIVATE } from './complete-event.ts'
import { isAuth0Api } from '../policy/auth0-apis.ts'

/** One run of the bundle, with all that there is to judge it by. */
export interface Case {
  readonly book: RuleBook
  readonly facts: Facts
  readonly nowMs: number
  /** Null where the request cannot be read well enough to tell. */
  readonly binding: Binding | null
  readonly outcome: Outcome
  /** The scopes that the run removed. */
  readonly removed: ReadonlySet<string>
  readonly expected: Expected
  readonly target: Target
}

/** That an invariant does not hold: for which rule, and what would have been right. */
export interface Breach {
  readonly rule?: string
  readonly expected: string
}

/** What holds for every policy: its words, and how a run is judged by it. */
export interface Invariant extends InvariantWords {
  /**
   * Undefined where one run on one event is not enough to tell, and `judge.ts` or `explorer.ts` look.
   * @returns the breach, or undefined where the invariant holds
   */
  readonly check?: (run: Case) => Breach | undefined
}

/** What an invariant promises, in words. */
export interface InvariantWords {
  readonly title: string
  readonly explanation: string
  /** URL of the document that it rests on. */
  readonly source: string
}

const ACTIONS = 'https://auth0.com/docs/actions/reference/post-login'
const STEP_UP = 'https://auth0.com/docs/secure/multi-factor-authentication/step-up-authentication'
const FACTORS =
  'https://auth0.com/docs/secure/multi-factor-authentication/customize-mfa/customize-mfa-selection-universal-login'

const words = (title: string, explanation: string, source = STEP_UP): InvariantWords => ({
  ...{ title, explanation, source },
})

/** Each judges one promise, so that a breach says what is lost. */
export const INVARIANTS: Readonly<Record<InvariantName, Invariant>> = {
  'never-throws': {
    ...words(
      'The Action never fails',
      'whatever an event holds, the Action ends without an error, as an error would lock everybody out',
      ACTIONS,
    ),
    check: neverThrows,
  },
  'no-protected-scope-without-mfa': {
    ...words(
      'No protected scope without MFA',
      'no token carries a protected scope unless MFA is demanded, or was passed by an accepted factor and is young enough',
    ),
    check: noProtectedScopeWithoutMfa,
  },
  'refresh-never-inherits-a-step-up': {
    ...words(
      'A refresh never inherits a step-up',
      'the MFA of a login says nothing about who uses its refresh token',
    ),
    check: refreshNeverInheritsAStepUp,
  },
  'challenge-insists-on-listed-factors': {
    ...words(
      'A challenge insists on the listed factors',
      'no other factor than those of the rule passes its challenge',
      FACTORS,
    ),
    check: challengeInsistsOnListedFactors,
  },
  'deny-enrols-nobody': {
    ...words(
      'Under `deny` nobody enrols',
      'where a rule denies users without a factor, no challenge lets them set one up',
      FACTORS,
    ),
    check: denyEnrolsNobody,
  },
  'challenge-before-enrolment': {
    ...words(
      'A challenge comes before an enrolment',
      'whoever has a factor passes it before another one is set up, or a stolen password would be enough',
      'https://auth0.com/docs/secure/multi-factor-authentication/customize-mfa/customize-mfa-enrollments-universal-login',
    ),
    check: challengeBeforeEnrolment,
  },
  'nothing-unprotected-is-disturbed': {
    ...words(
      'Nothing unprotected is disturbed',
      'a login that asks for nothing protected is as if there were no Action',
    ),
    check: nothingUnprotectedIsDisturbed,
  },
  'at-most-four-challenges': {
    ...words(
      'At most four challenges',
      'Auth0 takes at most four challenge and enrol commands in a login',
      FACTORS,
    ),
    check: atMostFourChallenges,
  },
  'remembered-browser-never-counts': {
    ...words(
      'A remembered browser never counts',
      'no user can tick a box that lets the next challenge be skipped',
      ACTIONS,
    ),
    check: rememberedBrowserNeverCounts,
  },
  'agrees-with-reference': {
    ...words(
      'The bundle does what the policy says',
      'a second reading of the policy, which shares no code with the Action, comes to the same in every case',
    ),
    check: agreesWithReference,
  },
  'adding-a-scope-never-weakens': {
    ...words(
      'Asking for more is never easier',
      'a request with one more scope is answered at least as strictly',
    ),
  },
  'denial-says-nothing-private': {
    ...words(
      'A denial says nothing private',
      'the reason of a denial goes to the user and the application, so it names nothing of the policy',
      ACTIONS,
    ),
    check: denialSaysNothingPrivate,
  },
  'log-says-nothing-private': {
    ...words(
      'A log says nothing private',
      'whoever may read the logs of the tenant reads what the Action logs, of which Auth0 keeps 256 characters',
      ACTIONS,
    ),
  },
  'reads-only-what-is-varied': {
    ...words(
      'The bundle reads only what was varied',
      'a field that the check does not vary could hide a back door',
    ),
  },
  'same-event-same-calls': {
    ...words(
      'The same event, the same calls',
      'the Action keeps no state, so that what was run stands for what will run',
    ),
  },
}

/** Those by which each run is judged. */
export const RUN_CHECKS = INVARIANT_NAMES.flatMap((name) => {
  const { check } = INVARIANTS[name]
  return check === undefined ? [] : [{ name, check }]
})

const INSISTS = 'a reviewer wrote this into the policy file, to hold whatever the rules say'

/** Puts an invariant into words; one that is not known here is a reviewer's, with its reason. */
export function invariantWords(name: string, reason: string): InvariantWords {
  const known = INVARIANT_NAMES.find((each) => each === name)
  return known === undefined ? words(`A reviewer insists: ${reason}`, INSISTS) : INVARIANTS[known]
}

function neverThrows({ outcome }: Case): Breach | undefined {
  return outcome.hasThrown ? { expected: 'no error, whatever the event holds' } : undefined
}

function noProtectedScopeWithoutMfa(run: Case): Breach | undefined {
  const { facts, binding, outcome, removed, book } = run
  if (isRefused(outcome)) return undefined
  const added = outcome.added.find((scope) => book.everywhere.has(scope))
  if (added !== undefined) return { expected: `\`${added}\` is never added` }
  if (facts.flow === 'refresh-token') return undefined
  if (binding === null) return { expected: 'denied, as the request cannot be read' }
  if (isHeldBack(outcome) && canAskForMfa(facts)) return undefined
  return keptRules(binding, removed)
    .filter((rule) => !isMet(rule, run))
    .map(breachOf)[0]
}

function refreshNeverInheritsAStepUp(run: Case): Breach | undefined {
  const { facts, binding, outcome, removed } = run
  if (facts.flow !== 'refresh-token' || isRefused(outcome)) return undefined
  if (binding === null) return { expected: 'denied, as the request cannot be read' }
  if (isHeldBack(outcome) && canAskForMfa(facts)) return undefined
  return keptRules(binding, removed).map(breachOf)[0]
}

function challengeInsistsOnListedFactors(run: Case): Breach | undefined {
  const { facts, binding, outcome, removed } = run
  if (binding === null || isRefused(outcome) || !isHeldBack(outcome)) return undefined
  const unmet = keptRules(binding, removed).filter((rule) => !isMet(rule, run))
  const factors = sharedFactors(unmet.map((rule) => demandOf(rule, facts)))
  // A silent request shows no page: any demand ends in `login_required`.
  if (insistsOn(factors, outcome) || facts.isSilent() === true) return undefined
  return {
    ...(unmet[0] && { rule: unmet[0].id }),
    expected: `a challenge that only ${listOf(factors)} can pass`,
  }
}

function denyEnrolsNobody(run: Case): Breach | undefined {
  const { binding, outcome, removed } = run
  if (binding === null || isRefused(outcome) || !isHeldBack(outcome)) return undefined
  const denying = keptRules(binding, removed).find(
    (rule) => rule.whenNotEnrolled !== 'enroll' && !isMet(rule, run),
  )
  if (denying === undefined || (outcome.enrolled.length === 0 && isKept(run))) return undefined
  return { rule: denying.id, expected: 'denied, or a challenge that leads to no enrolment' }
}

/** Whether what was demanded can be met with what is set up alone. */
function isKept({ facts, outcome }: Case): boolean {
  // A device login has a page on which to enrol.
  if (facts.protocol === 'oauth2-device-code') return outcome.challenged.length > 0
  if (facts.flow !== 'browser') return hasAuthenticator(facts)
  // A silent request shows no page on which to enrol.
  return facts.isSilent() === true || outcome.challenged.length > 0
}

/** Who has a factor is challenged before he enrols another one (Customize MFA Enrollments). */
function challengeBeforeEnrolment({ outcome }: Case): Breach | undefined {
  return outcome.enrolsFirst ? { expected: 'a challenge before an enrolment' } : undefined
}

function nothingUnprotectedIsDisturbed({ binding, outcome, removed }: Case): Breach | undefined {
  const [other] = outcome.others
  if (other !== undefined) return { expected: `no call of \`${other}\`` }
  if (binding === null || outcome.hasThrown) return undefined
  const [everyday] = removed.size === 0 ? [] : withoutThoseOf(binding, removed)
  if (everyday !== undefined) return { expected: `\`${everyday}\` stays in the token` }
  const claims = outcome.claims.length + outcome.idTokenClaims.length
  const isDisturbed = isHeldBack(outcome) || claims > 0 || outcome.added.length > 0
  return binding.asked.size === 0 && isDisturbed
    ? { expected: 'the login continues as if there were no Action' }
    : undefined
}

function withoutThoseOf({ asked, unasked }: Binding, removed: ReadonlySet<string>): Set<string> {
  const lost = new Set(removed)
  for (const bound of [asked, unasked]) {
    for (const scopes of bound.values()) for (const scope of scopes) lost.delete(scope)
  }
  return lost
}

/** "You can use up to four" of these commands in a login (Customize MFA Selection). */
function atMostFourChallenges({ outcome }: Case): Breach | undefined {
  if (outcome.challengeCommands <= 4) return undefined
  return { expected: 'at most four challenge and enrol commands' }
}

function rememberedBrowserNeverCounts({ outcome }: Case): Breach | undefined {
  if (!outcome.remembersBrowser) return undefined
  return { expected: '`allowRememberBrowser: false`' }
}

function agreesWithReference({ outcome, expected, book, facts }: Case): Breach | undefined {
  const text = disagreement(outcome, expected, book)
  // To refuse what cannot be read is always right, whatever of it was needed.
  if (text !== undefined && isRefused(outcome) && !isReadable(facts)) return undefined
  return text === undefined ? undefined : { expected: text }
}

/** Rules with something in the token that they protect; rules for acr values count as such. */
function keptRules({ asked, unasked }: Binding, removed: ReadonlySet<string>): Rule[] {
  const kept: Rule[] = []
  for (const bound of [asked, unasked]) {
    for (const [rule, scopes] of bound) {
      if ('acr' in rule || rule.cannotRemove || !isSubset(scopes, removed)) kept.push(rule)
    }
  }
  return kept
}

function isSubset(scopes: ReadonlySet<string>, of: ReadonlySet<string>): boolean {
  for (const scope of scopes) if (!of.has(scope)) return false
  return true
}

/** Whether there is somebody who can pass MFA, and the token waits for it. */
export function canAskForMfa(facts: Facts): boolean {
  return facts.flow === 'browser' ? facts.isDelegated() === false : canHoldBack(facts)
}

function isMet(rule: Rule, { facts, nowMs }: Case): boolean {
  return isProven(demandOf(rule, facts), facts, nowMs)
}

/** Whether the session's own MFA satisfies a demand, which it can in a browser only. */
export function isProven(demand: Requirement, facts: Facts, nowMs: number): boolean {
  if (demand.maxAgeSeconds === 0 || facts.flow !== 'browser') return false
  if (facts.isDelegated() !== false) return false
  return isYoungEnough(newestAccepted(facts, demand, nowMs), demand, nowMs)
}

/** Whether only these factors can satisfy what a run demands of the user. */
export function insistsOn(
  factors: Requirement['factors'],
  { challenged, enrolled }: Outcome,
): boolean {
  if (factors === 'any') return true
  const isListed = ({ type, hasOtpFallback }: NamedFactor) =>
    factors.some((factor) => factor === type) && (!hasOtpFallback || factors.includes('otp'))
  const areListed = (named: readonly NamedFactor[]) => named.length > 0 && named.every(isListed)
  return enrolled.length > 0 ? areListed(enrolled) : areListed(challenged)
}

function breachOf(rule: Rule): Breach {
  const { factors, maxAgeSeconds } = rule.requires
  const earlier = maxAgeSeconds === 0 ? '' : `, or one at most ${ageInWords(maxAgeSeconds)} old`
  const way = 'acr' in rule ? 'denied' : 'the scope removed'
  return { rule: rule.id, expected: `${way}, or MFA by ${listOf(factors)} now${earlier}` }
}

/** Factors in words. */
export function listOf(factors: Requirement['factors']): string {
  return factors === 'any' ? 'any factor' : factors.join(' or ')
}

/** Auth0 shows the reason to the user and sends it to the application. */
function denialSaysNothingPrivate({ outcome, target }: Case): Breach | undefined {
  const { denial } = outcome
  if (denial === undefined) return undefined
  const { audience, scope, neighbour, acr } = target
  const named = [audience, scope, neighbour, acr]
  const isSaid = (value: string | undefined) => value !== undefined && denial.includes(value)
  const value = named.find(isSaid) ?? privateOf(target).find(isSaid)
  return value === undefined ? undefined : { expected: `a reason without \`${value}\`` }
}

const PRIVATE_OF = new WeakMap<Target, readonly string[]>()

/** What nobody is to read: the data of a user, and the ids that the exceptions of a target name. */
export function privateOf(target: Target): readonly string[] {
  const known = PRIVATE_OF.get(target)
  if (known !== undefined) return known
  const ids = target.exceptions.map((each) => ('client' in each ? each.client : each.organization))
  const found = [...ids, ...PRIVATE]
  PRIVATE_OF.set(target, found)
  return found
}

/** @returns the breach, or undefined where the invariant holds */
export function checkReviewer(
  invariant: ReviewerInvariant,
  { facts, outcome, nowMs }: Case,
): Breach | undefined {
  if (isRefused(outcome)) return undefined
  const [carried] = carriedScopes(invariant, facts, outcome)
  if (carried === undefined || isProven(invariant, facts, nowMs)) return undefined
  const isAsked = isHeldBack(outcome) && canAskForMfa(facts)
  if (isAsked && (insistsOn(invariant.factors, outcome) || facts.isSilent() === true))
    return undefined
  const { factors, maxAgeSeconds } = invariant
  const earlier = maxAgeSeconds === 0 ? '' : `, or one at most ${ageInWords(maxAgeSeconds)} old`
  return { expected: `\`${carried}\` removed, or MFA by ${listOf(factors)} now${earlier}` }
}

/** The scopes of an invariant that the token may carry. */
function carriedScopes(
  { audience, scopes }: ReviewerInvariant,
  facts: Facts,
  { removed, added }: Outcome,
): readonly string[] {
  const named = facts.audience()
  if (typeof named === 'string' && named !== audience) return []
  const asked = facts.scopes()
  // Auth0's own APIs give their scopes whatever is removed, but to nobody who does not name them.
  const isOwn = isAuth0Api(audience)
  const mayBeMore = (scope: string) =>
    !(isOwn && facts.hasNoApi() === true) &&
    (typeof asked?.more === 'string' || asked?.more.includes(scope) === true)
  const isCarried = (scope: string) =>
    asked === null || asked.listed.includes(scope) || mayBeMore(scope)
  return scopes.filter(
    (scope) => added.includes(scope) || (isCarried(scope) && (isOwn || !removed.includes(scope))),
  )
}
