import { now } from '../instance.ts'
import type { ApiContext, ApiPart } from './context.ts'

const MAX_ENTRIES = 20
const MAX_KEY_BYTES = 64
const MAX_VALUE_BYTES = 4_096
const MAX_TOTAL_BYTES = 8_192
const DEFAULT_LIFETIME_MS = 15 * 60 * 1_000
const MAX_LIFETIME_MS = 24 * 60 * 60 * 1_000

/**
 * `api.cache`, one for all Actions of a trigger; writing answers with a result and never throws.
 *
 * @see https://auth0.com/docs/customize/actions/limitations
 */
export function cacheApi({ flow: { cache: records } }: ApiContext): ApiPart {
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
      const others = [...records].filter(
        ([other, { expires_at }]) => other !== name && expires_at > now(),
      )
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

/** Documented: of both the earlier counts, and without either a quarter of an hour. */
function expiry(
  options: { ttl?: unknown; expires_at?: unknown } | null | undefined,
  nowMs: number,
): number {
  const wanted = [
    ...(typeof options?.ttl === 'number' ? [nowMs + options.ttl] : []),
    ...(typeof options?.expires_at === 'number' ? [options.expires_at] : []),
  ]
  if (wanted.length === 0) return nowMs + DEFAULT_LIFETIME_MS
  return Math.min(nowMs + MAX_LIFETIME_MS, ...wanted)
}

function refuse(code: string): object {
  return { type: 'error', code }
}

function bytes(text: string): number {
  return Buffer.byteLength(text)
}
