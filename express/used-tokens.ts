import { isText } from './shape.ts'

/** Remembers which high-value tokens were used. */
export interface UsedTokens {
  /**
   * Uses a token up, in one atomic step.
   *
   * @throws when it cannot be known whether it was used before
   */
  use(token: IssuedToken): Promise<Use>
}

/** `not-remembered`: it may have been used before the memory began. */
export type Use = 'first-use' | 'used-before' | 'not-remembered'

/** A token as its claims name it. */
export interface IssuedToken {
  readonly issuer: string
  readonly audience: string
  readonly jti: string
  /** Epoch seconds */
  readonly issued: number
  /** Epoch seconds */
  readonly expires: number
}

/** Seconds by which the clocks of issuer, API and store may differ. */
export const CLOCK_TOLERANCE = 5

/** Seconds after its expiry for which a token is remembered: a verifier with another clock may still accept it. */
export const KEPT_AFTER_EXPIRY = 60

/**
 * Whether a token is too new to have been used before the memory began. A token may be accepted shortly before
 * the time at which it says that it was issued, as clocks differ, so those of the first seconds are not.
 *
 * @param beganMs epoch milliseconds
 */
export function isRemembered({ issued }: IssuedToken, beganMs: number): boolean {
  return issued * 1000 > beganMs + CLOCK_TOLERANCE * 1000
}

/** Names a token. Written as JSON, no issuer can name a token of another. */
export function keyOf({ issuer, audience, jti }: IssuedToken): string {
  return JSON.stringify([issuer, audience, jti])
}

/** Whether a store can remember it: printable ASCII, as every `jti` of Auth0 is, and of some length. */
export function isStorable(jti: unknown): jti is string {
  return isText(jti) && /^[\x20-\x7e]{1,256}$/.test(jti)
}

/**
 * Remembers in this process: enough where only one instance of the API runs. A restart forgets, so that tokens
 * from before it are refused.
 */
export function usedInMemory(nowMs: () => number = Date.now): UsedTokens {
  const beganMs = nowMs()
  /** By the minute after which nobody accepts them, so that a whole minute is forgotten at once. */
  const minutes = new Map<number, Set<string>>()
  let forgotten = -Infinity

  const forgetExpired = (now: number): void => {
    if (now - 1 <= forgotten) return
    forgotten = now - 1
    for (const minute of minutes.keys()) if (minute <= forgotten) minutes.delete(minute)
  }

  return {
    // Nothing is awaited between the look and the write, so two requests never both come first.
    use: (token) => {
      forgetExpired(Math.floor(nowMs() / 60_000))
      const minute = Math.floor((token.expires + KEPT_AFTER_EXPIRY) / 60)
      // A clock that was set back brings a forgotten minute back, but not its tokens.
      if (!isRemembered(token, beganMs) || minute <= forgotten) {
        return Promise.resolve('not-remembered')
      }
      const used = minutes.get(minute) ?? new Set()
      minutes.set(minute, used)
      const key = keyOf(token)
      if (used.has(key)) return Promise.resolve('used-before')
      used.add(key)
      return Promise.resolve('first-use')
    },
  }
}
