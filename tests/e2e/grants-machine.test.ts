// Grants of programs: client credentials, and On-Behalf-Of token exchange.
import { decodeJwt } from 'jose'
import {
  OTHER_API,
  MFA_OTP,
  TOKEN_EXCHANGE,
  outcome,
  startGrantsWorld,
  type GrantsWorld,
} from '../support/grants-world.ts'
import type { Parameters, TokenAnswer } from '../support/oidc-client.ts'
import { ALICE, API } from '../support/oidc-world.ts'

const ANY_NUMBER: unknown = expect.any(Number)
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'

let world: GrantsWorld
beforeAll(async () => {
  world = await startGrantsWorld()
  await world.request('POST /client-grants', {
    client_id: 'web-app',
    audience: API,
    scope: ['read:accounts'],
  })
})
afterAll(() => world.sandbox.stop())

describe('client credentials', () => {
  const ask = (parameters: Parameters = {}): Promise<TokenAnswer> =>
    world.client.token({ grant_type: 'client_credentials', audience: API, ...parameters })

  // prettier-ignore
  test.each<[name: string, parameters: Parameters, result: string]>([
    ['the scopes of the client grant', {},                                   'granted: read:accounts'],
    ['and no others',                  { scope: 'transfer:funds' },          'granted: read:accounts'],
    ['an API without a client grant',  { audience: OTHER_API },              `403 access_denied: Client is not authorized to access "${OTHER_API}". You need to create a "client-grant" associated to this API. See: https://auth0.com/docs/api/v2#!/Client_Grants/post_client_grants`],
    ['an API that there is not',       { audience: 'https://x.example' },    '403 access_denied: Service not found: https://x.example'],
    ['a wrong secret',                 { client_secret: 'guess' },           '401 access_denied: Unauthorized'],
  ])('%s', async (_name, parameters, result) => {
    expect(outcome(await ask(parameters))).toBe(result)
  })

  test('run no Action of post-login', async () => {
    await world.bindActions(`api.access.deny('ran')`)
    const answer = await ask()
    await world.bindActions()
    expect(outcome(answer)).toBe('granted: read:accounts')
  })

  // prettier-ignore
  test.each<[dialect: string, own: object]>([
    ['access_token',             { azp: 'web-app', gty: 'client-credentials' }],
    ['access_token_authz',       { azp: 'web-app', gty: 'client-credentials', permissions: ['read:accounts'] }],
    ['rfc9068_profile',          { client_id: 'web-app', jti: expect.any(String) as unknown }],
    ['rfc9068_profile_authz',    { client_id: 'web-app', jti: expect.any(String) as unknown, permissions: ['read:accounts'] }],
  ])('in the dialect %s', async (dialect, own) => {
    const { body: servers } = await world.request('GET /resource-servers')
    const { id } = (servers as { id: string; identifier: string }[]).find(
      ({ identifier }) => identifier === API,
    ) ?? { id: '' }
    await world.request(`PATCH /resource-servers/${id}`, { token_dialect: dialect })
    const { body } = await ask()
    await world.request(`PATCH /resource-servers/${id}`, { token_dialect: 'access_token' })
    const claims = await world.client.verify(String(body['access_token']), API)
    expect(claims).toEqual({
      iss: `https://${world.sandbox.domain}/`,
      sub: 'web-app@clients',
      aud: API,
      iat: ANY_NUMBER,
      exp: Number(claims.iat) + 600,
      scope: 'read:accounts',
      ...own,
    })
  })

  test('are not for a client without a secret', async () => {
    const { body } = await world.request('POST /clients', {
      name: 'Native',
      token_endpoint_auth_method: 'none',
      grant_types: ['client_credentials'],
    })
    const { client_id } = body as { client_id: string }
    const response = await world.sandbox.fetch('/oauth/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ grant_type: 'client_credentials', client_id, audience: API }),
    })
    expect({ status: response.status, body: await response.json() }).toEqual({
      status: 403,
      body: {
        error: 'unauthorized_client',
        error_description: `Grant type 'client_credentials' not allowed for the client.`,
      },
    })
  })
})

