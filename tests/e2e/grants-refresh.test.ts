// The refresh token grant: what a refresh can reach, what its Actions see, and when a token is spent.
import { decodeJwt } from 'jose'
import {
  MFA_OTP,
  OTHER_API,
  outcome,
  startGrantsWorld,
  type GrantsWorld,
} from '../support/grants-world.ts'
import type { Parameters, TokenAnswer } from '../support/oidc-client.ts'
import { ALICE, API } from '../support/oidc-world.ts'

const ANY_STRING: unknown = expect.any(String)
const ALL = 'openid read:accounts transfer:funds offline_access'
const UNKNOWN = '403 invalid_grant: Unknown or invalid refresh token.'
const MFA_REQUIRED = '403 mfa_required: Multifactor authentication required'
const STATIC = { rotation_type: 'non-rotating', leeway: 0 }
const ROTATING = { rotation_type: 'rotating', leeway: 0 }

let world: GrantsWorld
beforeAll(async () => {
  world = await startGrantsWorld()
})
afterAll(() => world.sandbox.stop())

function refresh(
  refreshToken: string | undefined,
  parameters: Parameters = {},
): Promise<TokenAnswer> {
  return world.client.token({
    grant_type: 'refresh_token',
    refresh_token: refreshToken ?? '',
    ...parameters,
  })
}

/** @returns a refresh token of a login that no Action has touched */
async function loggedIn(parameters: Parameters = {}): Promise<string> {
  await world.bindActions()
  return String((await world.logInOffline(parameters)).refresh_token)
}

describe('a refresh', () => {
  let token: string
  beforeAll(async () => {
    token = await loggedIn()
  })

  // prettier-ignore
  test.each<[name: string, parameters: Parameters, result: string]>([
    ['without a scope',            {},                                         `granted: ${ALL}`],
    ['with fewer scopes',          { scope: 'read:accounts' },                 'granted: read:accounts'],
    ['with more scopes',           { scope: 'read:accounts fly' },             'granted: read:accounts'],
    ['for the same API',           { audience: API, scope: 'transfer:funds' }, 'granted: transfer:funds'],
    ['for another API',            { audience: OTHER_API },                    `403 access_denied: Service not found: ${OTHER_API}`],
    ['with a strange token',       { refresh_token: 'x' },                     UNKNOWN],
    ['without a token',            { refresh_token: '' },                      '403 invalid_request: Missing required parameter: refresh_token'],
    ['with a wrong secret first',  { client_secret: 'x', refresh_token: 'x' }, '401 access_denied: Unauthorized'],
  ])('%s', async (_name, parameters, result) => {
    expect(outcome(await refresh(token, parameters))).toBe(result)
  })

  test('gives tokens of the same user, which say that they came by a refresh and nothing of MFA', async () => {
    const { body } = await refresh(token)
    const access = await world.client.verify(String(body['access_token']), API)
    const id = await world.client.verify(String(body['id_token']), world.clientId)
    expect([access.sub, access['gty'], access['azp']]).toEqual([ALICE, 'refresh_token', 'web-app'])
    expect([id.sub, id['acr'], id['amr']]).toEqual([ALICE, undefined, undefined])
    expect(body).not.toHaveProperty('refresh_token')
  })

  test('is refused to another client', async () => {
    const { body } = await world.request('POST /clients', { name: 'Thief' })
    const { client_id, client_secret } = body as { client_id: string; client_secret: string }
    expect(outcome(await refresh(token, { client_id, client_secret }))).toBe(UNKNOWN)
  })

  test('cannot bring back a scope that was left out', async () => {
    const narrow = await loggedIn({ scope: 'openid read:accounts offline_access' })
    expect(outcome(await refresh(narrow, { scope: 'read:accounts transfer:funds' }))).toBe(
      'granted: read:accounts',
    )
  })

  test('is refused for a user who has been blocked', async () => {
    const path = `PATCH /users/${encodeURIComponent(ALICE)}`
    await world.request(path, { blocked: true })
    const blocked = outcome(await refresh(token))
    await world.request(path, { blocked: false })
    expect(blocked).toBe('403 unauthorized: user is blocked')
  })
})

