import type { FactorRequest, MfaSettings, TriggerResult } from './messages.ts'

/** The factor types of an Action and the names under which `/guardian/factors` switches them. */
const GUARDIAN_NAME: ReadonlyMap<string, string> = new Map([
  ['otp', 'otp'],
  ['email', 'email'],
  ['phone', 'sms'],
  ['push', 'push-notification'],
  ['push-notification', 'push-notification'],
  ['webauthn-platform', 'webauthn-platform'],
  ['webauthn-roaming', 'webauthn-roaming'],
  ['recovery-code', 'recovery-code'],
])

/** What `api.multifactor.enable` takes (documented). */
const PROVIDERS: ReadonlySet<string> = new Set([
  'any',
  'none',
  'guardian',
  'google-authenticator',
  'duo',
])

/** Of the most challenge and enrol commands in one flow, over all its Actions (documented). */
export const MAX_MFA_STEPS = 4

/** The commands of an Action that decide about MFA, be it to say that there is none. */
const MFA_COMMANDS: ReadonlySet<string> = new Set([
  'api.multifactor.enable',
  'api.authentication.challengeWith',
  'api.authentication.challengeWithAny',
  'api.authentication.enrollWith',
  'api.authentication.enrollWithAny',
])

export function decidesMfa({ commands }: TriggerResult): boolean {
  return commands.some(({ command }) => MFA_COMMANDS.has(command))
}

export function isProvider(name: string): boolean {
  return PROVIDERS.has(name)
}

export function isFactorType(type: unknown): boolean {
  return typeof type === 'string' && GUARDIAN_NAME.has(type)
}

/** @returns the requested factors that the tenant has switched on and the user has enrolled */
export function usableForChallenge(
  factors: readonly FactorRequest[],
  settings: MfaSettings,
  user: unknown,
): readonly FactorRequest[] {
  const enrolled = enrolledTypes(user)
  return factors.filter(({ type }) => isEnabled(type, settings) && enrolled.has(canonical(type)))
}

/** @returns the requested factors that the tenant has switched on and the user has not enrolled yet */
export function usableForEnrollment(
  factors: readonly FactorRequest[],
  settings: MfaSettings,
  user: unknown,
): readonly FactorRequest[] {
  const enrolled = enrolledTypes(user)
  return factors.filter(({ type }) => isEnabled(type, settings) && !enrolled.has(canonical(type)))
}

function isEnabled(type: string, settings: MfaSettings): boolean {
  const name = GUARDIAN_NAME.get(type)
  return name !== undefined && settings.enabledFactors.includes(name)
}

function enrolledTypes(user: unknown): ReadonlySet<string> {
  const { enrolledFactors, email_verified } = (user ?? {}) as {
    enrolledFactors?: unknown
    email_verified?: unknown
  }
  const types = new Set<string>()
  if (Array.isArray(enrolledFactors)) {
    for (const factor of enrolledFactors as ({ type?: unknown } | null)[]) {
      if (typeof factor?.type === 'string') types.add(canonical(factor.type))
    }
  }
  // A verified address is an enrolled email factor (knowledge base, community 115491).
  if (email_verified === true) types.add('email')
  return types
}

/** @returns the one name of a factor that has two */
export function canonical(type: string): string {
  return type === 'push' ? 'push-notification' : type
}
