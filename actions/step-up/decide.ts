import type { PostLoginEvent } from './event.ts'
import { match, type Touched } from './match.ts'
import {
  FACTORS,
  type Answer,
  type Exception,
  type Factor,
  type PolicyIndex,
  type Requirement,
  type Rule,
} from './policy.ts'
import { protocolOf } from './protocols.ts'
import {
  completedMfa,
  enrolledFactors,
  isDelegated,
  hasOrganization,
  isSilent,
  type Login,
  type Mfa,
} from './request.ts'

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
 * in epoch milliseconds, and what cannot be known is decided against the login.
 */
export function decide(policy: PolicyIndex, event: PostLoginEvent, nowMs: number): Decision {
  try {
    const login = { event, protocol: protocolOf(event), nowMs }
    const { asked, possible } = match(policy, login)
    return alsoRemove(decideAsked(asked, login), withoutExceptions(possible, login))
  } catch {
    return { outcome: 'deny', reason: 'request-unreadable' }
  }
}

function withoutExceptions(touched: readonly Touched[], login: Login): readonly Touched[] {
  return touched.filter(({ rule }) => !isExcepted(rule, login))
}

function isExcepted({ exceptions }: Rule, { event, nowMs }: Login): boolean {
  const holds = (exception: Exception): boolean =>
    nowMs < exception.untilMs &&
    ('client' in exception
      ? exception.client === event.client?.client_id
      : exception.organization === event.organization?.id)
  return exceptions?.some(holds) === true
}

function requirementOf({ rule }: Touched, { event }: Login): Requirement {
  const { requires, whenConfidenceIsLow } = rule
  if (whenConfidenceIsLow === undefined) return requires
  const confidence = event.authentication?.riskAssessment?.confidence
  return confidence === 'medium' || confidence === 'high' ? requires : whenConfidenceIsLow
}

function decideAsked(asked: readonly Touched[], login: Login): Decision {
  const applying = withoutExceptions(asked, login)
  if (applying.length === 0) {
    return { outcome: 'pass', reason: asked.length > 0 ? 'exception' : 'no-rule-applies' }
  }
  return login.protocol.flow === 'browser' && !isDelegated(login)
    ? decideInBrowser(applying, login)
    : decideWithoutBrowser(applying, login)
}

function decideInBrowser(asked: readonly Touched[], login: Login): Decision {
  const unmet: Touched[] = []
  const met: { readonly rule: Rule; readonly mfa: Mfa }[] = []
  let reason: ChallengeReason | undefined
  for (const touched of asked) {
    const requirement = requirementOf(touched, login)
    const { maxAgeSeconds } = requirement
    const mfa = maxAgeSeconds === 0 ? undefined : newestAccepted(requirement, login)
    if (mfa !== undefined && login.nowMs - mfa.atMs <= maxAgeSeconds * 1000) {
      met.push({ rule: touched.rule, mfa })
      continue
    }
    unmet.push(touched)
    reason ??= maxAgeSeconds === 0 ? 'mfa-every-time' : mfa ? 'mfa-too-old' : 'mfa-missing'
  }
  if (reason !== undefined) return challenge(unmet, reason, login)
  const oldest = met.reduce((a, b) => (b.mfa.atMs < a.mfa.atMs ? b : a))
  return { outcome: 'pass', reason: 'mfa-fresh', rule: oldest.rule.id, mfa: oldest.mfa }
}

function newestAccepted({ factors }: Requirement, login: Login): Mfa | undefined {
  return completedMfa(login)
    .filter(({ atMs }) => atMs <= login.nowMs + CLOCK_SKEW_MS)
    .filter(({ factor }) => factors === 'any' || factors.some((each) => each === factor))
    .toSorted((a, b) => b.atMs - a.atMs)[0]
}

