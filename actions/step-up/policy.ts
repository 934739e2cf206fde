/** The factor types that Auth0 accepts in `challengeWithAny` and reports in `enrolledFactors`. */
export const FACTORS = [
  'webauthn-roaming',
  'webauthn-platform',
  'push-notification',
  'otp',
  'phone',
  'email',
] as const

export type Factor = (typeof FACTORS)[number]

/** Which MFA a rule demands. */
export interface Requirement {
  readonly factors: 'any' | readonly Factor[]
  /** How old the newest accepted MFA of the session may be; 0 means a challenge at every request. */
  readonly maxAgeSeconds: number
}

/** What happens where nobody can be challenged. */
export type Answer = 'remove' | 'challenge' | 'deny'

/** The answers of a rule by protocol; `others` holds for each that is not named, also for new ones. */
export type Answers = Readonly<Partial<Record<string, Answer>>> & { readonly others: Answer }

/** A client or an organization to which a rule does not apply before `untilMs` (epoch). */
export type Exception =
  | { readonly client: string; readonly untilMs: number }
  | { readonly organization: string; readonly untilMs: number }

/** What every rule has, whatever it protects. */
interface RuleBase {
  readonly id: string
  readonly requires: Requirement
  /** Demanded instead of `requires` unless Auth0 assesses the login with medium or high confidence. */
  readonly whenConfidenceIsLow?: Requirement
  readonly withoutBrowser: Answers
  readonly whenNotEnrolled: 'enroll' | 'deny'
  readonly exceptions?: readonly Exception[]
  /** Until then (epoch milliseconds) the rule is reported and not enforced. */
  readonly reportUntilMs?: number
}

export interface ScopeRule extends RuleBase {
  readonly audience: string
  readonly scopes: readonly string[]
}

export interface AcrRule extends RuleBase {
  readonly acr: string
}

export type Rule = ScopeRule | AcrRule

/** The policy as the build writes it at the end of the bundle: plain data. */
export interface Policy {
  /** Name of the access-token claim that records a step-up already proven. */
  readonly claim?: string
  readonly rules: readonly Rule[]
}

/** The rules that protect each scope of one audience. */
export type ScopeIndex = ReadonlyMap<string, readonly ScopeRule[]>

/** The policy arranged for look-ups, so that a decision costs what the request asks for. */
export interface PolicyIndex {
  readonly byAcr: ReadonlyMap<string, readonly AcrRule[]>
  readonly byAudience: ReadonlyMap<string, ScopeIndex>
  /** The scopes of every audience together, for a request whose audience is not known. */
  readonly anyAudience: ScopeIndex
}

/** Arranges a policy for look-ups. Runs once per instance of the Action. */
export function indexPolicy(policy: Policy): PolicyIndex {
  const byAcr = new Map<string, AcrRule[]>()
  const byAudience = new Map<string, Map<string, ScopeRule[]>>()
  const anyAudience = new Map<string, ScopeRule[]>()
  for (const rule of policy.rules) {
    if ('acr' in rule) {
      append(byAcr, rule.acr, rule)
      continue
    }
    const byScope = byAudience.get(rule.audience) ?? new Map<string, ScopeRule[]>()
    byAudience.set(rule.audience, byScope)
    for (const scope of rule.scopes) {
      append(byScope, scope, rule)
      append(anyAudience, scope, rule)
    }
  }
  return { byAcr, byAudience, anyAudience }
}

/** A policy as it is enforced from a moment on. */
export interface Stage {
  /** Epoch milliseconds. */
  readonly fromMs: number
  readonly index: PolicyIndex
}

/** The stages of a policy, earliest first: each rule is enforced from the end of its report on. */
export function stagesOf(policy: Policy): readonly Stage[] {
  const startOf = ({ reportUntilMs = 0 }: Rule) => reportUntilMs
  const moments = new Set([0, ...policy.rules.map(startOf)])
  return [...moments]
    .toSorted((a, b) => a - b)
    .map((fromMs) => {
      const rules = policy.rules.filter((rule) => startOf(rule) <= fromMs)
      return { fromMs, index: indexPolicy({ ...policy, rules }) }
    })
}

/** The policy as it is enforced at a moment, in epoch milliseconds. */
export function indexAt(stages: readonly Stage[], nowMs: number): PolicyIndex {
  // INVARIANT: the first stage begins at 0, and the clock never goes below.
  return (stages.findLast(({ fromMs }) => fromMs <= nowMs) as Stage).index
}

// A Map and never a plain object: scopes and acr values come from the request, and `constructor`
// must not find anything.
function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const values = map.get(key)
  if (values === undefined) map.set(key, [value])
  else values.push(value)
}
