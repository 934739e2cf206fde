import type {
  Exception,
  Factor,
  Policy,
  Requirement,
  Rule,
  ScopeRule,
} from '../../actions/step-up/policy.ts'
import type { Literals } from '../reading/literals.ts'

/**
 * What a reviewer insists on, whatever the rules say: in no case does a token carry one of the scopes
 * without an MFA by one of the factors that is at most this old; 0 stands for one made for this request.
 */
export interface ReviewerInvariant {
  readonly id: string
  readonly reason: string
  readonly audience: string
  readonly scopes: readonly string[]
  readonly factors: 'any' | readonly Factor[]
  readonly maxAgeSeconds: number
}

/** What a part of the exploration is about: one scope or acr value, and all that bears on it. */
export interface Target {
  readonly rule: string | undefined
  /** All rules that protect it, in the order of the policy. */
  readonly protectors: readonly Rule[]
  readonly audience: string
  /** What an ordinary request of this part asks for. */
  readonly asksFor: 'scope' | 'acr'
  readonly scope: string
  /** Another protected scope of the audience, of the strictest other rule there. */
  readonly neighbour: string | undefined
  readonly acr: string | undefined
  /** Scopes that no rule protects, with names that are easily taken for the protected one. */
  readonly everyday: readonly string[]
  /** Demands whose boundaries matter: of the rule, of its neighbours and of reviewers. */
  readonly demands: readonly Requirement[]
  readonly exceptions: readonly Exception[]
  /** When rules begin to be enforced, in epoch milliseconds. */
  readonly reportEnds: readonly number[]
  /** What is tried besides what the policy can tell apart. */
  readonly more?: More
}

/** What is tried besides the classes that a policy can tell apart, as code may tell apart more. */
export interface More {
  /** Now, in epoch milliseconds: times around it are tried. */
  readonly todayMs: number
  /** What the code under test writes out. */
  readonly literals: Literals
  /** Whether texts are also tried longer than they are written out. */
  readonly variants: boolean
  /** Whether little is tried besides what the code writes out, so that two values can be tried at once. */
  readonly isBrief: boolean
  /** Every protected scope of the audience, and every protected acr value. */
  readonly scopes: readonly string[]
  readonly acrs: readonly string[]
}

const NO_AUDIENCE = 'https://api-without-rules.example'
const NO_SCOPE = 'read:something'

/** Describes the part of the exploration for one scope of a rule. */
export function scopeTarget(policy: Policy, rule: ScopeRule, scope: string): Target {
  const others = policy.rules.filter(
    (other): other is ScopeRule => 'audience' in other && other.audience === rule.audience,
  )
  const neighbour = others
    .filter((other) => !other.scopes.includes(scope))
    .toSorted(byStrictness)[0]
  const acrRule = policy.rules.find((other) => 'acr' in other)
  const overlapping = others.filter((other) => other.scopes.includes(scope))
  return {
    rule: rule.id,
    protectors: overlapping,
    asksFor: 'scope',
    audience: rule.audience,
    scope,
    neighbour: neighbour?.scopes[0] ?? rule.scopes.find((each) => each !== scope),
    acr: acrRule?.acr,
    everyday: everydayScopes(scope, others),
    demands: [...overlapping, ...optional(neighbour), ...optional(acrRule)].flatMap(demandsOf),
    ...timesOf([...overlapping, ...optional(neighbour), ...optional(acrRule)]),
  }
}

/** Describes the part of the exploration for a rule that protects an acr value. */
export function acrTarget(policy: Policy, rule: Rule & { readonly acr: string }): Target {
  const scopeRules = policy.rules.filter((other): other is ScopeRule => 'audience' in other)
  const neighbour = scopeRules.toSorted(byStrictness)[0]
  const sameAcr = policy.rules.filter((other) => 'acr' in other && other.acr === rule.acr)
  const scope = neighbour?.scopes[0] ?? NO_SCOPE
  return {
    rule: rule.id,
    protectors: sameAcr,
    asksFor: 'acr',
    audience: neighbour?.audience ?? NO_AUDIENCE,
    scope,
    neighbour: undefined,
    acr: rule.acr,
    everyday: everydayScopes(scope, scopeRules),
    demands: [...sameAcr, ...optional(neighbour)].flatMap(demandsOf),
    ...timesOf([...sameAcr, ...optional(neighbour)]),
  }
}

/** Describes the part of the exploration for a scope that a reviewer cares for, with or without a rule. */
export function reviewerTarget(
  policy: Policy,
  invariant: ReviewerInvariant,
  scope: string,
): Target {
  const rule = policy.rules.find(
    (each): each is ScopeRule =>
      'audience' in each && each.audience === invariant.audience && each.scopes.includes(scope),
  )
  const { factors, maxAgeSeconds } = invariant
  const demand = { factors, maxAgeSeconds }
  if (rule !== undefined) {
    const target = scopeTarget(policy, rule, scope)
    return { ...target, demands: [...target.demands, demand] }
  }
  return {
    rule: undefined,
    protectors: [],
    asksFor: 'scope',
    audience: invariant.audience,
    scope,
    neighbour: undefined,
    acr: undefined,
    everyday: everydayScopes(scope, []),
    demands: [demand],
    ...timesOf([]),
  }
}

function timesOf(rules: readonly Rule[]): Pick<Target, 'exceptions' | 'reportEnds'> {
  return {
    exceptions: rules.flatMap(({ exceptions = [] }) => exceptions),
    reportEnds: rules.flatMap(({ reportUntilMs }) => optional(reportUntilMs)),
  }
}

function demandsOf({ requires, whenConfidenceIsLow }: Rule): Requirement[] {
  return [requires, ...optional(whenConfidenceIsLow)]
}

function optional<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value]
}

// Listed factors before any, then the younger MFA.
function byStrictness({ requires: a }: Rule, { requires: b }: Rule): number {
  const breadth = ({ factors }: Requirement) => (factors === 'any' ? Infinity : factors.length)
  return breadth(a) === breadth(b) ? a.maxAgeSeconds - b.maxAgeSeconds : breadth(a) - breadth(b)
}

function everydayScopes(scope: string, rules: readonly ScopeRule[]): readonly string[] {
  const names = ['openid', `${scope}:all`, scope.slice(0, -1), scope.toUpperCase(), 'constructor']
  const isFree = (name: string) => name !== '' && name !== scope
  return names.filter(isFree).filter((name) => !rules.some(({ scopes }) => scopes.includes(name)))
}
