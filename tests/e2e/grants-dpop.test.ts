// Tokens that are bound to a key of their client (DPoP): which proofs count, which tokens are bound, and what holds after.
import { generateKeyPairSync } from 'node:crypto'
import { decodeJwt } from 'jose'
import {
  MFA_OTP,
  OTHER_API,
  outcome,
  startGrantsWorld,
  type GrantsWorld,
} from '../support/grants-world.ts'
import { newOidcClient, type OidcClient, type Parameters } from '../support/oidc-client.ts'
import { summaryOf } from '../support/oidc-browser.ts'
import { API, CALLBACK } from '../support/oidc-world.ts'
import { newHolder, type Changes, type Holder } from '../support/proofs.ts'

const NONCE_NEEDED = '400 use_dpop_nonce: Authorization server requires nonce in DPoP proof'
const NOT_BOUND = '400 invalid_request: A token that is bound to a key of the client is required'
const OTHER_KEY = '403 invalid_grant: The refresh token is bound to another key.'
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code'
const ALLOWED = { mechanism: 'dpop', required: false }
const PUBLIC = 'public-app'

let world: GrantsWorld
let holder: Holder
let thief: Holder
let spa: OidcClient
let spaId: string
let resourceServer: string

beforeAll(async () => {
  world = await startGrantsWorld()
  ;[holder, thief] = await Promise.all([newHolder(), newHolder()])
  const { body } = await world.request('POST /clients', {
    name: PUBLIC,
    app_type: 'spa',
    token_endpoint_auth_method: 'none',
    callbacks: [CALLBACK],
    grant_types: ['authorization_code', 'implicit', 'refresh_token', 'password', MFA_OTP],
    refresh_token: { rotation_type: 'rotating', expiration_type: 'non-expiring', leeway: 0 },
  })
  spaId = (body as { client_id: string }).client_id
  spa = newOidcClient(world.sandbox, { clientId: spaId, redirectUri: CALLBACK })
  resourceServer = encodeURIComponent(API)
  for (const audience of [API, OTHER_API]) {
    await world.request('POST /client-grants', {
      client_id: world.clientId,
      audience,
      scope: ['read:accounts'],
    })
  }
})
beforeEach(async () => {
  await constrain(ALLOWED)
  await world.bindActions()
})
afterAll(() => world.sandbox.stop())

const constrain = async (proof_of_possession: object | null): Promise<void> => {
  await world.request(`PATCH /resource-servers/${resourceServer}`, { proof_of_possession })
}

interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  readonly nonce: string | undefined
}

/** Sends a token request with a proof. */
async function prove(
  parameters: Parameters,
  {
    by = holder,
    changes,
    nonce,
  }: { by?: Holder; changes?: Changes; nonce?: string | undefined } = {},
): Promise<Answer> {
  const proof = await by.proof(
    { method: 'POST', url: `https://${world.sandbox.domain}/oauth/token`, now: await now(), nonce },
    changes,
  )
  return send(parameters, proof)
}

async function send(parameters: Parameters, proof: string): Promise<Answer> {
  const response = await world.sandbox.fetch('/oauth/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json', dpop: proof },
    body: JSON.stringify(parameters),
  })
  const body = (await response.json()) as Record<string, unknown>
  return { status: response.status, body, nonce: response.headers.get('dpop-nonce') ?? undefined }
}

/** As a client that cannot keep a secret does: with the nonce that it is told. */
async function proveWithNonce(parameters: Parameters, by = holder): Promise<Answer> {
  const first = await prove(parameters, { by })
  expect(outcome(first)).toBe(NONCE_NEEDED)
  return prove(parameters, { by, nonce: first.nonce })
}

const now = async (): Promise<number> => Math.floor((await world.sandbox.control.now()) / 1_000)

const SECRET = { client_id: 'web-app', client_secret: 'web-app-secret' }
const BY_PASSWORD = {
  grant_type: 'password',
  username: 'alice@example.com',
  password: 'correct horse battery staple',
  audience: API,
  scope: 'openid read:accounts offline_access',
}

