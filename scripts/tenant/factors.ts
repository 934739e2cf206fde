import type { Setting } from './setting.ts'

/** The name that Actions and a policy have for a factor of `/guardian/factors`: Guardian says `sms` for `phone`. */
function factorOfGuardian(name: string): string {
  return name === 'sms' ? 'phone' : name
}

/** Enable Multi-Factor Authentication: one of these must be enabled before MFA can be required. */
const INDEPENDENT = ['webauthn-roaming', 'otp', 'push-notification', 'sms', 'duo']

/** Whether MFA can be required at all. */
export function someStandsAlone(enabledFactors: readonly string[]): boolean {
  return enabledFactors.some((name) => INDEPENDENT.includes(name))
}

/** Whether MFA can not be required, whatever else is on beside factors that are off. */
export function isNoneLeft(disabledFactors: readonly string[]): boolean {
  return INDEPENDENT.every((name) => disabledFactors.includes(name))
}

/** Factors that an Action can challenge with, by the names that a policy has for them. */
export function challengeable(factors: readonly string[]): readonly string[] {
  // A recovery code is no factor to challenge with.
  return factors.filter((name) => name !== 'recovery-code').map(factorOfGuardian)
}

export interface GuardianFactor {
  readonly name?: string | undefined
  readonly enabled?: boolean | undefined
}

/**
 * The factors that users can be challenged with after a deploy, by the names of a policy: those that the
 * tenant has enabled, but for what tenant.yaml says of them. None where no factor can be required.
 */
export function factorsAfterDeploy(
  tenant: readonly GuardianFactor[],
  settings: readonly Setting[],
): ReadonlySet<string> {
  const enabled = new Map(tenant.map(({ name = '', enabled }) => [name, enabled === true]))
  for (const { section, name, values } of settings) {
    if (section === 'guardianFactors') enabled.set(name, values['enabled'] === true)
  }
  const names = [...enabled].flatMap(([name, isEnabled]) => (isEnabled ? [name] : []))
  return new Set(someStandsAlone(names) ? challengeable(names) : [])
}
