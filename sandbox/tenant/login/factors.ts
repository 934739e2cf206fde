import { createHash } from 'node:crypto'
import type { Entity, User } from '../state.ts'
import type { Tenant } from '../tenant.ts'

/** The names of authentication methods in the Management API and of factors in Actions. */
const FACTOR_OF: ReadonlyMap<string, string> = new Map([
  ['totp', 'otp'],
  ['phone', 'phone'],
  ['email', 'email'],
  ['push', 'push-notification'],
  ['webauthn-roaming', 'webauthn-roaming'],
  ['webauthn-platform', 'webauthn-platform'],
  ['recovery-code', 'recovery-code'],
])

/** The factors that the pages can challenge, the strongest first. */
export const CHALLENGEABLE = [
  'webauthn-platform',
  'webauthn-roaming',
  'push-notification',
  'otp',
  'phone',
  'email',
  'recovery-code',
] as const
export type ChallengeableFactor = (typeof CHALLENGEABLE)[number]

export interface Enrolment {
  readonly factor: string
  readonly method: Entity
}

/** @returns what the user has enrolled, oldest first, and then what counts as enrolled */
export function enrolments(tenant: Tenant, user: User): readonly Enrolment[] {
  const explicit = user.authentication_methods.flatMap((method) => {
    const factor = FACTOR_OF.get(String(method['type']))
    return factor === undefined || method['confirmed'] === false ? [] : [{ factor, method }]
  })
  const { email } = user
  const isImplicit =
    enabledFactors(tenant).includes('email') &&
    typeof email === 'string' &&
    user['email_verified'] === true &&
    !explicit.some(({ factor, method }) => factor === 'email' && method['email'] === email)
  return isImplicit ? [...explicit, { factor: 'email', method: verifiedAddress(email) }] : explicit
}

/**
 * Documented: whoever has a verified address need not enrol it. The Management API does not list it, the MFA API does.
 *
 * @see https://auth0.com/docs/secure/multi-factor-authentication/multi-factor-authentication-factors/configure-email-notifications-for-mfa
 */
function verifiedAddress(email: string): Entity {
  const digest = createHash('sha256').update(email).digest('base64url').replaceAll(/[-_]/g, '')
  return { id: `email|dev_${digest.slice(0, 16)}`, type: 'email', email }
}

export function enrolledFactors(tenant: Tenant, user: User): readonly string[] {
  return [...new Set(enrolments(tenant, user).map(({ factor }) => factor))]
}

/**
 * Documented: these two come with another factor. Whoever has nothing else has yet to enrol.
 *
 * @see https://auth0.com/docs/secure/multi-factor-authentication/enable-mfa#dependent-factors
 */
export function isIndependent(factor: string): boolean {
  return factor !== 'recovery-code' && factor !== 'email'
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
  const enrolled = enrolledFactors(tenant, user)
  return CHALLENGEABLE.filter((factor) => enabled.includes(factor) && enrolled.includes(factor))
}
