import type { Tenant } from './tenant.ts'

/** A message that Auth0 would have sent: an email, an SMS, a push notification. */
export interface Message {
  readonly to: string
  readonly text: string
  readonly [field: string]: unknown
}

/** @returns the messages that the tenant has sent since its start, oldest first */
export function messagesOf({ oidc }: Tenant): readonly Message[] {
  return (oidc as { readonly inbox?: readonly Message[] }).inbox ?? []
}
