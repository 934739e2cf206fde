import { setTimeout as sleep } from 'node:timers/promises'
import { isLostAnswer, statusOf } from './tenant-error.ts'

/** Builds may take this long (limit of the Terraform provider, which has most users). */
const BUILD_LIMIT_MS = 300_000
const LONGEST_PAUSE_MS = 5_000
const ATTEMPTS = 4

/** For a request that must not be repeated blindly: the SDK would repeat a POST whose answer was lost. */
export const ONCE = { maxRetries: 0 }

/**
 * Sends a request that must not be carried out twice. When its answer is lost, looks first whether it
 * was carried out; when it was refused for its rate, waits.
 */
export async function sendOnce<Sent, Found>(
  send: () => Promise<Sent>,
  look: () => Promise<Found | undefined>,
): Promise<Sent | Found> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send()
    } catch (error) {
      const isRepeatable = isLostAnswer(error) || statusOf(error) === 429
      if (!isRepeatable || attempt === ATTEMPTS) throw error
      await sleep(1_000 * attempt)
      const found = isLostAnswer(error) ? await look() : undefined
      if (found !== undefined) return found
    }
  }
}

/** Asks again and again, ever more slowly. @returns `undefined` after {@link BUILD_LIMIT_MS} */
export async function poll<T>(ask: () => Promise<T | undefined>): Promise<T | undefined> {
  const end = Date.now() + BUILD_LIMIT_MS
  for (let pauseMs = 100; Date.now() < end; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await sleep(pauseMs)
  }
  return undefined
}
