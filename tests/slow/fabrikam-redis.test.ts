import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from 'redis'
import { usedInRedis, type SharedUsedTokens } from '../../express/used-in-redis.ts'
import type { Use } from '../../express/used-tokens.ts'
import { serveApi, type BankingApi } from '../support/banking-api.ts'
import { BANKING } from '../support/event.ts'
import { startIssuer, type Issuer } from '../support/issuer.ts'
import { freePort } from '../support/free-port.ts'
import { startRedis, type Redis } from '../support/redis.ts'

let issuer: Issuer
let redis: Redis
const stores: SharedUsedTokens[] = []
const apis: BankingApi[] = []

/** Another instance of the API, with a connection of its own. */
async function instance(url: string): Promise<BankingApi> {
  const used = usedInRedis(url, () => undefined)
  const api = await serveApi({
    issuerBaseUrl: issuer.issuer,
    audience: BANKING,
    requirements: { version: 1, audiences: { [BANKING]: { 'transfer:funds': {} } } },
    used,
  })
  stores.push(used)
  apis.push(api)
  return api
}

/** A token of an issuer whose clock is ahead, as far as is allowed: a new memory soon takes it. */
const newToken = (): Promise<string> => issuer.token({ iat: Math.floor(Date.now() / 1000) + 5 })

/** Transfers with a token of its own each time until one is done, for at most ten seconds. */
async function untilItWorks(api: BankingApi): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const answer = await api.transfer(await newToken())
    if (answer.status === 201) return answer.status
    expect([UNAVAILABLE, FORGOTTEN]).toContainEqual({ status: answer.status, body: answer.body })
    await sleep(100)
  }
  return 503
}

beforeAll(async () => {
  issuer = await startIssuer()
  redis = await startRedis()
})
afterAll(async () => {
  for (const store of stores) store.close()
  await Promise.all([...apis.map((api) => api.stop()), issuer.stop(), redis.stop()])
})

const UNAVAILABLE = {
  status: 503,
  body: {
    error: 'temporarily_unavailable',
    error_description: 'It cannot be known whether the token was used before',
  },
}
const invalidToken = (error_description: string) => ({
  status: 401,
  body: { error: 'invalid_token', error_description },
})
const USED = invalidToken('The token was used before')
const FORGOTTEN = invalidToken('The token may have been used before: get a new one')

test('a token is used once, whichever instances it reaches at the same time', async () => {
  const [one, two] = await Promise.all([instance(redis.url), instance(redis.url)])
  expect([await untilItWorks(one), await untilItWorks(two)]).toEqual([201, 201])
  const token = await newToken()
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? one : two).transfer(token)),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(19).fill(401)])
  expect([await one.transfer(token), await two.transfer(token)]).toMatchObject([USED, USED])
})

test('the same jti of another issuer or audience is another token', async () => {
  const used = usedInRedis(redis.url, () => undefined)
  stores.push(used)
  await untilItWorks(await instance(redis.url))
  const now = Date.now() / 1000
  const times = { issued: now + 5, expires: now + 60 }
  const tokens = [
    { issuer: 'https://a/', audience: 'b', jti: 'c' },
    { issuer: 'https://a/', audience: 'b', jti: 'c' },
    { issuer: 'https://a/', audience: 'b:c', jti: '' },
    { issuer: 'https://z/', audience: 'b', jti: 'c' },
  ]
  const uses: Use[] = []
  for (const token of tokens) uses.push(await used.use({ ...token, ...times }))
  expect(uses).toEqual(['first-use', 'used-before', 'first-use', 'first-use'])
})

test('nothing is accepted while Redis is down, and it is found again when it is back', async () => {
  const port = await freePort()
  const api = await instance(`redis://127.0.0.1:${port}`)
  expect(await api.transfer(await newToken())).toEqual(UNAVAILABLE)
  expect(await api.accounts(await issuer.token({ scope: 'read:accounts' }))).toMatchObject({
    status: 200,
  })

  const late = await startRedis(port)
  expect(await untilItWorks(api)).toEqual(201)
  await late.stop()
  expect(await api.transfer(await newToken())).toEqual(UNAVAILABLE)

  const again = await startRedis(port)
  expect(await untilItWorks(api)).toEqual(201)
  await again.stop()
})

