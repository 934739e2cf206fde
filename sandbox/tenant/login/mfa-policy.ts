import type { PendingMfa } from '../action-runtime/messages.ts'
import type { Tenant } from '../tenant.ts'

/**
 * What the policy "Require Multi-factor Auth: Always" of the tenant asks for. It holds where no Action has said
 * anything about MFA: Actions take precedence.
 *
 * @see https://auth0.com/docs/secure/multi-factor-authentication/customize-mfa
 */
export function mfaOfPolicy({ store }: Tenant): PendingMfa | undefined {
  if (!store.state.mfaPolicies.includes('all-applications')) return undefined
  return { when: 'end-of-flow', provider: 'any', allowRememberBrowser: true }
}
