import type { Factor, Policy, Rule } from '../../actions/step-up/policy.ts'
import { answerTo, type Answer } from '../policy/answer.ts'
import {
  commonFactors,
  demandOf,
  dimensionsOf,
  protectorsIn,
  standingIn,
  type Circumstance,
  type Standing,
} from '../policy/effective.ts'
import type { Enrolment } from './enrolments.ts'

/** How a rule would meet the users of a tenant in a browser. */
export interface RuleForecast {
  readonly rule: string
  /** The other rules that protect the same thing, where they are judged together. */
  readonly with?: readonly string[]
  /** Where the rule demands another MFA on low confidence: with which confidence this is judged. */
  readonly confidence?: 'high' | 'low'
  /** `any`, or the factors that the rule accepts. */
  readonly accepts: 'any' | readonly string[]
  /** Those of them with which users can be challenged after the deploy. */
  readonly usable: readonly string[]
  /** Users who have none of these. */
  readonly without: number
  /** What happens to these at their first step-up; `nothing` while the rule is only reported. */
  readonly then: 'enroll' | 'deny' | 'nothing'
  /** The day (UTC) from which the rule is enforced, where it is only reported. */
  readonly reportedUntil?: string
  /** How many exceptions hold, under which nobody is asked. */
  readonly exceptions: number
}

/** What a forecast is made for. */
export interface ForecastOptions {
  readonly users: readonly Enrolment[]
  /** The factors that users can be challenged with: others do not count. */
  readonly usable: ReadonlySet<string>
  readonly atMs: number
}

/** Counts the users who have no factor that a rule accepts, or all rules for the same thing. Pure. */
export function forecast(policy: Policy, options: ForecastOptions): readonly RuleForecast[] {
  const isEnforced = ({ reportUntilMs = 0 }: Rule) => reportUntilMs <= options.atMs
  const together = [...protectorsIn(policy).values()]
    .map(({ rules }) => rules.filter(isEnforced))
    .filter((rules) => rules.length > 1)
  const groups = [...policy.rules.map((rule) => [rule]), ...together]
  const distinct = new Map(groups.map((rules) => [rules.map(({ id }) => id).join(' '), rules]))
  return [...distinct.values()].flatMap((rules) =>
    dimensionsOf(rules).confidences.map((confidence) => ofRules(rules, confidence, options)),
  )
}

/** Whether some user of the tenant cannot pass. */
export function locksOut({ then, without, usable }: RuleForecast): boolean {
  return then === 'deny' && (without > 0 || usable.length === 0)
}

function ofRules(
  rules: readonly Rule[],
  confidence: Circumstance['confidence'],
  { users, usable: enabled, atMs }: ForecastOptions,
): RuleForecast {
  const { stands } = standingIn(rules, {
    flow: { id: 'browser', isActing: false },
    subject: {},
    period: { fromMs: atMs, untilMs: atMs },
    confidence,
  })
  const accepts = commonFactors(rules.map((rule) => demandOf(rule, confidence)))
  const usable = [...enabled].filter((factor) => isOneOf(accepts, factor))
  const [first, ...others] = rules.map(({ id }) => id)
  const exceptions = rules.flatMap((rule) => rule.exceptions ?? [])
  const [reportUntilMs] = rules.flatMap((rule) => rule.reportUntilMs ?? [])
  return {
    rule: first ?? '',
    ...(others.length > 0 && { with: others }),
    ...(confidence !== 'any' && { confidence }),
    accepts,
    usable,
    without: users.filter((user) => !usable.some((factor) => user.has(factor))).length,
    then: thenOf(stands, enabled),
    ...(stands.kind === 'open' &&
      reportUntilMs !== undefined && { reportedUntil: dayOf(reportUntilMs) }),
    exceptions: exceptions.filter(({ untilMs }) => atMs < untilMs).length,
  }
}

function thenOf(stands: Standing, enabled: ReadonlySet<string>): RuleForecast['then'] {
  if (stands.kind === 'open') return 'nothing'
  const answer = answerTo(stands, { mfa: [], enrolled: [] }, false)
  return answer.kind === 'mfa' && canEnrol(answer, enabled) ? 'enroll' : 'deny'
}

// Nobody can set up email: Auth0 takes a verified address for one.
function canEnrol(
  { challenge, enrol }: Extract<Answer, { kind: 'mfa' }>,
  enabled: ReadonlySet<string>,
): boolean {
  return [...enabled].some((factor) =>
    challenge === 'any' ? factor !== 'email' : enrol.includes(factor),
  )
}

function isOneOf(factors: 'any' | readonly Factor[], factor: string): boolean {
  return factors === 'any' || factors.some((each) => each === factor)
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
