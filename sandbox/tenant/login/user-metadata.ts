import { findUser } from '../find-user.ts'
import type { Command } from '../action-runtime/messages.ts'
import type { Tenant } from '../tenant.ts'

const FIELD_OF: ReadonlyMap<string, string> = new Map([
  ['api.user.setUserMetadata', 'user_metadata'],
  ['api.user.setAppMetadata', 'app_metadata'],
])

/** Keeps the metadata that Actions have set, also of a login that is denied (documented); `null` removes a key. */
export function keepUserMetadata(
  { store }: Tenant,
  userId: string,
  commands: readonly Command[],
): void {
  const changes = commands.flatMap(({ command, arguments: [key, value] }) => {
    const field = FIELD_OF.get(command)
    return field === undefined ? [] : [{ field, key: String(key), value }]
  })
  if (changes.length === 0) return
  store.update((state) => {
    const user = findUser(state, userId)
    for (const { field, key, value } of changes) {
      const entries = Object.entries(user[field] ?? {}).filter(([name]) => name !== key)
      user[field] = Object.fromEntries(value === null ? entries : [...entries, [key, value]])
    }
  })
}
