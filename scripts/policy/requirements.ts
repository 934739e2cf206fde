import type { Policy, Requirement as Demand, ScopeRule } from '../../actions/step-up/policy.ts'

/** What an API has to demand of a token that carries one high-value scope. */
export interface Requirement {
  /** `any`, or the factors of which one had to be passed. */
  readonly factors: 'any' | readonly string[]
  /** Seconds. Absent where the policy asks for a challenge at every request. */
  readonly max_age?: number
  /** Before this day (UTC, YYYY-MM-DD) nothing is demanded: the rule is only reported. */
  readonly report_until?: string
  /** Space-separated acr values that ask for an MFA which satisfies this, where the policy knows one. */
  readonly acr_values?: string
}

/** What the resource servers of a policy demand, by audience and then by scope. */
export interface Requirements {
  readonly version: 1
  /** SHA-256 of the compiled policy, in hex: that of the Action built with it. */
  readonly policy: string
  readonly audiences: Readonly<Record<string, Readonly<Record<string, Requirement>>>>
}

/** Where the build writes what resource servers read. */
export const REQUIREMENTS_FILE = 'dist/step-up.requirements.json'

/**
 * Derives what resource servers demand from the policy that the Action enforces. A scope under several
 * rules gets the strictest of them. What only the authorization server can judge (exceptions, risk,
 * enrolment) is left to it: an API trusts the scope that it issued.
 */
export function requirementsOf({ rules }: Policy, policyHash: string): Requirements {
  const byAudience = new Map<string, Map<string, ScopeRule[]>>()
  for (const rule of rules.filter((rule): rule is ScopeRule => 'audience' in rule)) {
    const byScope = byAudience.get(rule.audience) ?? new Map<string, ScopeRule[]>()
    byAudience.set(rule.audience, byScope)
    for (const scope of rule.scopes) {
      byScope.set(scope, [...(byScope.get(scope) ?? []), rule])
    }
  }
  const acrs = rules.flatMap((rule) => ('acr' in rule ? [{ acr: rule.acr, ...rule.requires }] : []))
  const audiences = [...byAudience].map(([audience, byScope]) => {
    const scopes = [...byScope].map(([scope, demands]) => [scope, combined(demands, acrs)])
    return [audience, Object.fromEntries(scopes)] as const
  })
  return {
    version: 1,
    policy: policyHash,
    audiences: Object.fromEntries(audiences),
  }
}

interface Acr extends Demand {
  readonly acr: string
}

function combined(rules: readonly ScopeRule[], acrs: readonly Acr[]): Requirement {
  const demands = rules.map(({ requires }) => requires)
  const reportUntilMs = Math.min(...rules.map((rule) => rule.reportUntilMs ?? 0))
  const factors = demands.map((demand) => demand.factors).reduce(commonFactors, 'any')
  const maxAge = Math.min(...demands.map(({ maxAgeSeconds }) => maxAgeSeconds))
  // Both ask for MFA, but an acr that takes any factor does not bring the factor of a stricter scope,
  // and one that takes an older MFA does not bring a new one.
  const fitting = acrs
    .filter((acr) => acr.maxAgeSeconds <= maxAge && isWithin(acr.factors, factors))
    .map(({ acr }) => acr)
  return {
    factors,
    ...(maxAge > 0 && { max_age: maxAge }),
    ...(reportUntilMs > 0 && { report_until: new Date(reportUntilMs).toISOString().slice(0, 10) }),
    ...(fitting.length > 0 && { acr_values: fitting.join(' ') }),
  }
}

function commonFactors(a: Demand['factors'], b: Demand['factors']): Demand['factors'] {
  if (a === 'any' || b === 'any') return a === 'any' ? b : a
  return a.filter((factor) => b.includes(factor))
}

function isWithin(inner: Demand['factors'], outer: Demand['factors']): boolean {
  if (outer === 'any') return true
  return inner !== 'any' && inner.every((factor) => outer.includes(factor))
}
