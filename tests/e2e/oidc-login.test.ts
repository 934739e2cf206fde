// A login in the browser as an application meets it: prompts, response modes, tokens, userinfo, logout.
import { decodeProtectedHeader } from 'jose'
import { asPage, type OidcBrowser, type Stop, summaryOf } from '../support/oidc-browser.ts'
import type { Parameters } from '../support/oidc-client.ts'
import { API, ALICE, BOB, CALLBACK, startWorld, type World } from '../support/oidc-world.ts'

const ANY_STRING: unknown = expect.any(String)
const ANY_NUMBER: unknown = expect.any(Number)

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.sandbox.stop())

function ask(browser: OidcBrowser, parameters: Parameters): Promise<Stop> {
  return browser.open(world.client.authorizeUrl(parameters))
}

/** What the user sees, or the names of what the application is given. */
const summary = (stop: Stop): string =>
  summaryOf(stop, (response) => Object.keys(response).sort().join(' '))

describe('tokens', () => {
  test('a code buys an access token for the API and an ID token', async () => {
    const { client, clientId, sandbox } = world
    const browser = world.newBrowser()
    const page = await ask(browser, {
      audience: API,
      scope: 'openid email read:accounts delete:everything',
      nonce: 'n-1',
    })
    const tokens = await client.redeem(await world.logIn(browser, page))
    const issuer = `https://${sandbox.domain}/`
    expect(tokens).toEqual({
      access_token: ANY_STRING,
      id_token: ANY_STRING,
      expires_in: 600,
      scope: 'openid email read:accounts',
      token_type: 'Bearer',
    })
    const access = await client.verify(tokens.access_token, API)
    expect(access).toEqual({
      iss: issuer,
      sub: ALICE,
      aud: [API, `${issuer}userinfo`],
      iat: ANY_NUMBER,
      exp: (access.iat ?? 0) + 600,
      scope: 'openid email read:accounts',
      azp: clientId,
    })
    const id = await client.verify(tokens.id_token, clientId)
    expect(id).toEqual({
      iss: issuer,
      sub: ALICE,
      aud: clientId,
      iat: ANY_NUMBER,
      exp: (id.iat ?? 0) + 36_000,
      email: 'alice@example.com',
      email_verified: true,
      nonce: 'n-1',
      sid: ANY_STRING,
    })
  })

  test('the RFC 9068 profile has a jti, the client_id and its own type', async () => {
    const { body } = await world.request('GET /resource-servers')
    const { id } = (body as { id: string; identifier: string }[]).find(
      ({ identifier }) => identifier === API,
    ) ?? { id: '' }
    await world.request(`PATCH /resource-servers/${id}`, { token_dialect: 'rfc9068_profile' })
    const back = await ask(await world.loggedIn(), { audience: API, scope: 'read:accounts' })
    const { access_token: token } = await world.client.redeem(back)
    await world.request(`PATCH /resource-servers/${id}`, { token_dialect: 'access_token' })
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'RS256', typ: 'at+jwt' })
    expect(await world.client.verify(token, API)).toEqual({
      iss: `https://${world.sandbox.domain}/`,
      sub: ALICE,
      aud: API,
      iat: ANY_NUMBER,
      exp: ANY_NUMBER,
      scope: 'read:accounts',
      client_id: world.clientId,
      jti: ANY_STRING,
    })
  })

  test('without an audience the access token is opaque, until the tenant has a default audience', async () => {
    const browser = await world.loggedIn()
    const opaque = await world.client.redeem(await ask(browser, {}))
    expect(opaque.access_token).not.toContain('.')
    await world.request('PATCH /tenants/settings', { default_audience: API })
    const forApi = await world.client.redeem(await ask(browser, {}))
    await world.request('PATCH /tenants/settings', { default_audience: '' })
    expect(await world.client.verify(forApi.access_token, API)).toMatchObject({ scope: 'openid' })
  })

  test('a code works once, and only for ten minutes', async () => {
    const browser = await world.loggedIn()
    const back = await ask(browser, {})
    await world.client.redeem(back)
    const refused =
      '{"status":403,"body":{"error":"invalid_grant","error_description":"Invalid authorization code"}}'
    await expect(world.client.redeem(back)).rejects.toThrow(refused)
    const late = await ask(browser, {})
    await world.advanceClock(601)
    await expect(world.client.redeem(late)).rejects.toThrow(refused)
  })

  test('a wrong secret of the client is refused', async () => {
    const answer = await world.client.token({
      grant_type: 'authorization_code',
      client_secret: 'guess',
      code: 'any',
      redirect_uri: CALLBACK,
    })
    expect(answer).toEqual({
      status: 401,
      body: { error: 'access_denied', error_description: 'Unauthorized' },
    })
  })
})

