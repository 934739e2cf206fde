import { randomUUID } from 'node:crypto'

/**
 * High-value tokens that were used, so that a visitor can try one again. Only the demonstration has them: an app
 * has no use for such a token and forgets it.
 */
export interface SpentTokens {
  /** @returns under which id it is found, by the one user whose it is */
  keep(user: string, token: string): string
  find(user: string, id: string): string | undefined
}

const MOST = 100

export function newSpentTokens(): SpentTokens {
  const kept = new Map<string, { readonly user: string; readonly token: string }>()
  return {
    keep: (user, token) => {
      const id = randomUUID()
      kept.set(id, { user, token })
      for (const oldest of kept.keys()) if (kept.size > MOST) kept.delete(oldest)
      return id
    },
    find: (user, id) => {
      const found = kept.get(id)
      return found?.user === user ? found.token : undefined
    },
  }
}
