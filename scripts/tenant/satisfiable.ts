import type { PolicyFile, PolicyRule } from '../policy/schema.ts'
import { challengeable, someStandsAlone } from './factors.ts'

/** What the tenant allows Actions to challenge with; `undefined` is not known. */
export interface MfaSettings {
  /** Enabled factors, by the names that Guardian has for them. */
  readonly enabledFactors: readonly string[] | undefined
  /** "Customize MFA Factors using Actions". */
  readonly customizeMfa: boolean | undefined
}

/** What one requirement of a rule lists. */
export interface ListedFactors {
  readonly rule: string
  readonly requirement: 'requires' | 'whenConfidenceIsLow'
  readonly factors: 'any' | readonly string[]
  readonly path: readonly PropertyKey[]
}

/** Why nobody can satisfy rules. */
export type Unsatisfiable =
  | { readonly why: 'no-factor-enabled'; readonly enabled: readonly string[] }
  | ({ readonly why: 'no-listed-factor-enabled'; readonly factors: readonly string[] } & Pick<
      ListedFactors,
      'rule' | 'requirement'
    >)
  | { readonly why: 'customize-mfa-off'; readonly rules: readonly string[] }

/** What each requirement of a policy lists. */
export function listedFactors({ rules }: Pick<PolicyFile, 'rules'>): readonly ListedFactors[] {
  return rules.flatMap((rule, i) =>
    (['requires', 'whenConfidenceIsLow'] as const).flatMap((requirement) => {
      const { factors } = rule[requirement] ?? {}
      if (factors === undefined) return []
      return [{ rule: rule.id, requirement, factors, path: ['rules', i, requirement, 'factors'] }]
    }),
  )
}

/**
 * The ids of the rules that do not take any factor, or under which nobody may set one up: the Action lists
 * the factors then, which it can only where the tenant lets it choose.
 */
export function rulesThatChoose({ rules }: Pick<PolicyFile, 'rules'>): readonly string[] {
  const listing = listedFactors({ rules }).filter(({ factors }) => factors !== 'any')
  const denying = rules.filter(({ whenNotEnrolled }) => whenNotEnrolled === 'deny')
  return [...new Set([...listing.map(({ rule }) => rule), ...denying.map(({ id }) => id)])]
}

/**
 * Finds the rules that nobody could satisfy, among those that are enforced today. What is not known of the tenant
 * is not judged.
 */
export function findUnsatisfiable(
  policy: Pick<PolicyFile, 'rules'>,
  { enabledFactors, customizeMfa }: MfaSettings,
  today: Date,
): readonly Unsatisfiable[] {
  const rules = policy.rules.filter((rule) => isEnforced(rule, today))
  if (rules.length === 0) return []
  const choosing = rulesThatChoose({ rules })
  const off: Unsatisfiable[] =
    customizeMfa === false && choosing.length > 0
      ? [{ why: 'customize-mfa-off', rules: choosing }]
      : []
  if (enabledFactors === undefined) return off
  if (!someStandsAlone(enabledFactors)) {
    return [{ why: 'no-factor-enabled', enabled: enabledFactors }, ...off]
  }
  const usable = challengeable(enabledFactors)
  const lists = listedFactors({ rules }).flatMap(
    ({ rule, requirement, factors }): Unsatisfiable[] =>
      factors === 'any' || factors.some((factor) => usable.includes(factor))
        ? []
        : [{ why: 'no-listed-factor-enabled', rule, requirement, factors }],
  )
  return [...lists, ...off]
}

function isEnforced({ report }: PolicyRule, today: Date): boolean {
  return report === undefined || Date.parse(report.until) <= today.getTime()
}
