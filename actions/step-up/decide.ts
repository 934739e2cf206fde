import type { PostLoginEvent } from './event.ts'
import { match, type Touched } from './match.ts'
import type { Answer, Exception, Factor, PolicyIndex, Requirement, Rule } from './policy.ts'
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
export type RemoveReason = 'no-browser' | 'refresh-token' | 'scopes-unknown' | 'silent'
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

/** What the tokens may say of a login in a browser. */
interface Proven {
  /** The MFA that satisfied the rules: the oldest, where they rest on several. */
  readonly mfa?: Mfa | undefined
  /** The ids of all rules that the login was held to, sorted. */
  readonly heldTo?: readonly string[] | undefined
}

export interface Pass extends Proven {
  readonly outcome: 'pass'
  readonly reason: PassReason
  readonly rule?: string | undefined
}

export interface Remove extends Proven {
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
  readonly heldTo?: readonly string[] | undefined
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
  const removed: Touched[] = []
  const challenged: Touched[] = []
  const met: { readonly rule: Rule; readonly mfa: Mfa }[] = []
  let reason: ChallengeReason | undefined
  for (const touched of asked) {
    const requirement = requirementOf(touched, login)
    const { maxAgeSeconds } = requirement
    const mfa = maxAgeSeconds === 0 ? undefined : newestAccepted(requirement, login)
    if (mfa !== undefined && login.nowMs - mfa.atMs <= maxAgeSeconds * 1000) {
      met.push({ rule: touched.rule, mfa })
    } else if (touched.rule.whenSilent === 'remove' && isSilent(login)) {
      removed.push(touched)
    } else {
      challenged.push(touched)
      reason ??= maxAgeSeconds === 0 ? 'mfa-every-time' : mfa ? 'mfa-too-old' : 'mfa-missing'
    }
  }
  if (reason !== undefined) {
    const decision = challenge(challenged, reason, login)
    if (decision.outcome === 'deny') return decision
    return alsoRemove({ ...decision, heldTo: idsOf([...met, ...challenged]) }, removed)
  }
  const oldest = met.toSorted((a, b) => a.mfa.atMs - b.mfa.atMs)[0]
  const proven = { mfa: oldest?.mfa, heldTo: idsOf(met) }
  const [first] = removed
  if (first === undefined) {
    return { outcome: 'pass', reason: 'mfa-fresh', rule: oldest?.rule.id, ...proven }
  }
  const { id: rule } = first.rule
  return alsoRemove(
    { outcome: 'remove', reason: 'silent', rule, removeScopes: [], ...proven },
    removed,
  )
}

function idsOf(held: readonly { readonly rule: Rule }[]): readonly string[] {
  return [...new Set(held.map(({ rule }) => rule.id))].toSorted()
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
      ? challengeWithoutPage(challenged, reason, login)
      : { outcome: 'remove', reason, rule: removed[0]?.rule.id, removeScopes: [] }
  return alsoRemove(decision, removed)
}

// `enable` is answered with `mfa_required`, but not in every exchange (Custom Token Exchange: not
// with an organization or an actor), and it cannot insist on a factor.
function canRequire(touched: Touched, login: Login): boolean {
  const { canRequireMfa, name } = login.protocol
  const { factors } = requirementOf(touched, login)
  if (factors !== 'any' || !canRequireMfa || isDelegated(login)) return false
  // A device login has a page, on which `enable` lets whoever has no factor that works set one up.
  if (name === 'oauth2-device-code' && touched.rule.whenNotEnrolled !== 'enroll') return false
  return name !== 'oauth2-token-exchange' || !hasOrganization(login)
}

// After `mfa_required` the application challenges by itself, through the MFA API. There a user with an
// "active authenticator" cannot add another before a challenge (Add an Authenticator). Email is none
// (Manage Authentication Factors), and whether WebAuthn is one is not documented, as the MFA API does
// not support it: who has these alone might enrol with a password, which `deny` forbids.
const KEPT_BY_MFA_API: readonly Factor[] = ['otp', 'phone', 'push-notification']

function challengeWithoutPage(
  unmet: readonly Touched[],
  reason: ChallengeReason,
  login: Login,
): Challenge | Deny {
  const rule = unmet[0]?.rule.id
  const enrolled = enrolledFactors(login)
  if (!mayEnroll(unmet) && !KEPT_BY_MFA_API.some((factor) => enrolled.includes(factor))) {
    return { outcome: 'deny', reason: 'not-enrolled', rule }
  }
  const nothing = { removeScopes: [], challengeWith: [], enrollWith: [] }
  return { outcome: 'challenge', reason, rule, ...nothing }
}

function challenge(
  unmet: readonly Touched[],
  reason: ChallengeReason,
  login: Login,
): Challenge | Deny {
  const rule = unmet[0]?.rule.id
  const deny = (why: DenyReason): Deny => ({ outcome: 'deny', reason: why, rule })
  const factors = commonFactors(unmet, login)
  if (factors !== 'any' && factors.length === 0) return deny('rules-disagree')

  const enrolled = enrolledFactors(login)
  const usable = factors === 'any' ? enrolled : factors.filter((each) => enrolled.includes(each))
  if (usable.length === 0 && !mayEnroll(unmet)) return deny('not-enrolled')

  const decision = { outcome: 'challenge', reason, rule, removeScopes: [] } as const
  // `enable` alone lets whoever has no factor that works set one up, which `deny` forbids; but a
  // silent request shows no page, and Auth0 answers `login_required`.
  if ((factors === 'any' && mayEnroll(unmet)) || isSilent(login)) {
    return { ...decision, challengeWith: [], enrollWith: [] }
  }
  if (factors === 'any' || usable.length > 0) {
    return { ...decision, challengeWith: usable, enrollWith: [] }
  }
  // Who has other factors must pass one of them before adding another, or a stolen password would
  // be enough to enrol; Auth0 insists on it too (Customize MFA Enrollments).
  const enrollWith = factors.filter((factor) => factor !== 'email')
  if (enrollWith.length === 0) return deny('not-enrolled')
  return { ...decision, challengeWith: enrolled, enrollWith }
}

function mayEnroll(unmet: readonly Touched[]): boolean {
  return unmet.every(({ rule }) => rule.whenNotEnrolled === 'enroll')
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
      ? {
          ...decision,
          outcome: 'remove',
          reason: 'scopes-unknown',
          rule: first.rule.id,
          removeScopes: [],
        }
      : decision
  const scopes = unwanted.flatMap((each) => each.scopes)
  return { ...rest, removeScopes: [...new Set([...rest.removeScopes, ...scopes])] }
}
