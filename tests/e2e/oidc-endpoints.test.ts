// What surrounds a login: userinfo, logout, discovery, and who may call from a web page.
import { type OidcBrowser, type Stop, summaryOf } from '../support/oidc-browser.ts'
import type { Parameters } from '../support/oidc-client.ts'
import { API, ALICE, CALLBACK, startWorld, type World } from '../support/oidc-world.ts'

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

describe('userinfo', () => {
  // prettier-ignore
  test.each<[name: string, parameters: Parameters]>([
    ['an opaque token',       { scope: 'openid email' }],
    ['the token of an API',   { scope: 'openid email read:accounts', audience: API }],
  ])('tells what the scopes of %s allow', async (_name, parameters) => {
    const { access_token: token } = await world.client.redeem(await ask(await world.loggedIn(), parameters))
    const response = await world.sandbox.fetch('/userinfo', {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(await response.json()).toEqual({
      sub: ALICE,
      email: 'alice@example.com',
      email_verified: true,
    })
  })

  // prettier-ignore
  test.each<[name: string, scope: string, ageSeconds: number, status: number]>([
    ['takes a token that has just not expired', 'openid',        590, 200],
    ['refuses an expired token',                'openid',        601, 401],
    ['refuses a token without openid',          'read:accounts', 0,   401],
  ])('%s', async (_name, scope, ageSeconds, status) => {
    const stop = await ask(await world.loggedIn(), { scope, audience: API })
    const { access_token: token } = await world.client.redeem(stop)
    await world.advanceClock(ageSeconds)
    const headers = { authorization: `Bearer ${token}` }
    expect((await world.sandbox.fetch('/userinfo', { headers })).status).toBe(status)
  })
})

describe('logout', () => {
  // prettier-ignore
  test.each<[name: string, path: string, url: string, isLoggedOut: boolean]>([
    ['a URL of the tenant',            '/v2/logout?returnTo=http://localhost:3999/bye',                                 'http://localhost:3999/bye',     true],
    ['a URL of the client',            '/v2/logout?client_id=web-app&returnTo=http://localhost:3999/',                  'http://localhost:3999/',        true],
    ['no URL',                         '/v2/logout?client_id=web-app',                                                  'http://localhost:3999/',        true],
    ['a URL with a query',             '/v2/logout?returnTo=http://localhost:3999/bye%3Fa%3D1',                         'http://localhost:3999/bye?a=1', true],
    ['a URL of the client alone',      '/v2/logout?returnTo=http://localhost:3999/',                                    'Something went wrong',          false],
    ['a URL of somebody else',         '/v2/logout?returnTo=https://evil.example/',                                     'Something went wrong',          false],
    ['an allowed URL that is none',    '/v2/logout?returnTo=nowhere',                                                   'Something went wrong',          false],
    ['OpenID Connect',                 '/oidc/logout?client_id=web-app&post_logout_redirect_uri=http://localhost:3999/&state=s', 'http://localhost:3999/?state=s', true],
    ['OpenID Connect, elsewhere',      '/oidc/logout?client_id=web-app&post_logout_redirect_uri=https://evil.example/', 'Something went wrong',          false],
  ])('%s', async (_name, path, url, isLoggedOut) => {
    const browser = await world.loggedIn()
    const stop = await browser.open(path)
    expect({
      url: stop.at === 'page' ? stop.title : stop.url.href,
      silently: summary(await ask(browser, { prompt: 'none' })),
    }).toEqual({
      url,
      silently: isLoggedOut ? 'login_required: Login required' : 'code iss state',
    })
  })

  test('an ID token that has expired still names the client', async () => {
    const browser = await world.loggedIn()
    const { id_token: hint = '' } = await world.client.redeem(await ask(browser, {}))
    await world.advanceClock(36_001)
    const query = { id_token_hint: hint, post_logout_redirect_uri: 'http://localhost:3999/' }
    const stop = await browser.open(`/oidc/logout?${new URLSearchParams(query).toString()}`)
    expect(stop.url.href).toBe('http://localhost:3999/')
  })
})

test('the discovery document names the endpoints of Auth0', async () => {
  const response = await world.sandbox.fetch('/.well-known/openid-configuration')
  const origin = `https://${world.sandbox.domain}`
  expect(await response.json()).toMatchObject({
    issuer: `${origin}/`,
    authorization_endpoint: `${origin}/authorize`,
    token_endpoint: `${origin}/oauth/token`,
    device_authorization_endpoint: `${origin}/oauth/device/code`,
    userinfo_endpoint: `${origin}/userinfo`,
    mfa_challenge_endpoint: `${origin}/mfa/challenge`,
    jwks_uri: `${origin}/.well-known/jwks.json`,
    end_session_endpoint: `${origin}/oidc/logout`,
    revocation_endpoint: `${origin}/oauth/revoke`,
  })
})

test('a page of an allowed origin may call the token endpoint, another may not', async () => {
  const allowed = []
  // `null` is the origin of a sandboxed frame, and as JavaScript has it of `com.example.app://callback`.
  for (const origin of ['http://localhost:3999', 'https://evil.example', 'null']) {
    const response = await world.sandbox.fetch('/oauth/token', {
      method: 'POST',
      headers: { origin, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: world.clientId,
        client_secret: 'web-app-secret',
        code: 'any',
        redirect_uri: CALLBACK,
      }).toString(),
    })
    allowed.push(response.headers.get('access-control-allow-origin'))
  }
  expect(allowed).toEqual(['http://localhost:3999', null, null])
})
