import type { PendingMfa, TriggerResult } from '../action-runtime/messages.ts'
import type { Tenant } from '../tenant.ts'

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