function decideWithoutBrowser(asked: readonly Touched[], login: Login): Decision {
  const { protocol } = login
  const answeredWith = (answer: Answer) =>
    asked.filter(
      // INVARIANT: the name is one of our own table, never a string of the request.
      ({ rule: { withoutBrowser } }) =>
        (withoutBrowser[protocol.name] ?? withoutBrowser.others) === answer,
    )
  const reason = protocol.flow === 'refresh-token' ? 'refresh-token' : 'no-browser'
  const challenged = answeredWith('challenge')
  const [denied] = [
    ...answeredWith('deny'),
    ...challenged.filter((touched) => !canRequire(touched, login)),
  ]
  if (denied !== undefined) return { outcome: 'deny', reason, rule: denied.rule.id }
  const removed = answeredWith('remove')
  const decision: Decision =
    challenged.length > 0
      ? challenge(challenged, reason, login)
      : { outcome: 'remove', reason, rule: removed[0]?.rule.id, removeScopes: [] }
  return alsoRemove(decision, removed)
}

// `enable` is answered with `mfa_required`, but not in every exchange (Custom Token Exchange: not
// with an organization or an actor), and it cannot insist on a factor.
function canRequire(touched: Touched, login: Login): boolean {
  const { canRequireMfa, name } = login.protocol
  const { factors } = requirementOf(touched, login)
  if (factors !== 'any' || !canRequireMfa || isDelegated(login)) return false
  return name !== 'oauth2-token-exchange' || !hasOrganization(login)
}

function challenge(unmet: readonly Touched[], reason: ChallengeReason, login: Login): Decision {
  const rule = unmet[0]?.rule.id
  const deny = (why: DenyReason): Deny => ({ outcome: 'deny', reason: why, rule })
  const factors = commonFactors(unmet, login)
  if (factors !== 'any' && factors.length === 0) return deny('rules-disagree')

  const enrolled = enrolledFactors(login)
  const isEnrolled = (factor: Factor) => enrolled.includes(factor)
  const usable = factors === 'any' ? enrolled : factors.filter(isEnrolled)
  const mayEnroll = unmet.every((touched) => touched.rule.whenNotEnrolled === 'enroll')
  if (usable.length === 0 && !mayEnroll) return deny('not-enrolled')

  const decision = { outcome: 'challenge', reason, rule, removeScopes: [] } as const
  // A silent request shows no page: `enable` alone makes Auth0 answer `login_required`.
  if (factors === 'any' || isSilent(login)) {
    return { ...decision, challengeWith: [], enrollWith: [] }
  }
  const challengeWith = factors.filter(isEnrolled)
  if (challengeWith.length > 0) return { ...decision, challengeWith, enrollWith: [] }
  // Who has other factors must pass one of them before adding another, or a stolen password would
  // be enough to enrol; Auth0 insists on it too (Customize MFA Enrollments).
  const enrollWith = factors.filter((factor) => factor !== 'email')
  if (enrollWith.length === 0) return deny('not-enrolled')
  return { ...decision, challengeWith: FACTORS.filter(isEnrolled), enrollWith }
}

function commonFactors(unmet: readonly Touched[], login: Login): Requirement['factors'] {
  return unmet.reduce<Requirement['factors']>((common, touched) => {
    const { factors } = requirementOf(touched, login)
    if (common === 'any' || factors === 'any') return common === 'any' ? factors : common
    return common.filter((factor) => factors.includes(factor))
  }, 'any')
}

function alsoRemove(decision: Decision, unwanted: readonly Touched[]): Decision {
  const [first] = unwanted
  if (first === undefined || decision.outcome === 'deny') return decision
  const rest: Remove | Challenge =
    decision.outcome === 'pass'
      ? { outcome: 'remove', reason: 'scopes-unknown', rule: first.rule.id, removeScopes: [] }
      : decision
  const scopes = unwanted.flatMap((each) => each.scopes)
  return { ...rest, removeScopes: [...new Set([...rest.removeScopes, ...scopes])] }
}
