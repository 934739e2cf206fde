const REQUESTS_PER_SECOND = 50

/**
 * The `x-ratelimit-*` headers of a Management API answer. The count is kept and shown but never enforced;
 * a refusal is a fault that one asks for.
 */
export function newRateLimit(now: () => number): () => Record<string, string> {
  let second = 0
  let used = 0
  return () => {
    const current = Math.floor(now() / 1_000)
    if (current !== second) {
      second = current
      used = 0
    }
    used += 1
    return rateLimitHeaders(Math.max(REQUESTS_PER_SECOND - used, 1), current)
  }
}

/** @param nowSeconds seconds since the epoch */
export function rateLimitHeaders(remaining: number, nowSeconds: number): Record<string, string> {
  return {
    'x-ratelimit-limit': String(REQUESTS_PER_SECOND),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(nowSeconds + 1),
  }
}
