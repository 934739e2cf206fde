import type { Policy, Rule } from '../../actions/step-up/policy.ts'
import type { Demanded, Requirement, Requirements } from '../../express/requirements.ts'
import {
  commonFactors,
  isWithin,
  protectorsIn,
  standingIn,
  strictest,
  type Demand,
  type Protection,
} from './effective.ts'

/** Where the build writes what resource servers read. */
export const REQUIREMENTS_FILE = 'dist/step-up.requirements.json'

/**
 * Derives what resource servers demand from what the policy comes to in a browser. What only the
 * authorization server can judge (exceptions, risk, enrolment) is left to it: an API trusts the scope
 * that it issued.
 */
export function requirementsOf(policy: Policy, policyHash: string): Requirements {
  const acrs: Acr[] = []
  const byAudience = new Map<
    string,
    { readonly scope: string; readonly rules: readonly Rule[] }[]
  >()
  for (const { protects, rules } of protectorsIn(policy).values()) {
    if ('acr' in protects) {
      acrs.push({ acr: protects.acr, rules })
      continue
    }
    const scopes = byAudience.get(protects.audience) ?? []
    scopes.push({ scope: protects.scope, rules })
    byAudience.set(protects.audience, scopes)
  }
  const known = new Map<string, Requirement>()
  // Scopes under the same rules demand the same.
  const requirement = (rules: readonly Rule[]): Requirement => {
    const key = rules.map(({ id }) => id).join(' ')
    const found = known.get(key) ?? requirementOf(rules, acrs)
    known.set(key, found)
    return found
  }
  const audiences = [...byAudience].map(([audience, scopes]) => {
    const requirements = scopes.map(({ scope, rules }) => [scope, requirement(rules)])
    return [audience, Object.fromEntries(requirements)] as const
  })
  const { claim, idTokenClaim } = policy
  const logins = policy.rules.flatMap((rule) =>
    'acr' in rule
      ? [[rule.id, { ...requirementOf([rule], []), acr_values: rule.acr }] as const]
      : [],
  )
  return {
    version: 1,
    policy: policyHash,
    ...(claim !== undefined && { claim }),
    ...(idTokenClaim !== undefined && { id_token_claim: idTokenClaim }),
    audiences: Object.fromEntries(audiences),
    logins: Object.fromEntries(logins),
  }
}

interface Acr extends Pick<Protection, 'rules'> {
  readonly acr: string
}

/** What is demanded before a time; undefined where nothing is. */
interface Stage {
  readonly untilMs: number
  readonly demanded: Demanded | undefined
}

function requirementOf(rules: readonly Rule[], acrs: readonly Acr[]): Requirement {
  const stages = stagesOf(rules, acrs)
  // INVARIANT: every report ends, so in the end all rules bind.
  const { demanded } = stages.at(-1) as Stage & { readonly demanded: Demanded }
  const free = stages.findLast((stage) => stage.demanded === undefined)
  const before = stages
    .slice(0, -1)
    .flatMap((stage) =>
      stage.demanded === undefined ? [] : [{ until: dayOf(stage.untilMs), ...stage.demanded }],
    )
  return {
    ...demanded,
    ...(free !== undefined && { report_until: dayOf(free.untilMs) }),
    ...(before.length > 0 && { before }),
  }
}

function stagesOf(rules: readonly Rule[], acrs: readonly Acr[]): readonly Stage[] {
  const ends = [...rules, ...acrs.flatMap((acr) => acr.rules)]
    .flatMap(({ reportUntilMs }) => reportUntilMs ?? [])
    .toSorted((a, b) => a - b)
  const starts = [-Infinity, ...new Set(ends)]
  return starts
    .map((fromMs, i) => ({
      untilMs: starts[i + 1] ?? Infinity,
      demanded: demandedFrom(rules, acrs, fromMs),
    }))
    .filter(
      ({ demanded }, i, all) => JSON.stringify(demanded) !== JSON.stringify(all[i + 1]?.demanded),
    )
}

function demandedFrom(
  rules: readonly Rule[],
  acrs: readonly Acr[],
  fromMs: number,
): Demanded | undefined {
  const demands = demandsFrom(rules, fromMs)
  if (demands === undefined) return undefined
  const factors = commonFactors(demands)
  const maxAge = Math.min(...demands.map(({ maxAgeSeconds }) => maxAgeSeconds))
  // Both ask for MFA, but an acr that takes other factors may not bring the one of the scope, one that takes
  // fewer asks for what not every user has, and one that takes an older MFA does not bring a new one.
  const fitting = acrs.filter((acr) => {
    const asked = demandsFrom(acr.rules, fromMs)
    if (asked === undefined || !areEqual(commonFactors(asked), factors)) return false
    if (denies(asked) && !denies(demands)) return false
    return asked.some(({ maxAgeSeconds }) => maxAgeSeconds <= maxAge)
  })
  const apart = strictest(demands.map((demand) => ({ ...demand, whenNotEnrolled: 'deny' })))
  return {
    ...demandedOf({ factors, maxAgeSeconds: maxAge }),
    ...(apart.length > 1 && { each: apart.map(demandedOf) }),
    ...(fitting.length > 0 && { acr_values: fitting.map(({ acr }) => acr).join(' ') }),
  }
}

function demandedOf({ factors, maxAgeSeconds }: Pick<Demand, 'factors' | 'maxAgeSeconds'>) {
  return { factors, ...(maxAgeSeconds > 0 && { max_age: maxAgeSeconds }) }
}

function areEqual(some: Demand['factors'], others: Demand['factors']): boolean {
  return isWithin(some, others) && isWithin(others, some)
}

function denies(demands: readonly Demand[]): boolean {
  return demands.some(({ whenNotEnrolled }) => whenNotEnrolled === 'deny')
}

function demandsFrom(rules: readonly Rule[], fromMs: number): readonly Demand[] | undefined {
  const { stands } = standingIn(rules, {
    flow: { id: 'browser', isActing: false },
    subject: {},
    period: { fromMs, untilMs: fromMs },
    confidence: 'high',
  })
  if (stands.kind === 'open') return undefined
  return stands.kind === 'demand' ? stands.demands : NOT_TO_BE_MET
}

const NOT_TO_BE_MET: readonly Demand[] = [
  { factors: [], maxAgeSeconds: 0, whenNotEnrolled: 'deny' },
]

// A policy knows days in UTC.
function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
