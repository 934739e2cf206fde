import { randomUUID } from 'node:crypto'
import type { Entity, LogEntry } from './state.ts'
import type { Tenant } from './tenant.ts'

const MAX_ENTRIES = 1_000

export interface LoggedEvent {
  /** @see https://auth0.com/docs/deploy-monitor/logs/log-event-type-codes */
  readonly type: string
  readonly description?: string | undefined
  readonly clientId: string | undefined
  /** what events of this kind have besides */
  readonly details: Entity
}

/** Writes an entry into the tenant's log, which keeps the newest thousand. */
export function addLogEntry(
  { store, now }: Tenant,
  { type, description, clientId, details }: LoggedEvent,
): void {
  store.update((state) => {
    const id = randomUUID()
    const client = state.clients.find(({ client_id }) => client_id === clientId)
    const entry: LogEntry = {
      _id: id,
      log_id: id,
      date: new Date(now()).toISOString(),
      type,
      ...(description === undefined ? {} : { description }),
      client_id: client?.client_id,
      client_name: client?.name,
      ...details,
    }
    state.logs = [...state.logs.slice(-(MAX_ENTRIES - 1)), entry]
  })
}
