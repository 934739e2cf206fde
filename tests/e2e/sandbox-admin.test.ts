// What an administrator of step-up does to a user: sessions, refresh tokens and factors.
import { summaryOf } from '../support/oidc-browser.ts'
import { ALICE, BOB, startWorld, type World } from '../support/oidc-world.ts'

const ANY_STRING: unknown = expect.any(String)
const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.sandbox.stop())

const ask = (method: string, path: string, body?: object) =>
  world.request(`${method} ${path}`, body)
const user = (id: string): string => `/users/${encodeURIComponent(id)}`

describe('a session', () => {
  const sessions = async (): Promise<{ id: string }[]> =>
    (await ask('GET', `${user(ALICE)}/sessions`)).body as { id: string }[]

  test('is shown with what it has proven, and ends when it is deleted', async () => {
    const browser = await world.loggedIn()
    const [session] = await sessions()
    expect(session).toEqual({
      id: ANY_STRING,
      user_id: ALICE,
      created_at: ANY_STRING,
      authenticated_at: ANY_STRING,
      expires_at: null,
      authentication: { methods: [{ name: 'pwd', timestamp: ANY_STRING }] },
      session_metadata: {},
    })
    const silent = world.client.authorizeUrl({ prompt: 'none' })
    expect(summaryOf(await browser.open(silent))).toBe('logged in')
    expect((await ask('DELETE', `/sessions/${session?.id ?? ''}`)).status).toBe(202)
    expect(summaryOf(await browser.open(silent))).toBe('login_required: Login required')
    expect((await ask('GET', `/sessions/${session?.id ?? ''}`)).status).toBe(404)
  })

  test.each([
    ['takes its refresh tokens along when it is revoked', 'POST', '/revoke', 403],
    ['leaves them when it is deleted', 'DELETE', '', 200],
  ])('%s', async (_name, method, path, status) => {
    const browser = await world.loggedIn()
    const url = world.client.authorizeUrl({ scope: 'openid offline_access' })
    const { refresh_token = '' } = await world.client.redeem(await browser.open(url))
    for (const { id } of await sessions()) await ask(method, `/sessions/${id}${path}`)
    const refreshed = await world.client.token({ grant_type: 'refresh_token', refresh_token })
    expect([await sessions(), refreshed.status]).toEqual([[], status])
  })

  test('ends with all the others of the user', async () => {
    const browser = await world.loggedIn()
    await ask('DELETE', `${user(ALICE)}/sessions`)
    const stop = await browser.open(world.client.authorizeUrl({ prompt: 'none' }))
    expect(summaryOf(stop)).toBe('login_required: Login required')
  })
})

test('a refresh token is shown without itself, and ends when it is deleted', async () => {
  await ask('DELETE', `${user(ALICE)}/refresh-tokens`)
  const browser = await world.loggedIn()
  const url = world.client.authorizeUrl({ scope: 'openid offline_access' })
  const { refresh_token = '' } = await world.client.redeem(await browser.open(url))
  const list = async (): Promise<{ id: string }[]> =>
    (await ask('GET', `${user(ALICE)}/refresh-tokens`)).body as { id: string }[]
  const [token, ...others] = await list()
  expect([token, others]).toEqual([
    {
      id: ANY_STRING,
      user_id: ALICE,
      client_id: 'web-app',
      session_id: ANY_STRING,
      created_at: ANY_STRING,
      expires_at: null,
      resource_servers: [],
      refresh_token_metadata: {},
    },
    [],
  ])
  expect(JSON.stringify(token)).not.toContain(refresh_token)
  await ask('DELETE', `/refresh-tokens/${token?.id ?? ''}`)
  const { status } = await world.client.token({ grant_type: 'refresh_token', refresh_token })
  expect([status, await list()]).toEqual([403, []])
})

describe('the factors of a user', () => {
  const methods = `${user(BOB)}/authentication-methods`
  const types = async (): Promise<string[]> =>
    ((await ask('GET', methods)).body as { type: string }[]).map(({ type }) => type)

  test('are replaced whole', async () => {
    await ask('POST', methods, { type: 'email', email: 'bob@private.example' })
    const { status, body } = await ask('PUT', methods, [
      { type: 'totp', totp_secret: SECRET },
      { type: 'phone', phone_number: '+15550100' },
    ])
    expect([status, JSON.stringify(body).includes(SECRET), await types()]).toEqual([
      200,
      false,
      ['totp', 'phone'],
    ])
  })

  test('are changed and taken away one by one', async () => {
    const [, phone] = (await ask('GET', methods)).body as { id: string }[]
    const path = `${methods}/${encodeURIComponent(phone?.id ?? '')}`
    const changed = await ask('PATCH', path, { preferred_authentication_method: 'voice' })
    expect(changed.body).toMatchObject({ type: 'phone', preferred_authentication_method: 'voice' })
    expect((await ask('GET', path)).body).toEqual(changed.body)
    const enrollment = `/guardian/enrollments/${encodeURIComponent(phone?.id ?? '')}`
    expect((await ask('GET', enrollment)).body).toMatchObject({
      status: 'confirmed',
      type: 'phone',
    })
    await ask('DELETE', enrollment)
    expect([(await ask('GET', path)).status, await types()]).toEqual([404, ['totp']])
  })

  test.each([
    ['authenticators', 'DELETE', `${user(BOB)}/authenticators`],
    ['authentication methods', 'DELETE', methods],
    ['the provider', 'DELETE', `${user(BOB)}/multifactor/guardian`],
  ])('are gone with %s', async (_name, method, path) => {
    await ask('PUT', methods, [{ type: 'totp', totp_secret: SECRET }])
    await ask('POST', `${user(BOB)}/recovery-code-regeneration`)
    expect(await types()).toEqual(['totp', 'recovery-code'])
    expect([(await ask(method, path)).status, await types()]).toEqual([204, []])
  })

  test('stay with a provider that has none, and one that there is not is refused', async () => {
    await ask('PUT', methods, [{ type: 'totp', totp_secret: SECRET }])
    const statuses = []
    for (const provider of ['duo', 'none']) {
      statuses.push((await ask('DELETE', `${user(BOB)}/multifactor/${provider}`)).status)
    }
    expect([statuses, await types()]).toEqual([[204, 400], ['totp']])
  })
})

test('a remembered browser is forgotten', async () => {
  await world.bindActions(`api.multifactor.enable('any', { allowRememberBrowser: true })`)
  const browser = world.newBrowser()
  const open = () => browser.open(world.client.authorizeUrl())
  await world.passOtp(browser, await world.logIn(browser, await open()), { remember: 'yes' })
  expect(summaryOf(await open())).toBe('logged in')
  const path = `${user(ALICE)}/multifactor/actions/invalidate-remember-browser`
  expect((await ask('POST', path)).status).toBe(204)
  expect(summaryOf(await open())).toBe('Verify your identity')
})
