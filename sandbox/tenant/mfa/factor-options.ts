import type { PendingMfa } from '../action-runtime/messages.ts'
import type { Tenant } from '../tenant.ts'

/** How a code can come to a phone. */
export type PhoneChannel = 'sms' | 'voice'

interface Options {
  readonly preferredMethod?: unknown
  readonly otpFallback?: unknown
}

/**
 * @returns how codes can come to phones now, the default first: what the Action prefers of what the tenant has. That a
 * preference for what the tenant does not have counts as none is assumed.
 * @see https://auth0.com/docs/secure/multi-factor-authentication/customize-mfa/customize-mfa-selection-universal-login
 */
export function phoneChannels({ store }: Tenant, mfa: PendingMfa): readonly PhoneChannel[] {
  const enabled = store.state.phoneMessageTypes
  const { preferredMethod } = optionsOf(mfa, 'phone')
  const preferred = enabled.filter((channel) => channel === preferredMethod)
  return preferred.length > 0 ? preferred : enabled
}

/** Whether a code of the device will do in place of its approval: documented, unless the Action says otherwise. */
export function hasOtpFallback(mfa: PendingMfa): boolean {
  return optionsOf(mfa, 'push-notification').otpFallback !== false
}

function optionsOf(mfa: PendingMfa, factor: string): Options {
  const factors = mfa.when === 'in-place' ? (mfa.steps[0]?.factors ?? []) : []
  return factors.find(({ type }) => type === factor)?.options ?? {}
}
