import { createClient } from 'redis'
import type { ConsumedToken, ConsumedTokens } from './step-up-middleware.ts'

/** Seconds after its expiry for which a verifier with another clock may still accept a token. */
const CLOCK_TOLERANCE = 60

/** Remembers used tokens in this process: enough where only one instance runs. */
export function consumedInMemory(nowMs: () => number = Date.now): ConsumedTokens {
  const expiries = new Map<string, number>()
  return {
    // Nothing is awaited between the look and the write, so two requests never both come first.
    consume: (token, expires) => {
      const now = nowMs() / 1000
      for (const [key, expiry] of expiries) if (expiry < now) expiries.delete(key)
      const key = keyOf(token)
      const isFirstUse = !expiries.has(key)
      if (isFirstUse) expiries.set(key, expires + CLOCK_TOLERANCE)
      return Promise.resolve(isFirstUse)
    },
  }
}

export interface SharedConsumedTokens extends ConsumedTokens {
  close(): void
}

/** Milliseconds until a silent Redis counts as down. */
const PATIENCE_MS = 1_000

/**
 * Remembers used tokens in Redis, for every instance of the API. `consume` rejects, within about a second,
 * while Redis cannot be reached; it is reached again without a restart.
 *
 * @param url such as `redis://localhost:6379`
 * @param onFailure hears why Redis cannot be reached
 */
export function consumedInRedis(
  url: string,
  onFailure: (reason: string) => void,
): SharedConsumedTokens {
  const client = createClient({
    url,
    // Without it a command waits in memory for Redis to come back, and its request with it.
    disableOfflineQueue: true,
    socket: {
      connectTimeout: PATIENCE_MS,
      reconnectStrategy: (attempts) => Math.min(50 * 2 ** attempts, PATIENCE_MS),
    },
  })
  client.on('error', (error: Error) => onFailure(error.message))
  client.connect().catch(() => undefined)

  return {
    consume: async (token, expires) => {
      const seconds = Math.max(1, Math.ceil(expires + CLOCK_TOLERANCE - Date.now() / 1000))
      const set = client.set(keyOf(token), '1', {
        condition: 'NX',
        expiration: { type: 'EX', value: seconds },
      })
      return (await withPatience(set)) === 'OK'
    },
    close: () => client.destroy(),
  }
}

/** Each part is encoded, so that no issuer can name a token of another. */
function keyOf({ issuer, audience, jti }: ConsumedToken): string {
  return ['consumed-token', ...[issuer, audience, jti].map(encodeURIComponent)].join(':')
}

function withPatience<T>(answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('Redis does not answer')), PATIENCE_MS)
    void answer.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
