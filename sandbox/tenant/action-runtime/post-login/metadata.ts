import { CHAIN, type ApiContext, type ApiPart } from './context.ts'

const MAX_TRANSACTION_KEY = 64
const MAX_TRANSACTION_VALUE_BYTES = 8_192
const MAX_TRANSACTION_TOTAL_BYTES = 16_384
const MAX_METADATA_KEYS = 25
const MAX_METADATA_CHARACTERS = 255

/** `api.transaction`: at once visible in `event.transaction.metadata`, and to the Actions that follow. */
export function transactionApi({ flow, event, fail }: ApiContext): ApiPart {
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

/** `api.session`; metadata needs a session. */
export function sessionApi({ event, fail }: ApiContext): ApiPart {
  const metadata = metadataCommands(fail)
  const withSession =
    (command: (...args: never[]) => unknown) =>
    (...args: never[]): unknown => {
      const session = event['session'] as { id?: unknown } | undefined
      if (session?.id === undefined) fail('There is no session.')
      return command(...args)
    }
  return {
    revoke: accept,
    setExpiresAt: accept,
    setIdleExpiresAt: accept,
    setCookieMode: (mode: unknown) => {
      if (mode !== 'persistent' && mode !== 'non-persistent') fail('Unknown cookie mode.')
      return CHAIN
    },
    setMetadata: withSession(metadata['setMetadata'] ?? accept),
    deleteMetadata: withSession(accept),
    evictMetadata: withSession(accept),
  }
}

/** `api.refreshToken`; metadata can be set before there is a token. */
export function refreshTokenApi({ fail }: ApiContext): ApiPart {
  return {
    revoke: accept,
    setExpiresAt: accept,
    setIdleExpiresAt: accept,
    ...metadataCommands(fail),
  }
}

function metadataCommands(fail: ApiContext['fail']): ApiPart {
  const keys = new Set<string>()
  return {
    setMetadata: (key: unknown, value: unknown) => {
      if (typeof key !== 'string' || key.length > MAX_METADATA_CHARACTERS) {
        return fail('The metadata key must be a string of at most 255 characters.')
      }
      if (value !== null && (typeof value !== 'string' || value.length > MAX_METADATA_CHARACTERS)) {
        fail('The metadata value must be a string of at most 255 characters.')
      }
      keys.add(key)
      if (keys.size > MAX_METADATA_KEYS) fail('There can be at most 25 metadata keys.')
      return CHAIN
    },
    deleteMetadata: accept,
    evictMetadata: accept,
  }
}

function accept(): typeof CHAIN {
  return CHAIN
}
