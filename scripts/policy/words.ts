import { ageInWords } from './age.ts'
import { KEPT_BY_MFA_API } from './answer.ts'
import { commonFactors, type Demand, type Protected, type Standing } from './effective.ts'

/** Words for what a policy comes to, the same in every command. */

/** `any factor`, or the factors of which one will do. */
export function factorsInWords(factors: 'any' | readonly string[]): string {
  if (factors === 'any') return 'any factor'
  return factors.length === 0 ? 'no factor' : factors.join(' or ')
}

/** `MFA by otp, at most 5m old`. */
export function demandInWords({ factors, maxAgeSeconds }: Omit<Demand, 'whenNotEnrolled'>): string {
  const by = `MFA by ${factorsInWords(factors)}`
  return maxAgeSeconds === 0
    ? `${by} at every request`
    : `${by}, at most ${ageInWords(maxAgeSeconds)} old`
}

/**
 * What stands, without what happens to users who have no factor: {@link withoutFactorInWords}.
 * @param isSilent whether it stands in silent logins alone, which show no page
 */
export function standingInWords(standing: Standing, isSilent: boolean): string {
  switch (standing.kind) {
    case 'open':
      return 'issued without MFA'
    case 'demand':
      return isSilent
        ? standing.demands.map(silentDemandInWords).join(', and ')
        : demandsInWords(standing.demands)
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

/** Several demands are no several challenges, where one MFA serves them all. */
function demandsInWords(demands: readonly Demand[]): string {
  const all = demands.map(demandInWords).join(', and ')
  const common = commonFactors(demands)
  if (demands.length === 1 || (common !== 'any' && common.length === 0)) return all
  const by = common === 'any' ? '' : ` by ${factorsInWords(common)}`
  return `${all} (one${by} serves ${demands.length === 2 ? 'both' : 'all'})`
}

function silentDemandInWords(demand: Demand): string {
  const otherwise =
    demand.whenSilent === 'remove' ? 'scope removed' : 'answered with `login_required`'
  return demand.maxAgeSeconds === 0 ? otherwise : `${demandInWords(demand)}, or else ${otherwise}`
}

/** What happens to a user with none of the factors, where one is demanded; else undefined. */
export function withoutFactorInWords(standing: Standing, isSilent: boolean): string | undefined {
  switch (standing.kind) {
    case 'demand': {
      const asked = standing.demands.filter(({ whenSilent }) => whenSilent === undefined)
      const says = unableInWords(asked)
      return isSilent && (asked.length === 0 || says === SETS_ONE_UP) ? undefined : says
    }
    case 'mfa-required':
      return withoutKeptFactorInWords(standing.whenNotEnrolled)
    case 'removed':
      return standing.then === 'issued'
        ? undefined
        : withoutKeptFactorInWords(standing.whenNotEnrolled)
    case 'open':
    case 'denied':
      return undefined
  }
}

function unableInWords(demands: readonly Demand[]): string {
  const common = commonFactors(demands)
  if (common !== 'any' && common.length === 0) {
    return 'whoever has passed none of them before is denied, as no factor fits all'
  }
  // Nobody can set up email: Auth0 has no enrolment for it.
  const canEnrol = common === 'any' || common.some((factor) => factor !== 'email')
  return canEnrol && demands.every(({ whenNotEnrolled }) => whenNotEnrolled === 'enroll')
    ? SETS_ONE_UP
    : 'a user without one is denied'
}

function withoutKeptFactorInWords(whenNotEnrolled: Demand['whenNotEnrolled']): string {
  return whenNotEnrolled === 'enroll'
    ? SETS_ONE_UP
    : `a user without ${factorsInWords(KEPT_BY_MFA_API)} is denied`
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
