// Clients that prove themselves by a signature, push their requests, and speak JSON or queries where others use forms.
import { generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto'
import { SignJWT, decodeJwt } from 'jose'
import { summaryOf } from '../support/oidc-browser.ts'
import { API, ALICE, CALLBACK, startWorld, type World } from '../support/oidc-world.ts'

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const SEEN = 'https://test.example/seen'

let world: World
let clientId: string
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()

beforeAll(async () => {
  world = await startWorld()
  const { body } = await world.request('POST /clients', {
    name: 'Signer',
    app_type: 'regular_web',
    callbacks: [CALLBACK],
    grant_types: ['authorization_code', 'client_credentials', 'password'],
    client_authentication_methods: {
      private_key_jwt: { credentials: [{ credential_type: 'public_key', name: 'key', pem }] },
    },
  })
  clientId = (body as { client_id: string }).client_id
  await world.request('POST /client-grants', {
    client_id: clientId,
    audience: API,
    scope: ['read:accounts'],
  })
  await world.request('POST /client-grants', {
    client_id: clientId,
    audience: `https://${world.sandbox.domain}/api/v2/`,
    scope: ['read:users'],
  })
})
afterAll(() => world.sandbox.stop())

/** @returns what a client signs, with these claims instead of the usual ones */
async function assertion(claims: object = {}, key: KeyObject = privateKey): Promise<string> {
  const seconds = Math.floor((await world.sandbox.control.now()) / 1_000)
  return new SignJWT({
    iss: clientId,
    sub: clientId,
    aud: `https://${world.sandbox.domain}/`,
    iat: seconds,
    exp: seconds + 60,
    jti: randomUUID(),
    ...claims,
  })
    .setProtectedHeader({ alg: 'RS256' })
    .sign(key)
}

async function post(
  path: string,
  fields: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }> {
  const response = await world.sandbox.fetch(path, {
    method: 'POST',
    body: new URLSearchParams(fields),
  })
  const text = await response.text()
  return {
    status: response.status,
    body: JSON.parse(text === '' ? '{}' : text) as object as Record<string, unknown>,
  }
}

const signed = async (claims: object = {}, key?: KeyObject): Promise<Record<string, string>> => ({
  client_assertion_type: ASSERTION_TYPE,
  client_assertion: await assertion(claims, key),
})

describe('private_key_jwt', () => {
  const exchange = async (
    fields: Record<string, string>,
    audience = API,
  ): Promise<readonly unknown[]> => {
    const request = { grant_type: 'client_credentials', audience, ...fields }
    const { status, body } = await post('/oauth/token', request)
    return [status, body['scope'] ?? body['error']]
  }

  test('is taken where a signature is right, with the identifier and without', async () => {
    expect([
      await exchange(await signed()),
      await exchange({ client_id: clientId, ...(await signed()) }),
      await exchange(await signed(), `https://${world.sandbox.domain}/api/v2/`),
    ]).toEqual([
      [200, 'read:accounts'],
      [200, 'read:accounts'],
      [200, 'read:users'],
    ])
  })

  // prettier-ignore
  test.each<[name: string, claims: object]>([
    ['for somebody else',     { aud: 'https://other.example/' }],
    ['of somebody else',      { iss: 'web-app' }],
    ['that has expired',      { exp: 1 }],
    ['without an identifier', { jti: undefined }],
  ])('is refused with an assertion %s', async (_name, claims) => {
    const management = `https://${world.sandbox.domain}/api/v2/`
    const client = { client_id: clientId }
    expect([
      (await exchange({ ...client, ...(await signed(claims)) }))[0],
      (await exchange({ ...client, ...(await signed(claims)) }, management))[0],
    ]).toEqual([401, 401])
  })

  test('is refused with the key of another, and a secret does not stand in for it', async () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey
    const { body } = await world.request(`GET /clients/${clientId}`)
    const { client_secret: secret } = body as { client_secret: string }
    expect([
      (await exchange({ client_id: clientId, ...(await signed({}, other)) }))[0],
      (await exchange({ client_id: clientId, client_secret: secret }))[0],
    ]).toEqual([401, 401])
  })

  test('is of keys that are listed without their text, and can be taken away', async () => {
    const path = `/clients/${clientId}/credentials`
    const { body } = await world.request(`GET ${path}`)
    const [credential] = body as { id: string }[]
    expect(credential).toMatchObject({ credential_type: 'public_key', name: 'key', alg: 'RS256' })
    expect(JSON.stringify(body)).not.toContain('BEGIN PUBLIC KEY')
    const added = await world.request(`POST ${path}`, { credential_type: 'public_key', pem })
    const { id } = added.body as { id: string }
    await world.request(`DELETE ${path}/${id}`)
    expect((await world.request(`GET ${path}/${id}`)).status).toBe(404)
  })
})

