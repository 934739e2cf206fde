import type { Entrypoint, Trigger } from './messages.ts'

/** The functions that an Action exports, by the trigger that calls them. */
export const TRIGGER_OF: Readonly<Record<Entrypoint, Trigger>> = {
  onExecutePostLogin: 'post-login',
  onContinuePostLogin: 'post-login',
  onExecuteCredentialsExchange: 'credentials-exchange',
  onExecuteCustomTokenExchange: 'custom-token-exchange',
}
