import type { Setting } from './setting.ts'

/** The name that Actions and a policy have for a factor of `/guardian/factors`: Guardian says `sms` for `phone`. */
export function factorOfGuardian(name: string): string {
  return name === 'sms' ? 'phone' : name
}

/** Enable Multi-Factor Authentication: one of these must be enabled before MFA can be required. */
const INDEPENDENT = ['webauthn-roaming', 'otp', 'push-notification', 'sms', 'duo']

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
  if (!names.some((name) => INDEPENDENT.includes(name))) return new Set()
  // A recovery code is no factor to challenge with.
  return new Set(names.filter((name) => name !== 'recovery-code').map(factorOfGuardian))
}
