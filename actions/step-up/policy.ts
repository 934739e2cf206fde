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
  /** Silent logins (`prompt=none`) lose the scopes; if left out, Auth0 answers `login_required`. */
  readonly whenSilent?: 'remove'
  /** Auth0's own API: it gives its scopes whatever an Action removes. */
  readonly cannotRemove?: true
  /** What happens to a user with none of the factors; `deny` if left out. */
  readonly whenNotEnrolled?: 'enroll' | 'deny'
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
  /** Name of the ID-token claim with the ids of the rules that a browser login was held to. */
  readonly idTokenClaim?: string
  readonly rules: readonly Rule[]
}

/** The rules for one audience, and which of them protect each scope. */
export interface ScopeIndex {
  /** Each with all its scopes, as a login touches them that asks for everything. */
  readonly rules: readonly { readonly rule: ScopeRule; readonly scopes: readonly string[] }[]
  readonly byScope: ReadonlyMap<string, readonly ScopeRule[]>
}

/** The rules arranged for look-ups, so that a decision costs what the request asks for. */
export interface PolicyIndex {
  readonly byAcr: ReadonlyMap<string, readonly AcrRule[]>
  readonly byAudience: ReadonlyMap<string, ScopeIndex>
  /** The rules of every audience together, for a request whose audience is not known. */
  readonly anyAudience: ScopeIndex | undefined
}

/** Arranges rules for look-ups. Runs once per instance of the Action. */
export function indexRules(rules: readonly Rule[]): PolicyIndex {
  const scopeRules = rules.filter((rule) => 'audience' in rule)
  const acrRules = rules.filter((rule) => 'acr' in rule)
  const byAudience = groupBy(scopeRules, ({ audience }) => [audience])
  return {
    byAcr: groupBy(acrRules, ({ acr }) => [acr]),
    byAudience: new Map(
      Array.from(byAudience, ([audience, here]) => [audience, indexScopes(here)]),
    ),
    anyAudience: scopeRules.length > 0 ? indexScopes(scopeRules) : undefined,
  }
}

function indexScopes(rules: readonly ScopeRule[]): ScopeIndex {
  return {
    rules: rules.map((rule) => ({ rule, scopes: rule.scopes })),
    byScope: groupBy(rules, ({ scopes }) => scopes),
  }
}

// A Map and never a plain object: scopes and acr values come from the request, and `constructor`
// must not find anything.
function groupBy<T>(
  values: readonly T[],
  keysOf: (value: T) => readonly string[],
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const value of values) {
    for (const key of keysOf(value)) {
      const group = groups.get(key)
      if (group === undefined) groups.set(key, [value])
      else group.push(value)
    }
  }
  return groups
}

/** The rules as they are enforced from a moment on. */
export interface Stage {
  /** Epoch milliseconds. */
  readonly fromMs: number
  readonly index: PolicyIndex
}

/** The stages of a policy, earliest first: each rule is enforced from the end of its report on. */
export function stagesOf({ rules }: Policy): readonly Stage[] {
  const startOf = ({ reportUntilMs = 0 }: Rule) => reportUntilMs
  return [...new Set([0, ...rules.map(startOf)])]
    .toSorted((a, b) => a - b)
    .map((fromMs) => ({
      fromMs,
      index: indexRules(rules.filter((rule) => startOf(rule) <= fromMs)),
    }))
}

/** The rules as they are enforced at a moment, in epoch milliseconds. */
export function indexAt(stages: readonly Stage[], nowMs: number): PolicyIndex {
  // INVARIANT: the first stage begins at 0, and the clock never goes below.
  return (stages.findLast(({ fromMs }) => fromMs <= nowMs) as Stage).index
}