// prettier-ignore
test.each<[name: string, parameters: Parameters, newcomer: string, known: string]>([
  ['nothing special',              {},                                                'Log in',                         'code iss state'],
  ['prompt=none',                  { prompt: 'none' },                                'login_required: Login required', 'code iss state'],
  ['prompt=login',                 { prompt: 'login' },                               'Log in',                         'Log in'],
  ['prompt=consent',               { prompt: 'consent' },                             'Log in',                         'Authorize access'],
  ['a young enough login',         { max_age: '3600' },                               'Log in',                         'code iss state'],
  ['acr_values',                   { acr_values: 'http://schemas.openid.net/pape/policies/2007/06/multi-factor' }, 'Log in', 'code iss state'],
  ['an API that is none',          { audience: 'https://x.example' },                 'access_denied: Service not found: https://x.example', 'access_denied: Service not found: https://x.example'],
  ['implicit',                     { response_type: 'id_token token', nonce: 'n', audience: API, prompt: 'none' }, 'login_required: Login required', 'access_token expires_in id_token scope state token_type'],
  ['hybrid',                       { response_type: 'code id_token', nonce: 'n' },    'Log in',                         'code id_token state'],
  ['form_post',                    { response_mode: 'form_post' },                    'Log in',                         'code iss state'],
  ['a callback of somebody else',  { redirect_uri: 'https://evil.example/' },         'Something went wrong',           'Something went wrong'],
  ['a client that is none',        { client_id: 'nobody' },                           'Something went wrong',           'Something went wrong'],
])('%s', async (_name, parameters, newcomer, known) => {
  expect({
    newcomer: summary(await ask(world.newBrowser(), parameters)),
    known: summary(await ask(await world.loggedIn(), parameters)),
  }).toEqual({ newcomer, known })
})

// prettier-ignore
test.each<[name: string, parameters: Parameters]>([
  ['a login that is older than max_age', { max_age: '60' }],
  ['a login with prompt=login',          { prompt: 'login' }],
])('%s is asked for again, and its time is told', async (_name, parameters) => {
  const browser = await world.loggedIn()
  await world.advanceClock(100)
  const page = await ask(browser, parameters)
  expect(summary(page)).toBe('Log in')
  const tokens = await world.client.redeem(await world.logIn(browser, page))
  const { auth_time: authTime, iat = 0 } = await world.client.verify(
    tokens.id_token,
    world.clientId,
  )
  expect(iat - Number(authTime)).toBeLessThan(5)
})

test('a silent authentication in a frame is answered to the opener', async () => {
  const browser = await world.loggedIn()
  const page = asPage(await ask(browser, { prompt: 'none', response_mode: 'web_message' }))
  expect(page.status).toBe(200)
  expect(page.html).toMatch(/"response":\{"code":"[^"]+","state":"[^"]+"/)
  // The browser hands the message to nobody but the page of the client.
  expect(page.html).toContain(`}, ${JSON.stringify(CALLBACK)})</script>`)
  expect(page.headers.get('x-frame-options')).toBeNull()
})

test('an authorization request can be a form', async () => {
  const [, query = ''] = world.client.authorizeUrl().split('?')
  const response = await world.sandbox.fetch('/authorize', {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: query,
  })
  expect(response.headers.get('location')).toMatch(/^\/u\/login\//)
})

describe('consent', () => {
  const THIRD_PARTY = { is_first_party: false }

  test('a third party needs it, once', async () => {
    await world.request(`PATCH /clients/${world.clientId}`, THIRD_PARTY)
    const wanted = { audience: API, scope: 'openid read:accounts' }
    const browser = await world.loggedIn(BOB)
    expect(summary(await ask(browser, { ...wanted, prompt: 'none' }))).toBe(
      'consent_required: Consent required',
    )
    const page = await ask(browser, wanted)
    expect(summary(page)).toBe('Authorize access')
    expect(summary(await browser.submit(page, { decision: 'accept' }))).toBe('code iss state')
    expect(summary(await ask(browser, wanted))).toBe('code iss state')
    const more = await ask(browser, { audience: API, scope: 'openid transfer:funds' })
    expect(summary(await browser.submit(more, { decision: 'decline' }))).toBe(
      'access_denied: User did not authorize the request',
    )
    await world.request(`PATCH /clients/${world.clientId}`, { is_first_party: true })
  })
})

test('a session ends when it is not used, and at the latest after its absolute lifetime', async () => {
  const browser = await world.loggedIn()
  const silently = async (): Promise<string> => summary(await ask(browser, { prompt: 'none' }))
  const hours = (count: number): Promise<void> => world.advanceClock(count * 3_600)
  const seen = []
  for (const idle of [71, 71, 27]) {
    await hours(idle)
    seen.push(await silently())
  }
  expect(seen).toEqual(['code iss state', 'code iss state', 'login_required: Login required'])
  const idle = await world.loggedIn()
  await hours(73)
  expect(summary(await ask(idle, { prompt: 'none' }))).toBe('login_required: Login required')
})
