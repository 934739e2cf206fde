import type { Factor, Requirement, Rule } from '../../actions/step-up/policy.ts'
import { known, MFA_CAPABLE, unlessUnreadable, type Facts, type ProvenMfa } from './facts.ts'
import type { Binding, Bound, RuleBook } from './rule-book.ts'

/** What the policy, read as its documentation says, makes of a login. */
export type Expected =
  | { readonly kind: 'refused' }
  | {
      readonly kind: 'answered'
      readonly removed: ReadonlySet<string>
      readonly mfa: ExpectedMfa
      /** The MFA that is recorded in the policy's claim. */
      readonly recorded: ProvenMfa | undefined
      /** The ids of the rules that are named in the policy's ID-token claim, sorted. */
      readonly held: readonly string[]
    }

/** `any` factor, or these: `challenge` one of the first, then `enroll` one of the second. */
export type ExpectedMfa =
  'none' | 'any' | { readonly challenge: readonly string[]; readonly enroll: readonly string[] }

// Auth0: the factor types of `challengeWithAny` (reference of the post-login api).
const FACTORS: readonly Factor[] = [
  'otp',
  'phone',
  'email',
  'push-notification',
  'webauthn-platform',
  'webauthn-roaming',
]

const REFUSED: Expected = { kind: 'refused' }
const CLOCK_SKEW_MS = 30_000

/**
 * Evaluates the policy by its documentation (README, descriptions of the schema) and not by the Action's
 * code, with which it shares nothing: a mistake in one of the two shows as a difference.
 */
export function evaluate(
  book: RuleBook,
  facts: Facts,
  { binding, nowMs }: { readonly binding: Binding | null; readonly nowMs: number },
): Expected {
  if (binding === null) return REFUSED
  return unlessUnreadable(() => answered(book, facts, { binding, nowMs }), REFUSED)
}

function answered(
  book: RuleBook,
  facts: Facts,
  { binding, nowMs }: { readonly binding: Binding; readonly nowMs: number },
): Expected {
  const unasked = scopesOf(binding.unasked)
  if (binding.asked.size === 0) return answer({ removed: unasked })
  const asked =
    facts.flow === 'browser' && !known(facts.isDelegated())
      ? inBrowser(book, facts, { asked: binding.asked, nowMs })
      : withoutBrowser(facts, binding.asked)
  if (asked.kind === 'refused' || unasked.size === 0) return asked
  return { ...asked, removed: new Set([...asked.removed, ...unasked]) }
}

function answer(given: Partial<Extract<Expected, { kind: 'answered' }>>): Expected {
  const nothing = {
    removed: new Set<string>(),
    mfa: 'none',
    recorded: undefined,
    held: [],
  } as const
  return { kind: 'answered', ...nothing, ...given }
}

function scopesOf(bound: Bound): Set<string> {
  return new Set([...bound.values()].flatMap((scopes) => [...scopes]))
}

/** `requires`, or `whenConfidenceIsLow` unless the login is assessed with medium or high confidence. */
export function demandOf({ requires, whenConfidenceIsLow }: Rule, facts: Facts): Requirement {
  if (whenConfidenceIsLow === undefined) return requires
  return facts.isConfident() === true ? requires : whenConfidenceIsLow
}

