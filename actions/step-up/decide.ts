import { match, type Touched } from './match.ts'
import { FACTORS, type Factor, type PolicyIndex, type Requirement, type Rule } from './policy.ts'
import { UNREADABLE, type Mfa, type StepUpRequest } from './request.ts'

export type PassReason = 'no-rule-applies' | 'exception' | 'mfa-fresh'
export type RemoveReason = 'no-browser' | 'refresh-token' | 'scopes-unknown'
export type ChallengeReason =
  'mfa-every-time' | 'mfa-missing' | 'mfa-too-old' | 'no-browser' | 'refresh-token'
export type DenyReason =
  | 'no-browser'
  | 'refresh-token'
  | 'not-enrolled'
  | 'rules-disagree'
  | 'request-unreadable'
  | 'internal-error'

/** What happens to a login; `rule` is the id of the rule that decided, where one did. */
export type Decision = Pass | Remove | Challenge | Deny

export interface Pass {
  readonly outcome: 'pass'
  readonly reason: PassReason
  readonly rule?: string | undefined
  /** The MFA that satisfied the rules: the oldest, where they rest on several. */
  readonly mfa?: Mfa | undefined
}

export interface Remove {
  readonly outcome: 'remove'
  readonly reason: RemoveReason
  readonly rule?: string | undefined
  readonly removeScopes: readonly string[]
}

export interface Challenge {
  readonly outcome: 'challenge'
  readonly reason: ChallengeReason
  readonly rule?: string | undefined
  /** Factors to challenge with and factors to enrol after it; both empty where any factor will do. */
  readonly challengeWith: readonly Factor[]
  readonly enrollWith: readonly Factor[]
  readonly removeScopes: readonly string[]
}

export interface Deny {
  readonly outcome: 'deny'
  readonly reason: DenyReason
  readonly rule?: string | undefined
}

/** How far ahead of our clock the timestamp of an MFA may be. */
const CLOCK_SKEW_MS = 30_000

/**
 * Decides what a login needs before its tokens may be issued. Pure and total: `nowMs` is the time
 * in epoch milliseconds, and what cannot be known is decided against the request.
 */
export function decide(policy: PolicyIndex, request: StepUpRequest, nowMs: number): Decision {
  const touched = match(policy, request)
  if (touched === UNREADABLE) return { outcome: 'deny', reason: 'request-unreadable' }
  const asked = withoutExceptions(touched.asked, request, nowMs)
  const possible = withoutExceptions(touched.possible, request, nowMs)
  return alsoRemove(decideAsked(asked, touched.asked, request, nowMs), possible)
}

function withoutExceptions(touched: Touched, request: StepUpRequest, nowMs: number): Touched {
  return new Map([...touched].filter(([rule]) => !isExcepted(rule, request, nowMs)))
}

function isExcepted(rule: Rule, request: StepUpRequest, nowMs: number): boolean {
  return (rule.exceptions ?? []).some(
    (exception) =>
      nowMs < exception.untilMs &&
      ('client' in exception
        ? exception.client === request.clientId()
        : exception.organization === request.organizationId()),
  )
}

function decideAsked(
  asked: Touched,
  beforeExceptions: Touched,
  request: StepUpRequest,
  nowMs: number,
): Decision {
  if (asked.size === 0) {
    return { outcome: 'pass', reason: beforeExceptions.size > 0 ? 'exception' : 'no-rule-applies' }
  }
  return request.protocol.flow === 'browser' && !request.isDelegated()
    ? decideInBrowser(asked, request, nowMs)
    : decideWithoutBrowser(asked, request)
}

/** What a rule demands of this login, and the newest MFA of the session that it accepts. */
interface Demand {
  readonly rule: Rule
  readonly requirement: Requirement
  readonly mfa: Mfa | undefined
}

function decideInBrowser(asked: Touched, request: StepUpRequest, nowMs: number): Decision {
  const unmet: Demand[] = []
  const met: { readonly rule: Rule; readonly mfa: Mfa }[] = []
  for (const rule of asked.keys()) {
    const requirement = requirementOf(rule, request)
    const isEveryTime = requirement.maxAgeSeconds === 0
    const mfa = isEveryTime ? undefined : newestAccepted(request.mfa(), requirement, nowMs)
    if (mfa !== undefined && isFresh(mfa, requirement, nowMs)) met.push({ rule, mfa })
    else unmet.push({ rule, requirement, mfa })
  }
  const [first] = unmet
  if (first !== undefined) return challenge(unmet, challengeReason(first), request, [])
  const [oldest] = met.toSorted((a, b) => a.mfa.atMs - b.mfa.atMs)
  return { outcome: 'pass', reason: 'mfa-fresh', rule: oldest?.rule.id, mfa: oldest?.mfa }
}

function requirementOf(rule: Rule, request: StepUpRequest): Requirement {
  if (rule.whenConfidenceIsLow === undefined) return rule.requires
  const confidence = request.confidence()
  const isAssessedWell = confidence === 'medium' || confidence === 'high'
  return isAssessedWell ? rule.requires : rule.whenConfidenceIsLow
}

