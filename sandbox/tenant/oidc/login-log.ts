import { randomUUID } from 'node:crypto'
import type { LogEntry } from '../state.ts'
import type { Tenant } from '../tenant.ts'

const MAX_ENTRIES = 1_000

export interface LoginEvent {
  /**
   * `s`, `f` login; `ssa`, `fsa` silent; `seacft`, `sertft`, `sepft`, `seft` exchange of a code, a refresh token,
   * a password, a token; `fe…` failed; `fp` wrong password; `slo` logout; `gd_auth_…` MFA
   */
  readonly type: string
  readonly transaction: { readonly clientId?: string; readonly userId?: string }
  readonly description?: string | undefined
}

/**
 * Writes a login into the tenant's log.
 *
 * @see https://auth0.com/docs/deploy-monitor/logs/log-event-type-codes
 */
export function logLogin(
  { store, now }: Tenant,
  { type, transaction, description }: LoginEvent,
): void {
  store.update((state) => {
    const id = randomUUID()
    const client = state.clients.find(({ client_id }) => client_id === transaction.clientId)
    const user = state.users.find(({ user_id }) => user_id === transaction.userId)
    const entry: LogEntry = {
      _id: id,
      log_id: id,
      date: new Date(now()).toISOString(),
      type,
      ...(description === undefined ? {} : { description }),
      client_id: client?.client_id,
      client_name: client?.name,
      user_id: user?.user_id,
      user_name: user?.['email'],
    }
    state.logs = [...state.logs.slice(-(MAX_ENTRIES - 1)), entry]
  })
}
