import type { PolicyFile, PolicyRule } from '../policy/schema.ts'
import type { Enrolment } from './enrolments.ts'

/** How a rule would meet the users of a tenant. */
export interface RuleForecast {
  readonly rule: string
  /** `any`, or the factors that the rule accepts. */
  readonly accepts: 'any' | readonly string[]
  /** Users who have none of them. */
  readonly without: number
  /** What happens to these at their first step-up. */
  readonly then: 'enroll' | 'deny'
}

/**
 * Counts for each rule the users who have no factor that it accepts. Pure.
 * @param enabled the factors that the tenant has switched on: others do not count
 */
export function forecast(
  { rules }: PolicyFile,
  users: readonly Enrolment[],
  enabled: ReadonlySet<string>,
): readonly RuleForecast[] {
  return rules.map(({ id, requires: { factors }, whenNotEnrolled }: PolicyRule) => {
    const accepted = [...enabled].filter((factor) => factors === 'any' || isOneOf(factors, factor))
    return {
      rule: id,
      accepts: factors,
      without: users.filter((user) => !accepted.some((factor) => user.has(factor))).length,
      then: whenNotEnrolled,
    }
  })
}

function isOneOf(factors: readonly string[], factor: string): boolean {
  return factors.includes(factor)
}
