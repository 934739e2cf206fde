import type { Tenant } from './tenant.ts'

/** What comes of a code or a password; `too-many` is not even looked at. */
export type Verdict = 'accepted' | 'wrong' | 'too-many'

/** Counts the failures of each user or name, so that guessing comes to an end. */
export interface FailureLimit {
  isReached(key: string): boolean
  add(key: string): void
  clear(key: string): void
}

export interface FailureLimitOptions {
  readonly max: number
  /** counted from the last failure */
  readonly forgetAfterMs: number
}

/** @returns a limit of its own for each tenant, kept as long as the tenant runs */
export function failureLimit(options: FailureLimitOptions): (tenant: Tenant) => FailureLimit {
  const limits = new WeakMap<Tenant['oidc'], FailureLimit>()
  return ({ oidc, now }) => {
    const limit = limits.get(oidc) ?? newFailureLimit(options, now)
    limits.set(oidc, limit)
    return limit
  }
}

/** Keys come from requests: the oldest are forgotten before they fill the memory. */
const MAX_KEYS = 10_000

function newFailureLimit(
  { max, forgetAfterMs }: FailureLimitOptions,
  now: () => number,
): FailureLimit {
  const failures = new Map<string, { readonly count: number; readonly lastMs: number }>()

  function countOf(key: string): number {
    const known = failures.get(key)
    return known === undefined || now() - known.lastMs >= forgetAfterMs ? 0 : known.count
  }

  return {
    isReached: (key) => countOf(key) >= max,
    add: (key) => {
      const count = countOf(key) + 1
      failures.delete(key)
      failures.set(key, { count, lastMs: now() })
      const [oldest] = failures.keys()
      if (failures.size > MAX_KEYS && oldest !== undefined) failures.delete(oldest)
    },
    clear: (key) => void failures.delete(key),
  }
}