describe('a token that was used stays used', () => {
  /** What a memory knows of a token that it was told of, once something has happened to it. */
  async function afterwards(
    happens: (server: Redis, port: number, folder: string) => Promise<Redis>,
    flags: readonly string[] = [],
  ): Promise<object> {
    const folder = mkdtempSync(join(tmpdir(), 'redis-'))
    const port = await freePort()
    const first = await startRedis(port, ['--dir', folder, ...flags])
    const api = await instance(first.url)
    expect(await untilItWorks(api)).toEqual(201)
    const token = await newToken()
    expect(await api.transfer(token)).toMatchObject({ status: 201 })
    expect(await api.transfer(token)).toMatchObject(USED)
    const second = await happens(first, port, folder)
    let answer = await api.transfer(token)
    for (let attempt = 0; attempt < 100 && answer.status === 503; attempt += 1) {
      await sleep(100)
      answer = await api.transfer(token)
    }
    // Others are taken again, and the token still is not.
    expect(await untilItWorks(api)).toEqual(201)
    const later = await api.transfer(token)
    await second.stop()
    rmSync(folder, { recursive: true })
    return [answer, later].map(({ status, body }) => ({ status, body }))
  }

  const command = async (url: string, ...words: string[]): Promise<unknown> => {
    const client = await createClient({ url }).connect()
    try {
      return await client.sendCommand(words)
    } finally {
      client.destroy()
    }
  }

  test('when Redis comes back without its data', async () => {
    const restart = async (server: Redis, port: number): Promise<Redis> => {
      await server.stop()
      return startRedis(port)
    }
    expect(await afterwards(restart)).toEqual([FORGOTTEN, FORGOTTEN])
  })

  test('when Redis comes back with data from before', async () => {
    const restore = async (server: Redis, port: number, folder: string): Promise<Redis> => {
      await command(
        server.url,
        'DEL',
        ...((await command(server.url, 'KEYS', '*used*')) as string[]),
      )
      await command(server.url, 'SAVE')
      await server.stop()
      return startRedis(port, ['--dir', folder])
    }
    expect(await afterwards(restore)).toEqual([FORGOTTEN, FORGOTTEN])
  })

  test('when a replica takes over that had not heard of it', async () => {
    const failOver = async (server: Redis, port: number): Promise<Redis> => {
      const other = await freePort()
      const replica = await startRedis(other, ['--replicaof', '127.0.0.1', String(port)])
      const isInStep = async () =>
        String(await command(replica.url, 'INFO', 'replication')).includes('link_status:up')
      for (let attempt = 0; attempt < 100 && !(await isInStep()); attempt += 1) await sleep(50)
      await command(replica.url, 'REPLICAOF', 'NO', 'ONE')
      await command(
        replica.url,
        'DEL',
        ...((await command(replica.url, 'KEYS', '*used*')) as string[]),
      )
      await server.stop()
      await command(replica.url, 'CONFIG', 'SET', 'port', String(port))
      return replica
    }
    expect(await afterwards(failOver)).toEqual([FORGOTTEN, FORGOTTEN])
  })

  test('when Redis is emptied', async () => {
    const empty = async (server: Redis): Promise<Redis> => {
      await command(server.url, 'FLUSHALL')
      return server
    }
    expect(await afterwards(empty)).toEqual([FORGOTTEN, FORGOTTEN])
  })

  test('when Redis runs out of memory and drops it for another key', async () => {
    const evict = async (server: Redis): Promise<Redis> => {
      await command(server.url, 'CONFIG', 'SET', 'maxmemory-policy', 'volatile-ttl')
      await command(server.url, 'CONFIG', 'SET', 'maxmemory', '1')
      await command(server.url, 'SET', 'more', 'data').catch(() => undefined)
      await command(server.url, 'CONFIG', 'SET', 'maxmemory', '0')
      return server
    }
    expect(await afterwards(evict)).toEqual([FORGOTTEN, FORGOTTEN])
  })
})

test('a Redis that may not do what it is told is heard of', async () => {
  const words = ['--user', 'default', 'on', 'nopass', '~*', '+@all', '-info']
  const server = await startRedis(undefined, words)
  const reasons: string[] = []
  const used = usedInRedis(server.url, (reason) => reasons.push(reason))
  stores.push(used)
  const now = Date.now() / 1000
  const token = { issuer: 'a', audience: 'b', jti: 'c', issued: now + 5, expires: now + 60 }
  const isHeard = (): boolean => reasons.some((reason) => /can't run this command/.test(reason))
  for (let attempt = 0; attempt < 50 && !isHeard(); attempt += 1) {
    await expect(used.use(token)).rejects.toThrow()
    await sleep(100)
  }
  await server.stop()
  expect(reasons).toContainEqual(expect.stringMatching(/can't run this command/))
})

describe('while Redis is silent', () => {
  test('a request is refused in about a second, and its token stays refused', async () => {
    const api = await instance(redis.url)
    expect(await untilItWorks(api)).toEqual(201)
    const token = await newToken()
    redis.pause()
    const began = Date.now()
    const answer = await api.transfer(token)
    const seconds = (Date.now() - began) / 1000
    redis.resume()
    expect(answer).toEqual(UNAVAILABLE)
    expect(seconds).toBeLessThan(3)
    expect(await untilItWorks(api)).toEqual(201)
    expect(await api.transfer(token)).toMatchObject(USED)
  })

  test('a token that expires meanwhile is refused afterwards', async () => {
    const api = await instance(redis.url)
    expect(await untilItWorks(api)).toEqual(201)
    // The API allows clocks to differ by five seconds.
    const exp = Math.floor(Date.now() / 1000) - 3
    const token = await issuer.token({ iat: exp - 600, exp })
    redis.pause()
    const during = await api.transfer(token)
    await sleep(3_000)
    redis.resume()
    expect(during).toEqual(UNAVAILABLE)
    expect(await untilItWorks(api)).toEqual(201)
    expect(await api.transfer(token)).toMatchObject({
      status: 401,
      body: { error: 'invalid_token', error_description: '"exp" claim timestamp check failed' },
    })
  })
})
