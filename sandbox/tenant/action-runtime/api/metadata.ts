import type { LifeChanges } from '../messages.ts'
import { CHAIN, fail, type ApiContext, type ApiPart } from './context.ts'

const MAX_TRANSACTION_KEY = 64
const MAX_TRANSACTION_VALUE_BYTES = 8_192
const MAX_TRANSACTION_TOTAL_BYTES = 16_384
const MAX_METADATA_KEYS = 25
const MAX_METADATA_CHARACTERS = 255

/** `api.transaction`: at once visible in `event.transaction.metadata`, and to the Actions that follow. */
export function transactionApi({ flow, event }: ApiContext): ApiPart {
  return {
    setMetadata: (key: unknown, value: unknown) => {
      if (typeof key !== 'string' || key === '' || key.length > MAX_TRANSACTION_KEY) {
        return fail('The metadata key must be a string of 1 to 64 characters.')
      }
      if (value === null) flow.transactionMetadata.delete(key)
      else {
        if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
          return fail('The metadata value must be a string, a number or a boolean.')
        }
        if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
          fail('The metadata value must be a safe integer.')
        }
        if (Buffer.byteLength(String(value)) > MAX_TRANSACTION_VALUE_BYTES) {
          fail('The metadata value must not be larger than 8 kB.')
        }
        const after = { ...Object.fromEntries(flow.transactionMetadata), [key]: value }
        if (Buffer.byteLength(JSON.stringify(after)) > MAX_TRANSACTION_TOTAL_BYTES) {
          fail('The metadata must not be larger than 16 kB in all.')
        }
        flow.transactionMetadata.set(key, value)
      }
      const transaction = event['transaction'] as Record<string, unknown> | undefined
      if (transaction !== undefined) {
        transaction['metadata'] = Object.fromEntries(flow.transactionMetadata)
      }
      return CHAIN
    },
  }
}

/** `api.session`: every command needs a session. */
export function sessionApi({ flow, event }: ApiContext): ApiPart {
  const commands: ApiPart = {
    ...lifeCommands(flow.session),
    ...metadataCommands(flow.session, event['session']),
    revoke: (reason: unknown, options?: { preserveRefreshTokens?: unknown } | null) => {
      const preserveRefreshTokens = options?.preserveRefreshTokens === true
      flow.session.revocation = { reason: String(reason), preserveRefreshTokens }
      flow.denial = { reason: String(reason) }
      return CHAIN
    },
    setCookieMode: (mode: unknown) => {
      if (mode !== 'persistent' && mode !== 'non-persistent') return fail('Unknown cookie mode.')
      flow.session.cookieMode = mode
      return CHAIN
    },
  }
  const { id } = (event['session'] ?? {}) as { id?: unknown }
  if (id !== undefined) return commands
  return Object.fromEntries(
    Object.keys(commands).map((name) => [name, () => fail('There is no session.')]),
  )
}

/** `api.refreshToken`; metadata can be set before there is a token. */
export function refreshTokenApi({ flow, event }: ApiContext): ApiPart {
  return {
    ...lifeCommands(flow.refreshToken),
    ...metadataCommands(flow.refreshToken, event['refresh_token']),
    revoke: (reason: unknown) => {
      const { protocol } = (event['transaction'] ?? {}) as { protocol?: unknown }
      if (protocol !== 'oauth2-refresh-token') {
        return fail('A refresh token can be revoked only while it is exchanged.')
      }
      flow.refreshToken.revocation = { reason: String(reason), preserveRefreshTokens: false }
      flow.denial = { reason: String(reason) }
      return CHAIN
    },
  }
}

/** Documented: of several times the earliest counts. */
function lifeCommands(changes: LifeChanges): ApiPart {
  const setter = (name: 'expiresAtMs' | 'idleExpiresAtMs') => (ms: unknown) => {
    if (typeof ms !== 'number' || !Number.isFinite(ms)) {
      return fail('The expiration must be a number of milliseconds since the epoch.')
    }
    changes[name] = Math.min(changes[name] ?? Infinity, ms)
    return CHAIN
  }
  return { setExpiresAt: setter('expiresAtMs'), setIdleExpiresAt: setter('idleExpiresAtMs') }
}

/** @param entity what the event tells of the session or the refresh token */
function metadataCommands(changes: LifeChanges, entity: unknown): ApiPart {
  const { metadata: before = {} } = (entity ?? {}) as {
    metadata?: Readonly<Record<string, string>>
  }
  const change = (key: unknown, value: string | null): typeof CHAIN => {
    const others = Object.entries(changes.metadata ?? before).filter(([name]) => name !== key)
    const after = value === null ? others : [...others, [key, value] as [string, string]]
    if (after.length > MAX_METADATA_KEYS) fail('There can be at most 25 metadata keys.')
    changes.metadata = Object.fromEntries(after)
    return CHAIN
  }
  return {
    setMetadata: (key: unknown, value: unknown) => {
      if (typeof key !== 'string' || key.length > MAX_METADATA_CHARACTERS) {
        return fail('The metadata key must be a string of at most 255 characters.')
      }
      if (value !== null && (typeof value !== 'string' || value.length > MAX_METADATA_CHARACTERS)) {
        return fail('The metadata value must be a string of at most 255 characters.')
      }
      return change(key, value)
    },
    deleteMetadata: (key: unknown) => change(key, null),
    evictMetadata: () => {
      changes.metadata = {}
      return CHAIN
    },
  }
}