function readableDemandOf(rule: Rule, facts: Facts): Requirement {
  if (rule.whenConfidenceIsLow !== undefined) known(facts.isConfident())
  return demandOf(rule, facts)
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

function inBrowser(
  book: RuleBook,
  facts: Facts,
  { asked, nowMs }: { readonly asked: Bound; readonly nowMs: number },
): Expected {
  const proofs = [...asked.keys()].map((rule) => {
    const demand = readableDemandOf(rule, facts)
    if (demand.maxAgeSeconds > 0) known(facts.mfa())
    const mfa = demand.maxAgeSeconds > 0 ? newestAccepted(facts, demand, nowMs) : undefined
    return { rule, mfa, isMet: isYoungEnough(mfa, demand, nowMs) }
  })
  // "Silent logins keep the user logged in" where a rule says so: what it protects is left out.
  const isGivenUp = (rule: Rule) => rule.whenSilent === 'remove' && known(facts.isSilent())
  const unmet = proofs.filter(({ isMet }) => !isMet).map(({ rule }) => rule)
  const givenUp = unmet.filter(isGivenUp)
  const removed = new Set(givenUp.flatMap((rule) => [...(asked.get(rule) ?? [])]))
  const demanded = unmet.filter((rule) => !givenUp.includes(rule))
  const bound = [...asked.keys()].filter((rule) => !givenUp.includes(rule))
  const held = book.idTokenClaim === undefined ? [] : bound.map(({ id }) => id).toSorted()
  if (demanded.length > 0) {
    const mfa = demandMfa(demanded, facts)
    return mfa.kind === 'refused' ? mfa : { ...mfa, removed, held }
  }
  const [oldest] = proofs
    .flatMap(({ mfa, isMet }) => (isMet && mfa ? [mfa] : []))
    .toSorted((a, b) => a.atMs - b.atMs)
  return answer({ removed, held, recorded: book.claim === undefined ? undefined : oldest })
}

function withoutBrowser(facts: Facts, asked: Bound): Expected {
  const rules = [...asked.keys()]
  const answerOf = ({ withoutBrowser: answers }: Rule) =>
    Object.entries(answers).find(([name]) => name === facts.protocol)?.[1] ?? answers.others
  const challenged = rules.filter((rule) => answerOf(rule) === 'challenge')
  const isRefused =
    rules.some((rule) => answerOf(rule) === 'deny') ||
    challenged.some(
      (rule) => readableDemandOf(rule, facts).factors !== 'any' || !canHoldBack(facts),
    )
  if (isRefused) return REFUSED
  const removed = new Set(
    rules.filter((rule) => answerOf(rule) === 'remove').flatMap((r) => [...(asked.get(r) ?? [])]),
  )
  if (challenged.length === 0) return answer({ removed })
  const demanded = demandWithoutPage(challenged, facts)
  return demanded.kind === 'refused' ? REFUSED : { ...demanded, removed }
}

/**
 * Whether Auth0 withholds the token until MFA is passed. Nobody can pass it who acts for the user, and
 * "MFA policies are not supported" in an exchange with an organization.
 */
export function canHoldBack({ protocol, isDelegated, organization }: Facts): boolean {
  if (protocol === undefined || !MFA_CAPABLE.has(protocol) || isDelegated() !== false) return false
  return protocol !== 'oauth2-token-exchange' || organization() === undefined
}

/** The strictest of each kind: the factors that all rules share, enrolment only where all allow it. */
function demandMfa(rules: readonly Rule[], facts: Facts): Expected {
  const enrolled = enrolledFactors(facts)
  const allowed = sharedFactors(rules.map((rule) => readableDemandOf(rule, facts)))
  if (allowed !== 'any' && allowed.length === 0) return REFUSED
  const usable = enrolled.filter((factor) => allowed === 'any' || allowed.includes(factor))
  const denies = deniesEnrolment(rules)
  if (usable.length === 0 && denies) return REFUSED
  if (allowed === 'any' && !denies) return answer({ mfa: 'any' })
  if (known(facts.isSilent())) return answer({ mfa: 'any' })
  if (usable.length > 0 || allowed === 'any') {
    return answer({ mfa: { challenge: usable, enroll: [] } })
  }
  const enroll = allowed.filter((factor) => factor !== 'email')
  return enroll.length === 0 ? REFUSED : answer({ mfa: { challenge: enrolled, enroll } })
}

/** Whoever has one of these can enrol no other with the token of `mfa_required` alone (MFA API). */
const AUTHENTICATORS: readonly Factor[] = ['otp', 'phone', 'push-notification']

function demandWithoutPage(rules: readonly Rule[], facts: Facts): Expected {
  const isKept = enrolledFactors(facts).some((factor) => AUTHENTICATORS.includes(factor))
  return deniesEnrolment(rules) && !isKept ? REFUSED : answer({ mfa: 'any' })
}

function deniesEnrolment(rules: readonly Rule[]): boolean {
  return rules.some((rule) => rule.whenNotEnrolled !== 'enroll')
}

/** What the user has set up of what is a factor; a recovery code is none. */
function enrolledFactors(facts: Facts): readonly Factor[] {
  const enrolled = known(facts.enrolled())
  return FACTORS.filter((factor) => enrolled.includes(factor))
}

/** The factors that satisfy every demand. */
export function sharedFactors(demands: readonly Requirement[]): 'any' | readonly Factor[] {
  const lists = demands.flatMap(({ factors }) => (factors === 'any' ? [] : [factors]))
  if (lists.length === 0) return 'any'
  return FACTORS.filter((factor) => lists.every((list) => list.includes(factor)))
}