/** @returns the key that a token is bound to, and how it is to be sent */
function binding({ body }: Pick<Answer, 'body'>): string {
  if (typeof body['access_token'] !== 'string') return String(body['error'])
  const { cnf } = decodeJwt<{ cnf?: { jkt?: string } }>(body['access_token'])
  return `${String(body['token_type'])} ${cnf === undefined ? 'unbound' : String(cnf.jkt)}`
}

const bound = (to = holder): string => `DPoP ${to.thumbprint}`

test('the tenant tells which algorithms its proofs may have', async () => {
  const response = await world.sandbox.fetch('/.well-known/openid-configuration')
  expect(await response.json()).toMatchObject({ dpop_signing_alg_values_supported: ['ES256'] })
})

describe('a proof', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  const INVALID = '400 invalid_dpop_proof'
  const STALE = '400 use_dpop_nonce'

  // prettier-ignore
  test.each<[name: string, changes: () => Promise<Changes> | Changes, result: string]>([
    ['that is right',                   () => ({}),                                         '200'],
    ['with query and fragment',         () => ({ claims: { htu: `https://${world.sandbox.domain}/oauth/token?a#b` } }), '200'],
    ['for another method',              () => ({ claims: { htm: 'GET' } }),                 INVALID],
    ['for another address',             () => ({ claims: { htu: `https://${world.sandbox.domain}/userinfo` } }), INVALID],
    ['for another host',                () => ({ claims: { htu: 'https://evil.example/oauth/token' } }), INVALID],
    ['without an address',              () => ({ claims: { htu: undefined } }),             INVALID],
    ['without an identity',             () => ({ claims: { jti: undefined } }),             INVALID],
    ['of long ago',                     async () => ({ claims: { iat: (await now()) - 400 } }), STALE],
    ['of the far future',               async () => ({ claims: { iat: (await now()) + 400 } }), STALE],
    ['of another type of token',        () => ({ header: { typ: 'JWT' } }),                 INVALID],
    ['signed by another key',           () => ({ header: { jwk: thief.jwk } }),             INVALID],
    ['by another algorithm',            () => ({ header: { alg: 'RS256', jwk: rsa.publicKey.export({ format: 'jwk' }) }, key: rsa.privateKey }), INVALID],
    ['with a nonce that is none',       () => ({ claims: { nonce: 'x' } }),                 '400 use_dpop_nonce'],
  ])('%s', async (_name, changes, result) => {
    const { status, body } = await prove({ ...SECRET, ...BY_PASSWORD }, { changes: await changes() })
    expect(status === 200 ? '200' : `${status} ${String(body['error'])}`).toBe(result)
  })

  test('counts once', async () => {
    const url = `https://${world.sandbox.domain}/oauth/token`
    const proof = await holder.proof({ method: 'POST', url, now: await now() })
    const request = { ...SECRET, ...BY_PASSWORD }
    expect(binding(await send(request, proof))).toBe(bound())
    expect(outcome(await send(request, proof))).toBe(
      '400 invalid_dpop_proof: DPoP proof JWT Replay detected',
    )
  })

  test('counts once for a code too, and is not taken for a wrong code', async () => {
    const url = `https://${world.sandbox.domain}/oauth/token`
    const proof = await holder.proof({ method: 'POST', url, now: await now() })
    await send({ ...SECRET, ...BY_PASSWORD }, proof)
    const browser = await world.loggedIn()
    const stop = await browser.open(world.client.authorizeUrl({ audience: API }))
    expect(outcome(await send({ ...SECRET, ...world.client.codeRequest(stop) }, proof))).toBe(
      '400 invalid_dpop_proof: DPoP proof JWT Replay detected',
    )
  })

  test('that does not hold spends nothing: neither a one-time password nor a refresh token', async () => {
    await world.bindActions(`api.multifactor.enable('any')`)
    const { body } = await proveWithNonce({ client_id: spaId, ...BY_PASSWORD })
    const otp = await world.nextOtp()
    const code = {
      client_id: spaId,
      grant_type: MFA_OTP,
      mfa_token: String(body['mfa_token']),
      otp,
    }
    expect(outcome(await prove(code, { changes: { claims: { htm: 'GET' } } }))).toMatch(
      /^400 invalid_dpop_proof/,
    )
    expect(binding(await proveWithNonce(code))).toBe(bound())
  })
})

