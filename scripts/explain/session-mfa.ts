import { FACTORS } from '../../actions/step-up/policy.ts'
import { suggest } from '../policy/suggest.ts'
import type { Problem } from '../terminal/user-error.ts'

type Report = (problem: Problem) => void

/** An entry of `event.authentication.methods`. */
export interface SessionMfa {
  readonly name: 'mfa'
  readonly timestamp: string
  readonly type?: string
}

const SECONDS = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3_600],
  ['d', 86_400],
])
const AGE_AND_FACTOR = /^(\d{1,6})([smhd])(?::(.+))?$/

/** Reads `10m:otp`: how long before `nowMs`, and by which factor, which may be left out. */
export function sessionMfa(value: string, nowMs: number, report: Report): readonly SessionMfa[] {
  const [, count, unit = '', factor] = AGE_AND_FACTOR.exec(value) ?? []
  if (count === undefined) {
    report({
      where: '--mfa',
      message: `cannot be \`${value}\``,
      hint: 'write how long ago and the factor, such as `10m:otp` or `2h:webauthn-roaming`',
    })
    return []
  }
  if (factor !== undefined && !FACTORS.some((known) => known === factor)) {
    report({ where: '--mfa', message: `no factor \`${factor}\``, hint: suggest(factor, FACTORS) })
    return []
  }
  const atMs = nowMs - Number(count) * (SECONDS.get(unit) ?? 0) * 1000
  const timestamp = new Date(atMs).toISOString()
  return [{ name: 'mfa', timestamp, ...(factor !== undefined && { type: factor }) }]
}
