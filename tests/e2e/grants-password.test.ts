// The password grant: tokens without a browser, and what the Actions see of it.
import { decodeJwt } from 'jose'
import {
  OTHER_API,
  PASSWORD_REALM,
  outcome,
  startGrantsWorld,
  type GrantsWorld,
} from '../support/grants-world.ts'
import { newOidcClient, type Parameters } from '../support/oidc-client.ts'
import { ALICE, API, CALLBACK, PASSWORD } from '../support/oidc-world.ts'

const ANY_STRING: unknown = expect.any(String)
const ANY_NUMBER: unknown = expect.any(Number)
const MFA_REQUIRED = '403 mfa_required: Multifactor authentication required'

let world: GrantsWorld
beforeAll(async () => {
  world = await startGrantsWorld()
})
afterAll(() => world.sandbox.stop())

describe('the password grant', () => {
  beforeAll(() => world.bindActions())

  // prettier-ignore
  test.each<[name: string, parameters: Parameters, result: string]>([
    ['one scope',                      { scope: 'read:accounts' },                       'granted: read:accounts'],
    ['no scope: all of the API',       {},                                               'granted: read:accounts transfer:funds'],
    ['a blank scope: all of the API',  { scope: '  ' },                                  'granted: read:accounts transfer:funds'],
    ['a scope that there is not',      { scope: 'read:accounts fly' },                   'granted: read:accounts'],
    ['no API',                         { audience: '', scope: 'openid' },                'granted: openid'],
    ['an API that there is not',       { audience: 'https://x.example' },                '403 access_denied: Service not found: https://x.example'],
    ['a wrong password',               { password: 'guess' },                            '403 invalid_grant: Wrong email or password.'],
    ['a user that there is not',       { username: 'eve@example.com' },                  '403 invalid_grant: Wrong email or password.'],
    ['no password',                    { password: '' },                                 '403 invalid_request: Missing required parameter: password'],
    ['a wrong client secret',          { client_secret: 'guess', password: 'guess' },    '401 access_denied: Unauthorized'],
    ['the realm of the user',          { grant_type: PASSWORD_REALM, realm: 'Username-Password-Authentication' }, 'granted: read:accounts transfer:funds'],
    ['another realm',                  { grant_type: PASSWORD_REALM, realm: 'nowhere' }, '403 invalid_grant: Wrong email or password.'],
    ['no realm',                       { grant_type: PASSWORD_REALM },                   '403 invalid_request: Missing required parameter: realm'],
  ])('%s', async (_name, parameters, result) => {
    expect(outcome(await world.askWithPassword(parameters))).toBe(result)
  })

  test('gives tokens that say how they came about', async () => {
    const { body } = await world.askWithPassword({ scope: 'openid email transfer:funds' })
    const access = await world.client.verify(String(body['access_token']), API)
    const id = await world.client.verify(String(body['id_token']), world.clientId)
    const iss = `https://${world.sandbox.domain}/`
    expect(access).toEqual({
      iss,
      sub: ALICE,
      aud: [API, `${iss}userinfo`],
      iat: ANY_NUMBER,
      exp: Number(access.iat) + 600,
      scope: 'openid email transfer:funds',
      azp: 'web-app',
      gty: 'password',
    })
    expect(id).toEqual({
      iss,
      sub: ALICE,
      aud: 'web-app',
      iat: ANY_NUMBER,
      exp: Number(id.iat) + 36_000,
      email: 'alice@example.com',
      email_verified: true,
    })
  })

  test('gives a refresh token for offline access', async () => {
    const { body } = await world.askWithPassword({ scope: 'read:accounts offline_access' })
    const refreshed = await world.client.token({
      grant_type: 'refresh_token',
      refresh_token: String(body['refresh_token']),
    })
    expect(outcome(refreshed)).toBe('granted: read:accounts offline_access')
  })

  test('takes the client from the header, and a form', async () => {
    const response = await world.sandbox.fetch('/oauth/token', {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from('web-app:web-app-secret').toString('base64')}`,
      },
      body: new URLSearchParams({
        grant_type: 'password',
        username: 'alice@example.com',
        password: PASSWORD,
        scope: 'read:accounts',
        audience: API,
      }).toString(),
    })
    expect({ status: response.status, body: await response.json() }).toEqual({
      status: 200,
      body: {
        access_token: ANY_STRING,
        scope: 'read:accounts',
        expires_in: 600,
        token_type: 'Bearer',
      },
    })
  })

  test('is refused to a client that is not allowed it, before the password is looked at', async () => {
    const { body } = await world.request('POST /clients', { name: 'No password' })
    const { client_id, client_secret } = body as { client_id: string; client_secret: string }
    const answer = await world.askWithPassword({ client_id, client_secret, password: 'guess' })
    expect(outcome(answer)).toBe(
      `403 unauthorized_client: Grant type 'password' not allowed for the client.`,
    )
  })

  test('needs no secret of a public client', async () => {
    const { body } = await world.request('POST /clients', {
      name: 'Native',
      app_type: 'native',
      grant_types: ['password'],
    })
    const { client_id: clientId } = body as { client_id: string }
    const client = newOidcClient(world.sandbox, { clientId, redirectUri: CALLBACK })
    const answer = await client.token({
      grant_type: 'password',
      username: 'alice@example.com',
      password: PASSWORD,
      audience: API,
      scope: 'read:accounts',
    })
    expect(outcome(answer)).toBe('granted: read:accounts')
  })
})

test('the password grant gives no more than what RBAC permits', async () => {
  await world.bindActions()
  await world.request('POST /resource-servers', {
    identifier: 'https://rbac.example',
    name: 'RBAC',
    scopes: [{ value: 'read:accounts' }, { value: 'transfer:funds' }],
    enforce_policies: true,
    token_dialect: 'access_token_authz',
  })
  const { body } = await world.askWithPassword({ audience: 'https://rbac.example' })
  const claims = await world.client.verify(String(body['access_token']), 'https://rbac.example')
  expect([body['scope'], claims['permissions']]).toEqual(['', []])
})

describe('Actions of the password grant', () => {
  test('see no requested scopes, and the body of the request without its secrets', async () => {
    await world.bindActions(`api.accessToken.setCustomClaim('https://test.example/event', {
      transaction: event.transaction, resource_server: event.resource_server, session: event.session ?? null,
      methods: event.authentication.methods, body: event.request.body, query: event.request.query })`)
    const { body } = await world.askWithPassword({ scope: 'transfer:funds', extra: 'yes' })
    expect(decodeJwt(String(body['access_token']))['https://test.example/event']).toEqual({
      transaction: { protocol: 'oauth2-password', metadata: {} },
      resource_server: { identifier: API },
      session: null,
      methods: [{ name: 'pwd', timestamp: ANY_STRING }],
      body: {
        grant_type: 'password',
        username: 'alice@example.com',
        scope: 'transfer:funds',
        audience: API,
        client_id: 'web-app',
        extra: 'yes',
      },
      query: {},
    })
  })

  // prettier-ignore
  test.each<[name: string, action: string, result: string]>([
    ['a denial',             `api.access.deny('not you')`,                         '403 access_denied: not you'],
    ['an error',             `throw new Error('oops')`,                            '403 access_denied: oops'],
    ['MFA that is put off',  `api.multifactor.enable('any')`,                      MFA_REQUIRED],
    ['a challenge in place', `api.authentication.challengeWith({ type: 'otp' })`,  MFA_REQUIRED],
    ['a scope added',        `api.accessToken.addScope('extra')`,                  'granted: read:accounts extra'],
    ['a scope removed',      `api.accessToken.removeScope('read:accounts')`,       'granted: '],
  ])('%s', async (_name, action, result) => {
    await world.bindActions(action)
    expect(outcome(await world.askWithPassword({ scope: 'read:accounts' }))).toBe(result)
  })

  test('that name factors are told of in the answer', async () => {
    await world.bindActions(`api.authentication.challengeWith({ type: 'otp' })`)
    expect((await world.askWithPassword()).body).toEqual({
      error: 'mfa_required',
      error_description: 'Multifactor authentication required',
      mfa_token: ANY_STRING,
      mfa_requirements: { challenge: [{ type: 'otp' }] },
    })
  })
})

test('the log tells how each exchange went', async () => {
  await world.bindActions()
  const logged = await world.watchLog()
  await world.askWithPassword()
  await world.askWithPassword({ password: 'guess' })
  await world.askWithPassword({ audience: `${OTHER_API}/x` })
  expect(await logged()).toEqual([
    'sepft',
    'fp: Wrong email or password.',
    'fepft: Wrong email or password.',
    `fepft: Service not found: ${OTHER_API}/x`,
  ])
})
