import type { Entity, User } from '../state.ts'
import type { Tenant } from '../tenant.ts'

/** The names of authentication methods in the Management API and of factors in Actions. */
const FACTOR_OF: ReadonlyMap<string, string> = new Map([
  ['totp', 'otp'],
  ['phone', 'phone'],
  ['email', 'email'],
  ['webauthn-roaming', 'webauthn-roaming'],
  ['webauthn-platform', 'webauthn-platform'],
  ['recovery-code', 'recovery-code'],
])

/** The factors that the pages can really challenge, the strongest first. */
export const CHALLENGEABLE = [
  'webauthn-platform',
  'webauthn-roaming',
  'otp',
  'recovery-code',
] as const
export type ChallengeableFactor = (typeof CHALLENGEABLE)[number]

export interface Enrolment {
  readonly factor: string
  readonly method: Entity
}

/** @returns what the user has enrolled, oldest first */
export function enrolments(user: User): readonly Enrolment[] {
  return user.authentication_methods.flatMap((method) => {
    const factor = FACTOR_OF.get(String(method['type']))
    return factor === undefined || method['confirmed'] === false ? [] : [{ factor, method }]
  })
}

export function enrolledFactors(user: User): readonly string[] {
  return [...new Set(enrolments(user).map(({ factor }) => factor))]
}

/** @returns the factors that the tenant has switched on, by their names in Actions */
export function enabledFactors({ store }: Tenant): readonly string[] {
  const { factors } = store.state
  const isOn = (name: string): boolean => factors[name] === true
  return [...FACTOR_OF.values()].filter((factor) => isOn(factor === 'phone' ? 'sms' : factor))
}

/** @returns the factors that this user can be challenged with now, the strongest first */
export function usableFactors(tenant: Tenant, user: User): readonly ChallengeableFactor[] {
  const enabled = enabledFactors(tenant)
  const enrolled = enrolledFactors(user)
  return CHALLENGEABLE.filter((factor) => enabled.includes(factor) && enrolled.includes(factor))
}