describe('pushed authorization requests', () => {
  const push = async (fields: Record<string, string> = {}): ReturnType<typeof post> =>
    post('/oauth/par', {
      client_id: clientId,
      redirect_uri: CALLBACK,
      response_type: 'code',
      audience: API,
      scope: 'openid read:accounts',
      acr_values: 'of-the-request',
      ...fields,
      ...(await signed()),
    })

  test('are refused by a tenant that has not enabled them', async () => {
    expect(await push()).toEqual({
      status: 403,
      body: {
        error: 'access_denied',
        error_description: 'Pushed Authorization Requests are not enabled for this tenant.',
      },
    })
    await world.request('PATCH /tenants/settings', {
      pushed_authorization_requests_supported: true,
    })
  })

  test('lead through the login, with what was pushed and nothing beside it', async () => {
    await world.bindActions(
      `api.accessToken.setCustomClaim('${SEEN}', event.transaction.acr_values)`,
    )
    const { status, body } = await push()
    expect([status, body]).toMatchObject([201, { expires_in: 30 }])
    const browser = world.newBrowser()
    const query = new URLSearchParams({
      client_id: clientId,
      request_uri: String(body['request_uri']),
      acr_values: 'of-the-address-bar',
    })
    const page = await browser.open(`/authorize?${query.toString()}`)
    const stop = await world.logIn(browser, page)
    expect(summaryOf(stop)).toBe('logged in')
    const { code = '' } = stop.at === 'application' ? stop.response : {}
    const tokens = await post('/oauth/token', {
      grant_type: 'authorization_code',
      code,
      redirect_uri: CALLBACK,
      ...(await signed()),
    })
    const claims = decodeJwt(String(tokens.body['access_token']))
    expect([claims['scope'], claims['sub'], claims[SEEN]]).toEqual([
      'openid read:accounts',
      ALICE,
      ['of-the-request'],
    ])
  })

  test('come too late after half a minute', async () => {
    const { status, body } = await push()
    expect(status).toBe(201)
    await world.advanceClock(31)
    const query = new URLSearchParams({
      client_id: clientId,
      request_uri: String(body['request_uri']),
    })
    const stop = await world.newBrowser().open(`/authorize?${query.toString()}`)
    expect([stop.at, summaryOf(stop)]).toEqual(['page', 'Something went wrong'])
  })

  test('can be all that a client may send', async () => {
    const required = { require_pushed_authorization_requests: true }
    await world.request(`PATCH /clients/${world.clientId}`, required)
    const stop = await world.newBrowser().open(world.client.authorizeUrl())
    await world.request(`PATCH /clients/${world.clientId}`, {
      require_pushed_authorization_requests: false,
    })
    expect(summaryOf(stop)).toMatch(/^invalid_request: .*Pushed Authorization Request/)
  })

  test('of another kind are refused by name', async () => {
    const url = world.client.authorizeUrl({ request_uri: 'https://evil.example/request' })
    const stop = await world.newBrowser().open(url)
    expect(stop).toMatchObject({
      status: 501,
      html: expect.stringContaining('is not emulated by the sandbox') as unknown,
    })
  })
})

test('a refresh token is revoked by a form and by JSON', async () => {
  await world.bindActions()
  for (const type of ['application/json', 'application/x-www-form-urlencoded']) {
    const browser = await world.loggedIn()
    const url = world.client.authorizeUrl({ scope: 'openid offline_access' })
    const { refresh_token: token = '' } = await world.client.redeem(await browser.open(url))
    const fields = { client_id: 'web-app', client_secret: 'web-app-secret', token }
    const response = await world.sandbox.fetch('/oauth/revoke', {
      method: 'POST',
      headers: { 'content-type': type },
      body: type.endsWith('json') ? JSON.stringify(fields) : new URLSearchParams(fields).toString(),
    })
    const { status } = await world.client.token({
      grant_type: 'refresh_token',
      refresh_token: token,
    })
    expect([type, response.status, status]).toEqual([type, 200, 403])
  }
})

test('userinfo takes a token from the query and from a form', async () => {
  const browser = await world.loggedIn()
  const url = world.client.authorizeUrl({ scope: 'openid' })
  const { access_token } = await world.client.redeem(await browser.open(url))
  const form = new URLSearchParams({ access_token })
  const byQuery = await world.sandbox.fetch(`/userinfo?${form.toString()}`)
  const byForm = await world.sandbox.fetch('/userinfo', { method: 'POST', body: form })
  expect([await byQuery.json(), await byForm.json()]).toEqual([{ sub: ALICE }, { sub: ALICE }])
})
