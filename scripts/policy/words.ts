import type { Factor } from '../../actions/step-up/policy.ts'
import { KEPT_BY_MFA_API } from './answer.ts'
import type { Demand, Protected, Standing } from './effective.ts'

/** Words for what a policy comes to, the same in every command. */

/** `any factor`, or the factors of which one will do. */
export function factorsInWords(factors: 'any' | readonly (Factor | string)[]): string {
  if (factors === 'any') return 'any factor'
  return factors.length === 0 ? 'no factor' : factors.join(' or ')
}

/** `MFA by otp, at most 300 s old`. */
export function demandInWords({ factors, maxAgeSeconds }: Omit<Demand, 'whenNotEnrolled'>): string {
  const by = `MFA by ${factorsInWords(factors)}`
  return maxAgeSeconds === 0 ? `${by} at every request` : `${by}, at most ${maxAgeSeconds} s old`
}

/** What stands, without what happens to users who have no factor: {@link withoutFactorInWords}. */
export function standingInWords(standing: Standing): string {
  switch (standing.kind) {
    case 'open':
      return 'issued without MFA'
    case 'demand': {
      const isRemoved = standing.demands.some(({ whenSilent }) => whenSilent === 'remove')
      const demands = standing.demands.map(demandInWords).join(', and ')
      return isRemoved ? `${demands}, or else the scope removed` : demands
    }
    case 'mfa-required':
      return 'answered with `mfa_required`'
    case 'removed':
      return standing.then === 'issued'
        ? 'scope removed'
        : 'scope removed, and answered with `mfa_required` for another rule'
    case 'denied':
      return standing.why === 'no-common-factor' ? 'denied, as no factor fits all rules' : 'denied'
  }
}

/** What happens to a user with none of the factors, where one is demanded; else undefined. */
export function withoutFactorInWords(standing: Standing): string | undefined {
  if (standing.kind === 'mfa-required') {
    return standing.whenNotEnrolled === 'enroll'
      ? SETS_ONE_UP
      : `a user without ${factorsInWords(KEPT_BY_MFA_API)} is denied`
  }
  if (standing.kind !== 'demand') return undefined
  const isDenied = standing.demands.some(({ whenNotEnrolled }) => whenNotEnrolled === 'deny')
  return isDenied ? 'a user without one is denied' : SETS_ONE_UP
}

const SETS_ONE_UP = 'a user without one sets one up'

/** A protected thing by its name alone; of a scope the API is told beside it. */
export function nameInWords(protects: Protected): string {
  return 'acr' in protects ? `acr \`${protects.acr}\`` : `\`${protects.scope}\``
}

/** The day of a moment, UTC: `2026-12-31`. @param ms epoch milliseconds */
export function dayInWords(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