describe('whether a token is bound', () => {
  const REQUIRED = { mechanism: 'dpop', required: true }
  const FOR_PUBLIC = { ...REQUIRED, required_for: 'public_clients' }
  const DENIED = 'invalid_request'
  const UNBOUND = 'Bearer unbound'
  afterAll(() => world.setClient({ require_proof_of_possession: false }))

  // prettier-ignore
  test.each<[api: string, policy: object | null, byClient: boolean, proven: boolean, result: string]>([
    ['none',                null,       false, false, UNBOUND],
    ['none',                null,       false, true,  UNBOUND],
    ['none',                null,       true,  false, DENIED],
    ['none',                null,       true,  true,  DENIED],
    ['allowed',             ALLOWED,    false, false, UNBOUND],
    ['allowed',             ALLOWED,    false, true,  'bound'],
    ['allowed',             ALLOWED,    true,  false, DENIED],
    ['allowed',             ALLOWED,    true,  true,  'bound'],
    ['required',            REQUIRED,   false, false, DENIED],
    ['required',            REQUIRED,   false, true,  'bound'],
    ['required',            REQUIRED,   true,  false, DENIED],
    ['required',            REQUIRED,   true,  true,  'bound'],
    ['required of public',  FOR_PUBLIC, false, false, UNBOUND],
    ['required of public',  FOR_PUBLIC, false, true,  'bound'],
  ])('API: %s (%j), client requires it: %s, proven: %s', async (_api, policy, byClient, proven, result) => {
    await constrain(policy)
    await world.setClient({ require_proof_of_possession: byClient })
    const expected = result === 'bound' ? bound() : result
    const ask = (parameters: Parameters) => proven ? prove({ ...SECRET, ...parameters }) : world.client.token(parameters)
    expect(binding(await ask(BY_PASSWORD))).toBe(expected)
    expect(binding(await ask({ grant_type: 'client_credentials', audience: API }))).toBe(expected)
  })

  test('a public client needs it where the API requires it of those', async () => {
    await constrain(FOR_PUBLIC)
    const request = { client_id: spaId, ...BY_PASSWORD }
    expect(outcome(await world.client.token({ ...request, client_secret: '' }))).toBe(NOT_BOUND)
    expect(binding(await proveWithNonce(request))).toBe(bound())
  })

  test('the Actions of a token that cannot be issued do not run', async () => {
    await constrain(REQUIRED)
    await world.bindActions(`api.user.setAppMetadata('ran', true)`)
    expect(outcome(await world.askWithPassword())).toBe(NOT_BOUND)
    const { body } = await world.request('GET /users/auth0%7Calice')
    expect(body).not.toHaveProperty('app_metadata.ran')
  })

  test('no token comes without the token endpoint, where no proof is possible', async () => {
    await constrain(REQUIRED)
    const browser = await world.loggedIn()
    const url = spa.authorizeUrl({ audience: API, response_type: 'id_token token', nonce: 'n' })
    expect(summaryOf(await browser.open(url))).toContain('invalid_request')
  })

  test('mutual TLS is refused by name', async () => {
    await constrain({ mechanism: 'mtls', required: true })
    expect(outcome(await world.askWithPassword())).toBe(
      '501 not_emulated: The setting `proof_of_possession` of this API is not emulated by the sandbox',
    )
  })
})

