import type { RuleForecast } from '../tenant/forecast.ts'
import type { Terminal } from './command.ts'
import { aligned, section } from './render.ts'

export interface Forecast {
  readonly environment: string
  readonly users: { readonly read: number; readonly total: number }
  readonly rules: readonly RuleForecast[]
}

/** Who would be locked out, for people. */
export function renderForecast(
  { environment, users, rules }: Forecast,
  { paint }: Terminal,
): string {
  const rows = rules.map(({ rule, accepts, without, then }) => [
    rule,
    accepts === 'any' ? 'any factor' : accepts.join(' or '),
    `${without} of ${users.read} have none`,
    without === 0
      ? ''
      : `they ${then === 'enroll' ? 'enrol one at their first step-up' : 'are denied'}`,
  ])
  const denied = rules.filter(({ without, then }) => without > 0 && then === 'deny').length
  return [
    ...section(paint, `Users of ${environment}`, aligned(rows)),
    `${users.read} of ${users.total} users read. ${denied === 0 ? 'No rule locks anybody out.' : `${denied} of ${rules.length} rules lock users out.`}`,
  ].join('\n')
}