function newestAccepted(
  completed: readonly Mfa[],
  { factors }: Requirement,
  nowMs: number,
): Mfa | undefined {
  const accepted = completed.filter(
    ({ atMs, factor }) =>
      atMs <= nowMs + CLOCK_SKEW_MS && (factors === 'any' || factors.some((f) => f === factor)),
  )
  return accepted.reduce<Mfa | undefined>(
    (newest, mfa) => (newest === undefined || mfa.atMs > newest.atMs ? mfa : newest),
    undefined,
  )
}

function isFresh({ atMs }: Mfa, { maxAgeSeconds }: Requirement, nowMs: number): boolean {
  return nowMs - atMs <= maxAgeSeconds * 1000
}

function challengeReason({ requirement, mfa }: Demand): ChallengeReason {
  if (requirement.maxAgeSeconds === 0) return 'mfa-every-time'
  return mfa === undefined ? 'mfa-missing' : 'mfa-too-old'
}

function decideWithoutBrowser(asked: Touched, request: StepUpRequest): Decision {
  const reason = request.protocol.flow === 'refresh-token' ? 'refresh-token' : 'no-browser'
  const answers = [...asked].map(([rule, scopes]) => ({
    rule,
    scopes,
    // INVARIANT: the name is one of our own table, never a string of the request.
    answer: rule.withoutBrowser[request.protocol.name] ?? rule.withoutBrowser.others,
  }))
  const challenged = answers
    .filter(({ answer }) => answer === 'challenge')
    .map(({ rule }) => ({ rule, requirement: requirementOf(rule, request) }))
  const denied =
    answers.find(({ answer }) => answer === 'deny') ??
    challenged.find(({ requirement }) => !canRequire(requirement, request))
  if (denied !== undefined) return { outcome: 'deny', reason, rule: denied.rule.id }

  const removed = answers.filter(({ answer }) => answer === 'remove')
  const removeScopes = [...new Set(removed.flatMap(({ scopes }) => scopes))]
  if (challenged.length > 0) return challenge(challenged, reason, request, removeScopes)
  return { outcome: 'remove', reason, rule: removed[0]?.rule.id, removeScopes }
}

// `enable` is answered with `mfa_required`, but not in every exchange (Custom Token Exchange: not
// with an organization or an actor), and it cannot insist on a factor.
function canRequire({ factors }: Requirement, request: StepUpRequest): boolean {
  const { canRequireMfa, name } = request.protocol
  if (factors !== 'any' || !canRequireMfa || request.isDelegated()) return false
  return name !== 'oauth2-token-exchange' || request.organizationId() === undefined
}

function challenge(
  demands: readonly Omit<Demand, 'mfa'>[],
  reason: ChallengeReason,
  request: StepUpRequest,
  removeScopes: readonly string[],
): Decision {
  const rule = demands[0]?.rule.id
  const deny = (why: DenyReason): Deny => ({ outcome: 'deny', reason: why, rule })
  const factors = commonFactors(demands.map(({ requirement }) => requirement))
  if (factors !== 'any' && factors.length === 0) return deny('rules-disagree')

  const enrolled = request.enrolledFactors()
  if (enrolled === UNREADABLE) return deny('request-unreadable')
  const isEnrolled = (factor: Factor) => enrolled.includes(factor)
  const usable = factors === 'any' ? enrolled : factors.filter(isEnrolled)
  const mayEnroll = demands.every((demand) => demand.rule.whenNotEnrolled === 'enroll')
  if (usable.length === 0 && !mayEnroll) return deny('not-enrolled')

  const decision = { outcome: 'challenge', reason, rule, removeScopes } as const
  // A silent request shows no page: `enable` alone makes Auth0 answer `login_required`.
  if (factors === 'any' || request.isSilent())
    return { ...decision, challengeWith: [], enrollWith: [] }
  const challengeWith = factors.filter(isEnrolled)
  if (challengeWith.length > 0) return { ...decision, challengeWith, enrollWith: [] }
  // Who has other factors must pass one of them before adding another, or a stolen password would
  // be enough to enrol; Auth0 insists on it too (Customize MFA Enrollments).
  const enrollWith = factors.filter((factor) => factor !== 'email')
  if (enrollWith.length === 0) return deny('not-enrolled')
  return { ...decision, challengeWith: FACTORS.filter(isEnrolled), enrollWith }
}

function commonFactors(requirements: readonly Requirement[]): Requirement['factors'] {
  return requirements.reduce<Requirement['factors']>((common, { factors }) => {
    if (common === 'any' || factors === 'any') return common === 'any' ? factors : common
    return common.filter((factor) => factors.includes(factor))
  }, 'any')
}

function alsoRemove(decision: Decision, possible: Touched): Decision {
  const [first] = possible.keys()
  if (first === undefined) return decision
  const scopes = [...possible.values()].flat()
  switch (decision.outcome) {
    case 'deny':
      return decision
    case 'pass':
      return {
        outcome: 'remove',
        reason: 'scopes-unknown',
        rule: first.id,
        removeScopes: [...new Set(scopes)],
      }
    case 'remove':
    case 'challenge':
      return { ...decision, removeScopes: [...new Set([...decision.removeScopes, ...scopes])] }
  }
}