describe('of each grant', () => {
  test('password, refresh and MFA', async () => {
    const login = await prove({ ...SECRET, ...BY_PASSWORD })
    const refresh = {
      grant_type: 'refresh_token',
      refresh_token: String(login.body['refresh_token']),
    }
    expect(binding(login)).toBe(bound())
    expect(binding(await prove({ ...SECRET, ...refresh }))).toBe(bound())

    await world.bindActions(`api.multifactor.enable('any')`)
    const { body } = await prove({ ...SECRET, ...BY_PASSWORD })
    const mfa_token = String(body['mfa_token'])
    const code = { grant_type: MFA_OTP, mfa_token, otp: await world.nextOtp() }
    expect(binding(await prove({ ...SECRET, ...code }))).toBe(bound())
  })

  test('authorization code, with the nonce that a public client is told', async () => {
    const browser = await world.loggedIn()
    const stop = await browser.open(spa.authorizeUrl({ audience: API }))
    const request = { client_id: spaId, ...spa.codeRequest(stop) }
    expect(binding(await proveWithNonce(request))).toBe(bound())
  })

  test('device', async () => {
    await world.setClient({ grant_types: ['authorization_code', DEVICE] })
    const response = await world.sandbox.fetch('/oauth/device/code', {
      method: 'POST',
      body: new URLSearchParams({ ...SECRET, audience: API, scope: 'openid' }),
    })
    const device = (await response.json()) as Record<string, string>
    const browser = await world.loggedIn()
    await browser.submit(await browser.open(device['verification_uri_complete'] ?? ''), {
      confirm: 'yes',
    })
    const poll = { ...SECRET, grant_type: DEVICE, device_code: device['device_code'] ?? '' }
    expect(binding(await prove(poll))).toBe(bound())
  })
})

describe('a key that was named at the start of a login', () => {
  // prettier-ignore
  test.each<[name: string, key: () => Holder | undefined, result: () => string]>([
    ['is that of the proof',      () => holder,    () => bound()],
    ['is not that of the proof',  () => thief,     () => 'invalid_dpop_proof'],
    ['is not proven',             () => undefined, () => 'invalid_dpop_proof'],
  ])('%s', async (_name, key, result) => {
    const browser = await world.loggedIn()
    const stop = await browser.open(
      spa.authorizeUrl({ audience: API, dpop_jkt: holder.thumbprint }),
    )
    const request = { client_id: spaId, ...spa.codeRequest(stop) }
    const by = key()
    const answer =
      by === undefined ? await spa.token(spa.codeRequest(stop)) : await proveWithNonce(request, by)
    expect(binding(answer)).toBe(result())
  })
})

describe('a refresh token', () => {
  const refresh = (token: unknown): Parameters => ({
    grant_type: 'refresh_token',
    refresh_token: String(token),
  })

  test('of a public client is bound to the key, and so are those that replace it', async () => {
    const { body } = await proveWithNonce({ client_id: spaId, ...BY_PASSWORD })
    const first = { client_id: spaId, ...refresh(body['refresh_token']) }
    expect(outcome(await spa.token(first))).toBe(OTHER_KEY)
    expect(outcome(await proveWithNonce(first, thief))).toBe(OTHER_KEY)
    const renewed = await proveWithNonce(first)
    expect(binding(renewed)).toBe(bound())
    const second = { client_id: spaId, ...refresh(renewed.body['refresh_token']) }
    expect(outcome(await proveWithNonce(second, thief))).toBe(OTHER_KEY)
    expect(binding(await proveWithNonce(second))).toBe(bound())
  })

  test('of a code is bound as well', async () => {
    const browser = await world.loggedIn()
    const scope = 'openid read:accounts offline_access'
    const stop = await browser.open(spa.authorizeUrl({ audience: API, scope }))
    const { body } = await proveWithNonce({ client_id: spaId, ...spa.codeRequest(stop) })
    const next = { client_id: spaId, ...refresh(body['refresh_token']) }
    expect(outcome(await proveWithNonce(next, thief))).toBe(OTHER_KEY)
  })

  test('of a client with a secret is not: its tokens are bound to whatever key it proves', async () => {
    await world.setClient({ grant_types: ['password', 'refresh_token'] })
    const { body } = await prove({ ...SECRET, ...BY_PASSWORD })
    const next = refresh(body['refresh_token'])
    expect(binding(await prove({ ...SECRET, ...next }, { by: thief }))).toBe(bound(thief))
    expect(binding(await world.client.token(next))).toBe('Bearer unbound')
  })
})

