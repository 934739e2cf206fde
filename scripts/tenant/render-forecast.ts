import type { Terminal } from '../terminal/command.ts'
import { aligned, section } from '../terminal/layout.ts'
import { locksOut, type RuleForecast } from './forecast.ts'

export interface Forecast {
  readonly environment: string
  /** The day (UTC) for which the rules are judged. */
  readonly at: string
  /** The factors with which users can be challenged after a deploy. */
  readonly factors: readonly string[]
  readonly users: { readonly read: number; readonly total: number }
  readonly rules: readonly RuleForecast[]
}

/** Who would be locked out, for people. */
export function renderForecast(forecast: Forecast, { paint }: Terminal): string {
  const { environment, at, factors, users, rules } = forecast
  const rows = rules.map((rule) => [
    nameOf(rule),
    rule.accepts === 'any' ? 'any factor' : rule.accepts.join(' or '),
    `${rule.without} of ${users.read} have none`,
    consequence(rule),
  ])
  const enabled = factors.length === 0 ? 'no factor that can be required' : factors.join(', ')
  return [
    ...section(paint, `Users of ${environment}`, aligned(rows)),
    `Rules of ${at}. Factors after a deploy: ${enabled}.`,
    `${users.read} of ${users.total} users read. ${verdict(forecast)}`,
  ].join('\n')
}

function nameOf({ rule, with: others = [], confidence }: RuleForecast): string {
  const name = [rule, ...others].join(' with ')
  return confidence === 'low' ? `${name}, low confidence` : name
}

function consequence(rule: RuleForecast): string {
  const { then, without, usable, reportedUntil, exceptions } = rule
  if (reportedUntil !== undefined) return `only reported until ${reportedUntil}: nobody is asked`
  const apart =
    exceptions === 0 ? '' : `, ${exceptions} exception${exceptions === 1 ? '' : 's'} apart`
  if (then === 'deny' && usable.length === 0) return `everybody is denied${apart}`
  if (without === 0) return ''
  return `they ${then === 'enroll' ? 'enrol one at their first step-up' : 'are denied'}${apart}`
}

function verdict({ users, rules }: Forecast): string {
  const all = new Set(rules.map(({ rule }) => rule))
  const locking = new Set(
    rules.filter(locksOut).flatMap(({ rule, with: others = [] }) => [rule, ...others]),
  )
  if (locking.size > 0) return `${locking.size} of ${all.size} rules lock users out.`
  if (users.read === 0) return 'Without users, nobody knows whom a rule would lock out.'
  return users.read < users.total ? 'No rule locks any of these out.' : 'No rule locks anybody out.'
}
