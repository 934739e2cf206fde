import { answerTo, FACTOR_NAMES, isMet, type SessionMfa, type Situation } from './answer.ts'
import type { Rule } from '../../actions/step-up/policy.ts'
import {
  commonFactors,
  demandOf,
  isWithin,
  type Demand,
  type Protected,
  type Standing,
} from './effective.ts'

/** A login in which each of two things can be had, but not both. */
export interface Clash {
  /** The factors that would do for both. */
  readonly common: ReturnType<typeof commonFactors>
  readonly situation: Situation
}

/**
 * The logins in which two things cannot be had by one request, although each of them can: no factor that a
 * user has, or may set up, fits what both demand. Only a page in a browser can insist on a factor, so it is
 * only there.
 */
export function clashesBetween(first: Standing, second: Standing): readonly Clash[] {
  if (first.kind !== 'demand' || second.kind !== 'demand') return []
  const all = distinct([...first.demands, ...second.demands])
  return subsetsOf(all.filter(({ maxAgeSeconds }) => maxAgeSeconds > 0)).flatMap((met) => {
    const unmet = all.filter((demand) => !met.includes(demand))
    const mfa = sessionOf(met, unmet)
    if (mfa === undefined) return []
    const common = commonFactors(unmet.filter(({ whenSilent }) => whenSilent === undefined))
    const enrolled = FACTOR_NAMES.filter((each) => common !== 'any' && !common.includes(each))
    const situation = { mfa, enrolled }
    const isDenied = (demands: readonly Demand[]) =>
      answerTo({ kind: 'demand', demands }, situation, false).kind === 'denied'
    const isClash = isDenied(all) && !isDenied(first.demands) && !isDenied(second.demands)
    return isClash ? [{ common, situation }] : []
  })
}

function distinct(demands: readonly Demand[]): readonly Demand[] {
  return [...new Map(demands.map((demand) => [JSON.stringify(demand), demand])).values()]
}

function subsetsOf<T>(values: readonly T[]): readonly (readonly T[])[] {
  return values.reduce<readonly (readonly T[])[]>(
    (subsets, value) => [...subsets, ...subsets.map((subset) => [...subset, value])],
    [[]],
  )
}

/** MFA by which these demands are met and those not; undefined where one cannot be without the other. */
function sessionOf(
  met: readonly Demand[],
  unmet: readonly Demand[],
): readonly SessionMfa[] | undefined {
  const session = met.map(({ factors, maxAgeSeconds: ageSeconds }) =>
    (factors === 'any' ? [undefined, ...FACTOR_NAMES] : factors)
      .map((factor) => ({ factor, ageSeconds }))
      .find((mfa) => !unmet.some((demand) => isMet(demand, { mfa: [mfa], enrolled: [] }))),
  )
  return session.includes(undefined) ? undefined : session.filter((mfa) => mfa !== undefined)
}

/** Whether one token or login can be asked for both; a token is for one API. */
export function areAskedTogether(one: Protected, other: Protected): boolean {
  return 'acr' in one || 'acr' in other || one.audience === other.audience
}

/**
 * Whether things of these rules can clash at all. Where the factors of one are among those of the other, and both
 * let users set one up or neither does, the first one demands by itself what both demand.
 */
export function mayClash(first: readonly Rule[], second: readonly Rule[]): boolean {
  return first.some((one) =>
    second.some((other) =>
      (['high', 'low'] as const).some((confidence) => {
        const [a, b] = [demandOf(one, confidence), demandOf(other, confidence)]
        const isNested = isWithin(a.factors, b.factors) || isWithin(b.factors, a.factors)
        return !isNested || a.whenNotEnrolled !== b.whenNotEnrolled
      }),
    ),
  )
}