describe('the userinfo endpoint', () => {
  let token: string
  beforeAll(async () => {
    await constrain(ALLOWED)
    token = String((await prove({ ...SECRET, ...BY_PASSWORD })).body['access_token'])
  })

  interface Call {
    readonly scheme?: string
    readonly by?: () => Holder | undefined
    readonly changes?: () => Changes
  }

  async function call({ scheme = 'DPoP', by = () => holder, changes }: Call): Promise<string> {
    const url = `https://${world.sandbox.domain}/userinfo`
    const proof = await by()?.proof({ method: 'GET', url, now: await now(), token }, changes?.())
    return ask(scheme, proof)
  }

  async function ask(scheme: string, proof?: string): Promise<string> {
    const response = await world.sandbox.fetch('/userinfo', {
      headers: {
        authorization: `${scheme} ${token}`,
        ...(proof === undefined ? {} : { dpop: proof }),
      },
    })
    if (response.status !== 200) return response.headers.get('www-authenticate') ?? ''
    return ((await response.json()) as { sub: string }).sub
  }

  const INVALID = 'DPoP error="invalid_dpop_proof", algs="ES256"'

  // prettier-ignore
  test.each<[name: string, call: Call, answer: string]>([
    ['a proof of the key',          {},                                                  'auth0|alice'],
    ['no proof',                    { by: () => undefined },                             INVALID],
    ['a proof of another key',      { by: () => thief },                                 INVALID],
    ['a proof of another token',    { changes: () => ({ claims: { ath: 'x' } }) },       INVALID],
    ['a proof of another method',   { changes: () => ({ claims: { htm: 'POST' } }) },    INVALID],
    ['a proof of another address',  { changes: () => ({ claims: { htu: 'https://a/' } }) }, INVALID],
    ['a proof without identity',    { changes: () => ({ claims: { jti: undefined } }) }, INVALID],
    ['an old proof',                { changes: () => ({ claims: { iat: 1 } }) },         INVALID],
    ['the scheme of other tokens',  { scheme: 'Bearer' },                                'Bearer error="invalid_token"'],
  ])('a bound token with %s', async (_name, request, answer) => {
    expect(await call(request)).toBe(answer)
  })

  test('takes a proof once', async () => {
    const url = `https://${world.sandbox.domain}/userinfo`
    const proof = await holder.proof({ method: 'GET', url, now: await now(), token })
    expect([await ask('DPoP', proof), await ask('DPoP', proof)]).toEqual(['auth0|alice', INVALID])
  })

  test('takes no token for bound that is not', async () => {
    const { body } = await world.askWithPassword({ scope: 'openid' })
    token = String(body['access_token'])
    expect(await call({})).toBe('DPoP error="invalid_token", algs="ES256"')
    expect(await call({ scheme: 'Bearer' })).toBe('auth0|alice')
  })

  test('holds tokens without an API to the same', async () => {
    const request = { ...BY_PASSWORD, audience: '' }
    token = String((await prove({ ...SECRET, ...request })).body['access_token'])
    expect(await call({})).toBe('auth0|alice')
    expect(await call({ by: () => thief })).toBe(INVALID)
    expect(await call({ scheme: 'Bearer' })).toBe('Bearer error="invalid_token"')
  })
})

test('the Management API, which binds nothing, gives no token to a client that requires it', async () => {
  const audience = `https://${world.sandbox.domain}/api/v2/`
  const { body } = await world.request('POST /clients', {
    name: 'Machine',
    app_type: 'non_interactive',
    grant_types: ['client_credentials'],
    require_proof_of_possession: true,
  })
  const { client_id, client_secret } = body as { client_id: string; client_secret: string }
  await world.request('POST /client-grants', { client_id, audience, scope: ['read:users'] })
  const request = { grant_type: 'client_credentials', client_id, client_secret, audience }
  expect((await world.client.token(request)).body).toEqual({
    error: 'invalid_request',
    error_description: 'A token that is bound to a key of the client is required',
  })
})
