import { createClient } from 'redis'
import { withPatience } from './patience.ts'
import { urlOf } from './shape.ts'
import {
  CLOCK_TOLERANCE,
  KEPT_AFTER_EXPIRY,
  keyOf,
  type Use,
  type UsedTokens,
} from './used-tokens.ts'

export interface SharedUsedTokens extends UsedTokens {
  close(): void
}

/** Milliseconds until a silent Redis counts as down */
const PATIENCE_MS = 1_000

/** In braces, so that every key is kept where the first one is. */
const BEGAN = '{step-up}:began'

/**
 * One process of Redis remembers as long as it runs, evicts nothing and nobody empties it. Anything else
 * begins a new memory: a restart, even from a snapshot, a failover, even to a replica that lags, an eviction
 * and a flush. It begins at the later of two clocks, that of Redis and ours: by one that is behind, used tokens
 * would seem to be newer than the memory.
 */
const USE = `
local info = redis.call('INFO', 'server') .. redis.call('INFO', 'stats')
local memory = info:match('run_id:(%x+)') .. ' ' .. info:match('evicted_keys:(%d+)')
local began = redis.call('HMGET', KEYS[1], 'memory', 'ms')
if began[1] ~= memory or not began[2] then
  local time = redis.call('TIME')
  local ms = math.max(time[1] * 1000 + math.ceil(time[2] / 1000), tonumber(ARGV[1]))
  began = { memory, string.format('%.0f', ms) }
  redis.call('HSET', KEYS[1], 'memory', began[1], 'ms', began[2])
end
if tonumber(ARGV[2]) <= tonumber(began[2]) then return 'not-remembered' end
if redis.call('SET', KEYS[2], '1', 'NX', 'EX', ARGV[3]) then return 'first-use' end
return 'used-before'
`

/**
 * Remembers in Redis, for every instance of the API. `use` rejects, within about a second, while Redis cannot
 * be reached; it is reached again without a restart.
 *
 * @param url such as `rediss://user:password@redis.fabrikam.example:6379`
 * @param onFailure hears why Redis cannot be reached or does not do what it is told
 */
export function usedInRedis(url: string, onFailure: (reason: string) => void): SharedUsedTokens {
  if (!urlOf('redis', 'rediss').fits(url) || typeof onFailure !== 'function') {
    throw new TypeError('usedInRedis takes a URL of redis and a function that hears of failures')
  }
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
    use: async (token) => {
      const now = Date.now()
      const seconds = Math.ceil(token.expires + KEPT_AFTER_EXPIRY - now / 1000)
      const answer = client.eval(USE, {
        keys: [BEGAN, `{step-up}:used:${keyOf(token)}`],
        arguments: [now, (token.issued - CLOCK_TOLERANCE) * 1000, Math.max(1, seconds)].map(String),
      })
      try {
        return (await withPatience(answer, 'Redis', PATIENCE_MS)) as Use
      } catch (error) {
        onFailure((error as Error).message)
        throw error
      }
    },
    close: () => client.destroy(),
  }
}