describe('token exchange', () => {
  /** the client that stands for the first API */
  let api: { client_id: string; client_secret: string }
  let subject: string
  beforeAll(async () => {
    const { body } = await world.request('POST /clients', {
      name: 'First API',
      app_type: 'resource_server',
      resource_server_identifier: API,
      grant_types: [TOKEN_EXCHANGE, MFA_OTP],
    })
    api = body as typeof api
    const answer = await world.askWithPassword({ scope: 'read:accounts' })
    subject = String(answer.body['access_token'])
  })

  const exchange = (parameters: Parameters = {}): Promise<TokenAnswer> =>
    world.client.token({
      grant_type: TOKEN_EXCHANGE,
      subject_token: subject,
      subject_token_type: ACCESS_TOKEN,
      client_id: api.client_id,
      client_secret: api.client_secret,
      audience: OTHER_API,
      ...parameters,
    })

  // prettier-ignore
  test.each<[name: string, parameters: Parameters, result: string]>([
    ['one scope',                       { scope: 'read:bills' },                                'granted: read:bills'],
    ['no scope: all of the API',        {},                                                     'granted: read:bills pay:bills'],
    ['an API that there is not',        { audience: 'https://x.example' },                      '403 access_denied: Service not found: https://x.example'],
    ['a token that is none',            { subject_token: 'x' },                                 '401 invalid_token: The subject token is invalid or has expired.'],
    ['another type of token',           { subject_token_type: 'urn:ietf:params:oauth:token-type:id_token' }, '403 invalid_request: Unsupported subject_token_type: urn:ietf:params:oauth:token-type:id_token'],
    ['another type wanted',             { requested_token_type: 'urn:x' },                      '403 invalid_request: Unsupported requested_token_type: urn:x'],
    ['a client that is no API',         { client_id: 'web-app', client_secret: 'web-app-secret' }, '403 unauthorized_client: The client is not associated with a resource server.'],
    ['a wrong secret first',            { client_secret: 'guess', subject_token: 'x' },         '401 access_denied: Unauthorized'],
  ])('%s', async (_name, parameters, result) => {
    expect(outcome(await exchange(parameters))).toBe(result)
  })

  test('gives an access token of the same user that names who acts', async () => {
    const { body } = await exchange({ scope: 'read:bills openid offline_access' })
    const { access_token: token, ...rest } = body
    const claims = await world.client.verify(String(token), OTHER_API)
    expect(rest).toEqual({
      scope: 'read:bills',
      expires_in: 86_400,
      token_type: 'Bearer',
      issued_token_type: ACCESS_TOKEN,
    })
    expect(claims).toEqual({
      iss: `https://${world.sandbox.domain}/`,
      sub: ALICE,
      aud: OTHER_API,
      iat: ANY_NUMBER,
      exp: Number(claims.iat) + 86_400,
      scope: 'read:bills',
      azp: api.client_id,
      act: { sub: api.client_id, act: { sub: 'web-app' } },
    })
  })

  test('takes no token that was for another API', async () => {
    const { body } = await world.askWithPassword({ audience: OTHER_API })
    const answer = await exchange({ subject_token: String(body['access_token']) })
    expect(outcome(answer)).toBe('401 invalid_token: The subject token is invalid or has expired.')
  })

  test('takes no token of a program', async () => {
    const { body } = await world.client.token({ grant_type: 'client_credentials', audience: API })
    const answer = await exchange({ subject_token: String(body['access_token']) })
    expect(outcome(answer)).toBe('401 invalid_token: The subject token is invalid or has expired.')
  })

  test('comes to an end when the chain of those who act has four levels', async () => {
    let token = subject
    const results = []
    for (let count = 0; count < 4; count += 1) {
      const answer = await exchange({ subject_token: token, audience: API, scope: 'read:accounts' })
      results.push(outcome(answer))
      token = String(answer.body['access_token'])
    }
    expect(results).toEqual([
      'granted: read:accounts',
      'granted: read:accounts',
      'granted: read:accounts',
      '400 invalid_request: Delegation chain (`act` claim) depth exceeds the maximum allowed limit of 4',
    ])
  })

  test('shows Actions the token type and who acts, and no token', async () => {
    await world.bindActions(`api.accessToken.setCustomClaim('https://test.example/event', {
      transaction: event.transaction, body: event.request.body })`)
    const { body } = await exchange({ scope: 'read:bills' })
    await world.bindActions()
    expect(decodeJwt(String(body['access_token']))['https://test.example/event']).toEqual({
      transaction: {
        protocol: 'oauth2-token-exchange',
        subject_token_type: ACCESS_TOKEN,
        actor: { sub: api.client_id, act: { sub: 'web-app' } },
        metadata: {},
      },
      body: {
        grant_type: TOKEN_EXCHANGE,
        subject_token_type: ACCESS_TOKEN,
        client_id: api.client_id,
        audience: OTHER_API,
        scope: 'read:bills',
      },
    })
  })

  // prettier-ignore
  test.each<[name: string, action: string, result: string]>([
    ['a denial',              `api.access.deny('no')`,                              '403 access_denied: no'],
    ['MFA that is put off',   `api.multifactor.enable('any')`,                      '403 mfa_required: Multifactor authentication required'],
    ['a challenge in place',  `api.authentication.challengeWith({ type: 'otp' })`,  '403 access_denied: challengeWith and enrollWith are not supported in a token exchange'],
  ])('%s', async (_name, action, result) => {
    await world.bindActions(action)
    const answer = await exchange()
    await world.bindActions()
    expect(outcome(answer)).toBe(result)
  })

  test('goes on after a one-time password', async () => {
    await world.bindActions(`api.multifactor.enable('any')`)
    const { body } = await exchange({ scope: 'pay:bills' })
    const answer = await world.client.token({
      ...api,
      grant_type: MFA_OTP,
      mfa_token: String(body['mfa_token']),
      otp: await world.nextOtp(),
    })
    await world.bindActions()
    expect(outcome(answer)).toBe('granted: pay:bills')
    expect(decodeJwt(String(answer.body['access_token']))['act']).toEqual({
      sub: api.client_id,
      act: { sub: 'web-app' },
    })
  })
})

test('the log tells how each exchange went', async () => {
  const logged = await world.watchLog()
  await world.client.token({ grant_type: 'client_credentials', audience: API })
  await world.client.token({ grant_type: 'client_credentials', audience: OTHER_API })
  const text = (await logged()).map((line) => line.split(':')[0])
  expect(text).toEqual(['seccft', 'feccft'])
})