describe('the Actions of a refresh', () => {
  test('see the request, what the token has, and no requested scopes', async () => {
    const token = await loggedIn()
    await world.bindActions(`api.accessToken.setCustomClaim('https://test.example/event', {
      transaction: event.transaction, resource_server: event.resource_server, session: event.session ?? null,
      refresh_token: event.refresh_token, body: event.request.body, methods: event.authentication.methods })`)
    const { body } = await refresh(token, { scope: 'read:accounts', audience: API })
    const seen = decodeJwt(String(body['access_token']))['https://test.example/event']
    expect(seen).toEqual({
      transaction: { protocol: 'oauth2-refresh-token', metadata: {} },
      resource_server: { identifier: API },
      session: null,
      refresh_token: {
        id: ANY_STRING,
        created_at: ANY_STRING,
        metadata: {},
        resource_servers: [{ audience: API, scopes: ALL }],
      },
      body: {
        grant_type: 'refresh_token',
        client_id: 'web-app',
        scope: 'read:accounts',
        audience: API,
      },
      methods: [],
    })
    expect(JSON.stringify(seen)).not.toContain(token)
  })

  // prettier-ignore
  test.each<[name: string, action: string, result: string]>([
    ['a denial',             `api.access.deny('no')`,                              '403 access_denied: no'],
    ['MFA that is put off',  `api.multifactor.enable('any')`,                      MFA_REQUIRED],
    ['a challenge in place', `api.authentication.challengeWithAny([{ type: 'otp' }])`, MFA_REQUIRED],
    ['a scope removed',      `api.accessToken.removeScope('transfer:funds')`,      'granted: openid read:accounts offline_access'],
  ])('%s: the answer, and the token is as good as before', async (_name, action, result) => {
    await world.setClient({ refresh_token: ROTATING })
    const token = await loggedIn()
    await world.bindActions(action)
    const answer = await refresh(token)
    await world.bindActions()
    const later = await refresh(token)
    await world.setClient({ refresh_token: STATIC })
    expect([outcome(answer), outcome(later)]).toEqual([
      result,
      answer.status === 200 ? UNKNOWN : `granted: ${ALL}`,
    ])
  })

  test('go on after a one-time password, with the request that they have judged', async () => {
    const token = await loggedIn()
    await world.bindActions(
      `api.authentication.challengeWith({ type: 'otp' })`,
      `if (!event.authentication.methods.some(({ name }) => name === 'mfa')) api.access.deny('no proof')
       api.accessToken.setCustomClaim('https://test.example/level', 'high')`,
    )
    const { body } = await refresh(token, { scope: 'openid transfer:funds' })
    const answer = await world.client.token({
      grant_type: MFA_OTP,
      mfa_token: String(body['mfa_token']),
      otp: await world.nextOtp(),
    })
    expect(outcome(answer)).toBe('granted: openid transfer:funds')
    const access = decodeJwt(String(answer.body['access_token']))
    const id = decodeJwt(String(answer.body['id_token']))
    expect([access['gty'], access['https://test.example/level'], id['amr']]).toEqual([
      'refresh_token',
      'high',
      undefined,
    ])
  })

  test('set claims anew, which the next refresh has no more', async () => {
    const token = await loggedIn()
    await world.bindActions(`api.accessToken.setCustomClaim('https://test.example/a', 'b')`)
    const first = decodeJwt(String((await refresh(token)).body['access_token']))
    await world.bindActions()
    const second = decodeJwt(String((await refresh(token)).body['access_token']))
    expect([first['https://test.example/a'], second['https://test.example/a']]).toEqual([
      'b',
      undefined,
    ])
  })
})

describe('a policy for several APIs', () => {
  beforeAll(() =>
    world.setClient({
      refresh_token: {
        ...STATIC,
        policies: [
          { audience: API, scope: ['transfer:funds'] },
          { audience: OTHER_API, scope: ['pay:bills', 'fly'] },
        ],
      },
    }),
  )
  afterAll(() => world.setClient({ refresh_token: STATIC }))

  // prettier-ignore
  test.each<[name: string, parameters: Parameters, result: string]>([
    ['adds to the scopes of the login',         {},                                           'granted: openid read:accounts offline_access transfer:funds'],
    ['gives all for the API of the login',       { audience: API, scope: 'read:accounts' },      'granted: openid read:accounts offline_access transfer:funds'],
    ['reaches another API',                     { audience: OTHER_API, scope: 'pay:bills' },  'granted: pay:bills'],
    ['ignores scopes that it does not have',    { audience: OTHER_API, scope: 'pay:bills read:bills' }, 'granted: pay:bills'],
    ['takes nothing of the first API along',    { audience: OTHER_API },                      'granted: openid pay:bills'],
    ['reaches no API that it does not have',    { audience: 'https://x.example' },            '403 access_denied: Service not found: https://x.example'],
  ])('%s', async (_name, parameters, result) => {
    const token = await loggedIn({ scope: 'openid read:accounts offline_access' })
    expect(outcome(await refresh(token, parameters))).toBe(result)
  })

  test('names the API of the token, and to Actions both', async () => {
    const token = await loggedIn({ scope: 'openid read:accounts offline_access' })
    await world.bindActions(`api.accessToken.setCustomClaim('https://test.example/event', {
      api: event.resource_server, had: event.refresh_token.resource_servers, policies: event.client.refresh_token.policies })`)
    const { body } = await refresh(token, { audience: OTHER_API, scope: 'pay:bills' })
    const claims = await world.client.verify(String(body['access_token']), OTHER_API)
    expect(claims['https://test.example/event']).toEqual({
      api: { identifier: OTHER_API },
      had: [{ audience: API, scopes: 'openid read:accounts offline_access' }],
      policies: [
        { audience: API, scope: ['transfer:funds'] },
        { audience: OTHER_API, scope: ['pay:bills', 'fly'] },
      ],
    })
  })
})

