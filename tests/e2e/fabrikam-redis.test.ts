import {
  consumedInRedis,
  type SharedConsumedTokens,
} from '../../sandbox/fabrikam/consumed-tokens.ts'
import { serveApi, type BankingApi } from '../support/banking-api.ts'
import { BANKING } from '../support/event.ts'
import { startIssuer, type Issuer } from '../support/issuer.ts'
import { freePort } from '../support/free-port.ts'
import { startRedis, type Redis } from '../support/redis.ts'

let issuer: Issuer
let redis: Redis
const stores: SharedConsumedTokens[] = []
const apis: BankingApi[] = []

/** Another instance of the API, with a connection of its own. */
async function instance(url: string): Promise<BankingApi> {
  const consumed = consumedInRedis(url, () => undefined)
  const api = await serveApi({
    issuerBaseUrl: issuer.issuer,
    audience: BANKING,
    requirements: { version: 1, audiences: { [BANKING]: { 'transfer:funds': {} } } },
    consumed,
  })
  stores.push(consumed)
  apis.push(api)
  return api
}

/** Transfers with a token of its own each time until one is done, for at most ten seconds. */
async function untilItWorks(api: BankingApi): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const { status } = await api.transfer(await issuer.token())
    if (status !== 503) return status
    await new Promise((resolve) => setTimeout(resolve, 100))
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

const UNAVAILABLE = { status: 503, body: { error: 'temporarily_unavailable' } }
const USED = { status: 401, body: { error: 'invalid_token' } }

test('a token is used once, whichever instances it reaches at the same time', async () => {
  const [one, two] = await Promise.all([instance(redis.url), instance(redis.url)])
  expect([await untilItWorks(one), await untilItWorks(two)]).toEqual([201, 201])
  const token = await issuer.token()
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? one : two).transfer(token)),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(19).fill(401)])
  expect([await one.transfer(token), await two.transfer(token)]).toMatchObject([USED, USED])
})

test('the same jti of another issuer or audience is another token', async () => {
  const consumed = consumedInRedis(redis.url, () => undefined)
  stores.push(consumed)
  await untilItWorks(await instance(redis.url))
  const expires = Date.now() / 1000 + 60
  const tokens = [
    { issuer: 'https://a/', audience: 'b', jti: 'c' },
    { issuer: 'https://a/', audience: 'b', jti: 'c' },
    { issuer: 'https://a/', audience: 'b:c', jti: '' },
    { issuer: 'https://z/', audience: 'b', jti: 'c' },
  ]
  const first: boolean[] = []
  for (const token of tokens) first.push(await consumed.consume(token, expires))
  expect(first).toEqual([true, false, true, true])
})

test('nothing is accepted while Redis is down, and it is found again when it is back', async () => {
  const port = await freePort()
  const api = await instance(`redis://127.0.0.1:${port}`)
  expect(await api.transfer(await issuer.token())).toEqual(UNAVAILABLE)
  expect(await api.accounts(await issuer.token({ scope: 'read:accounts' }))).toMatchObject({
    status: 200,
  })

  const late = await startRedis(port)
  expect(await untilItWorks(api)).toEqual(201)
  await late.stop()
  expect(await api.transfer(await issuer.token())).toEqual(UNAVAILABLE)

  const again = await startRedis(port)
  expect(await untilItWorks(api)).toEqual(201)
  await again.stop()
})

describe('while Redis is silent', () => {
  test('a request is refused in about a second, and its token stays refused', async () => {
    const api = await instance(redis.url)
    expect(await untilItWorks(api)).toEqual(201)
    const token = await issuer.token()
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
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    redis.resume()
    expect(during).toEqual(UNAVAILABLE)
    expect(await untilItWorks(api)).toEqual(201)
    expect(await api.transfer(token)).toMatchObject({
      status: 401,
      body: { error: 'invalid_token', error_description: '"exp" claim timestamp check failed' },
    })
  })
})
