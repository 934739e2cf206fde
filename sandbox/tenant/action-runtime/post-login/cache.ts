import type { ApiContext, ApiPart } from './context.ts'

const MAX_ENTRIES = 20
const MAX_KEY_BYTES = 64
const MAX_VALUE_BYTES = 4_096
const MAX_TOTAL_BYTES = 8_192
const MAX_LIFETIME_MS = 24 * 60 * 60 * 1_000

/**
 * `api.cache`; writing answers with a result and never throws. Each instance has a cache of its own: best
 * effort, as Auth0 says of its own.
 */
export function cacheApi({ cache: records, now }: ApiContext): ApiPart {
  return {
    get: (key: unknown) => {
      const record = records.get(String(key))
      return record === undefined || record.expires_at <= now() ? undefined : { ...record }
    },
    set: (
      key: unknown,
      value: unknown,
      options?: { ttl?: unknown; expires_at?: unknown } | null,
    ) => {
      const name = String(key)
      if (typeof value !== 'string' || bytes(name) > MAX_KEY_BYTES)
        return refuse('ItemSizeExceeded')
      if (bytes(value) > MAX_VALUE_BYTES) return refuse('ItemSizeExceeded')
      const others = [...records].filter(([other]) => other !== name)
      if (others.length >= MAX_ENTRIES) return refuse('CacheSizeExceeded')
      const used = others.reduce((sum, [other, { value }]) => sum + bytes(other) + bytes(value), 0)
      if (used + bytes(name) + bytes(value) > MAX_TOTAL_BYTES) return refuse('CacheSizeExceeded')
      const record = { value, expires_at: expiry(options, now()) }
      records.set(name, record)
      return { type: 'success', record: { ...record } }
    },
    delete: (key: unknown) => {
      records.delete(String(key))
      return { type: 'success' }
    },
  }
}

function expiry(
  options: { ttl?: unknown; expires_at?: unknown } | null | undefined,
  nowMs: number,
): number {
  const latest = nowMs + MAX_LIFETIME_MS
  const wanted = [
    typeof options?.ttl === 'number' ? nowMs + options.ttl : latest,
    typeof options?.expires_at === 'number' ? options.expires_at : latest,
  ]
  return Math.min(latest, ...wanted)
}

function refuse(code: string): object {
  return { type: 'error', code }
}

function bytes(text: string): number {
  return Buffer.byteLength(text)
}