describe('a token that is rotated', () => {
  beforeAll(() => world.setClient({ refresh_token: ROTATING }))
  afterAll(() => world.setClient({ refresh_token: STATIC }))

  test('is replaced, and its second use ends the family', async () => {
    const first = await loggedIn()
    const second = String((await refresh(first)).body['refresh_token'])
    const third = String((await refresh(second)).body['refresh_token'])
    await world.advanceClock(1)
    expect(outcome(await refresh(second))).toBe(UNKNOWN)
    expect(outcome(await refresh(third))).toBe(UNKNOWN)
  })

  test('serves again within its leeway', async () => {
    await world.setClient({ refresh_token: { ...ROTATING, leeway: 10 } })
    const token = await loggedIn()
    await refresh(token)
    await world.advanceClock(5)
    const within = outcome(await refresh(token))
    await world.advanceClock(10)
    const after = outcome(await refresh(token))
    await world.setClient({ refresh_token: ROTATING })
    expect([within, after]).toEqual([`granted: ${ALL}`, UNKNOWN])
  })

  test('serves one of two at the same moment', async () => {
    const token = await loggedIn()
    const answers = await Promise.all([refresh(token), refresh(token)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403])
  })

  test('ends with the lifetime of the first', async () => {
    await world.setClient({
      refresh_token: { ...ROTATING, expiration_type: 'expiring', token_lifetime: 100 },
    })
    const first = await loggedIn()
    await world.advanceClock(60)
    const second = await refresh(first)
    await world.advanceClock(60)
    const late = await refresh(String(second.body['refresh_token']))
    await world.setClient({ refresh_token: ROTATING })
    expect([outcome(second), outcome(late)]).toEqual([`granted: ${ALL}`, UNKNOWN])
  })
})

// prettier-ignore
test.each<[name: string, settings: object, results: string[]]>([
  ['a token that nobody uses ends',            { ...STATIC, idle_token_lifetime: 50 },                                             [`granted: ${ALL}`, `granted: ${ALL}`, UNKNOWN]],
  ['so does one that is rotated',              { ...ROTATING, idle_token_lifetime: 50 },                                           [`granted: ${ALL}`, `granted: ${ALL}`, UNKNOWN]],
  ['not where idleness has no limit',          { ...STATIC, idle_token_lifetime: 50, infinite_idle_token_lifetime: true },          [`granted: ${ALL}`, `granted: ${ALL}`, `granted: ${ALL}`]],
  ['nor has a lifetime that is said to be infinite', { ...STATIC, token_lifetime: 50, infinite_token_lifetime: true },             [`granted: ${ALL}`, `granted: ${ALL}`, `granted: ${ALL}`]],
])('%s', async (_name, settings, results) => {
  await world.setClient({ refresh_token: { ...settings, expiration_type: 'expiring' } })
  let token = await loggedIn()
  const seen: string[] = []
  for (const seconds of [40, 40, 60]) {
    await world.advanceClock(seconds)
    const answer = await refresh(token)
    seen.push(outcome(answer))
    token = (answer.body as { refresh_token?: string }).refresh_token ?? token
  }
  await world.setClient({ refresh_token: STATIC })
  expect(seen).toEqual(results)
})

test('the log tells how each refresh went', async () => {
  const token = await loggedIn()
  const logged = await world.watchLog()
  await refresh(token)
  await refresh('x')
  expect(await logged()).toEqual(['sertft', 'fertft: Unknown or invalid refresh token.'])
})

// The last one, as nobody is left to log in.
test('a token is gone with its user', async () => {
  const token = await loggedIn()
  await world.request(`DELETE /users/${encodeURIComponent(ALICE)}`)
  expect(outcome(await refresh(token))).toBe(UNKNOWN)
})
