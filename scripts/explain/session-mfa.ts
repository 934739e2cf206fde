import { FACTORS } from '../../actions/step-up/policy.ts'
import { secondsIn } from '../policy/age.ts'
import { suggest } from '../policy/suggest.ts'
import type { Problem } from '../terminal/user-error.ts'

type Report = (problem: Problem) => void

/** An entry of `event.authentication.methods`. */
export interface SessionMfa {
  readonly name: 'mfa'
  readonly timestamp: string
  readonly type?: string
}

/** Reads `10m:otp`: how long before `nowMs`, and by which factor, which may be left out. */
export function sessionMfa(value: string, nowMs: number, report: Report): readonly SessionMfa[] {
  const [, age, factor] = /^([^:]*)(?::(.+))?$/.exec(value) ?? []
  const seconds = secondsIn(age)
  if (seconds === undefined) {
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
  const timestamp = new Date(nowMs - seconds * 1000).toISOString()
  return [{ name: 'mfa', timestamp, ...(factor !== undefined && { type: factor }) }]
}
