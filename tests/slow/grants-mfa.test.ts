// The MFA API: how a request without a browser goes on after a challenge, and who can be challenged with what.
import { decodeJwt } from 'jose'
import {
  MFA_OTP,
  MFA_RECOVERY_CODE,
  outcome,
  startGrantsWorld,
  type GrantsWorld,
} from '../support/grants-world.ts'
import type { Parameters, TokenAnswer } from '../support/oidc-client.ts'
import { ALICE, API, BOB, PASSWORD } from '../support/oidc-world.ts'

const ANY_STRING: unknown = expect.any(String)
const MFA_REQUIRED = '403 mfa_required: Multifactor authentication required'
const CREDENTIALS = { client_id: 'web-app', client_secret: 'web-app-secret' }

let world: GrantsWorld
beforeAll(async () => {
  world = await startGrantsWorld()
})
afterAll(() => world.sandbox.stop())

/** Binds Actions and asks for tokens, which they answer with a challenge. @returns the `mfa_token` */
async function mfaTokenOf(
  actions: readonly string[],
  parameters: Parameters = {},
): Promise<string> {
  await world.bindActions(...actions)
  const answer = await world.askWithPassword(parameters)
  expect(outcome(answer)).toBe(MFA_REQUIRED)
  return String(answer.body['mfa_token'])
}

function sendOtp(mfaToken: string, otp: string): Promise<TokenAnswer> {
  return world.client.token({ grant_type: MFA_OTP, mfa_token: mfaToken, otp })
}

describe('a one-time password', () => {
  test('goes on with the request, and the ID token says nothing of it', async () => {
    const mfaToken = await mfaTokenOf([`api.multifactor.enable('any')`], {
      scope: 'openid transfer:funds',
    })
    const answer = await sendOtp(mfaToken, await world.nextOtp())
    expect(outcome(answer)).toBe('granted: openid transfer:funds')
    const id = await world.client.verify(String(answer.body['id_token']), world.clientId)
    expect([id['acr'], id['amr']]).toEqual([undefined, undefined])
    const access = await world.client.verify(String(answer.body['access_token']), API)
    expect(access['gty']).toBe('password')
  })

  test('lets the Actions after the challenge run, which see it passed', async () => {
    const mfaToken = await mfaTokenOf([
      `api.authentication.challengeWithAny([{ type: 'otp' }])
       api.accessToken.addScope('from:first')`,
      `api.accessToken.setCustomClaim('https://test.example/seen', {
         methods: event.authentication.methods, body: event.request.body })`,
    ])
    const { body } = await sendOtp(mfaToken, await world.nextOtp())
    const claims = decodeJwt(String(body['access_token']))
    expect([claims['scope'], claims['https://test.example/seen']]).toEqual([
      'read:accounts transfer:funds from:first',
      {
        methods: [
          { name: 'pwd', timestamp: ANY_STRING },
          { name: 'mfa', timestamp: ANY_STRING, type: 'otp' },
        ],
        body: { grant_type: MFA_OTP, client_id: 'web-app' },
      },
    ])
  })

  test('does not help where a later Action denies', async () => {
    const first = await mfaTokenOf([
      `api.authentication.challengeWith({ type: 'otp' })`,
      `api.access.deny('still not')`,
    ])
    expect(outcome(await sendOtp(first, await world.nextOtp()))).toBe(
      '403 access_denied: still not',
    )
  })

  test('is not the end where a later Action asks for more', async () => {
    await world.request('PUT /guardian/factors/webauthn-roaming', { enabled: true })
    const first = await mfaTokenOf([
      `api.authentication.challengeWith({ type: 'otp' })`,
      `api.authentication.enrollWith({ type: 'webauthn-roaming' })`,
    ])
    const answer = await sendOtp(first, await world.nextOtp())
    await world.request('PUT /guardian/factors/webauthn-roaming', { enabled: false })
    expect(answer.body).toEqual({
      error: 'mfa_required',
      error_description: 'Multifactor authentication required',
      mfa_token: ANY_STRING,
      mfa_requirements: { enroll: [{ type: 'webauthn-roaming' }] },
    })
    expect(answer.body['mfa_token']).not.toBe(first)
  })

  test('is taken once, and so is its token', async () => {
    const actions = [`api.multifactor.enable('any')`]
    const first = await mfaTokenOf(actions)
    const second = await mfaTokenOf(actions)
    const otp = await world.nextOtp()
    expect(outcome(await sendOtp(first, otp))).toMatch(/^granted/)
    expect(outcome(await sendOtp(first, otp))).toBe('403 invalid_grant: Malformed mfa_token')
    expect(outcome(await sendOtp(second, otp))).toBe('403 invalid_grant: Invalid otp_code.')
  })

  test('is taken once of two at the same moment', async () => {
    const mfaToken = await mfaTokenOf([`api.multifactor.enable('any')`])
    const otp = await world.nextOtp()
    const answers = await Promise.all([sendOtp(mfaToken, otp), sendOtp(mfaToken, otp)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403])
  })

  test('can be wrong three times', async () => {
    const mfaToken = await mfaTokenOf([`api.multifactor.enable('any')`])
    const results = []
    for (const otp of ['000000', '000001', '000002', await world.nextOtp()]) {
      results.push(outcome(await sendOtp(mfaToken, otp)))
    }
    expect(results).toEqual([
      '403 invalid_grant: Invalid otp_code.',
      '403 invalid_grant: Invalid otp_code.',
      '403 invalid_grant: Invalid otp_code.',
      '403 invalid_grant: Malformed mfa_token',
    ])
  })

  test('comes too late after ten minutes', async () => {
    const mfaToken = await mfaTokenOf([`api.multifactor.enable('any')`])
    await world.advanceClock(600)
    expect(outcome(await sendOtp(mfaToken, await world.nextOtp()))).toBe(
      '403 expired_token: mfa_token is expired',
    )
  })

  test('of another client goes on with nothing', async () => {
    const { body } = await world.request('POST /clients', { name: 'Thief', grant_types: [MFA_OTP] })
    const { client_id, client_secret } = body as { client_id: string; client_secret: string }
    const mfa_token = await mfaTokenOf([`api.multifactor.enable('any')`])
    const otp = await world.nextOtp()
    const stolen = { grant_type: MFA_OTP, mfa_token, otp, client_id, client_secret }
    expect(outcome(await world.client.token(stolen))).toBe('403 invalid_grant: Malformed mfa_token')
    expect(outcome(await sendOtp(mfa_token, otp))).toMatch(/^granted/)
  })

  test('does not stand in for a factor that an Action asked for', async () => {
    await world.request('PUT /guardian/factors/webauthn-roaming', { enabled: true })
    await world.request(`POST /users/${encodeURIComponent(ALICE)}/authentication-methods`, {
      type: 'webauthn-roaming',
      key_id: 'a',
      public_key: 'b',
      relying_party_identifier: 'localhost',
    })
    const mfaToken = await mfaTokenOf([
      `api.authentication.challengeWith({ type: 'webauthn-roaming' })`,
    ])
    expect(outcome(await sendOtp(mfaToken, await world.nextOtp()))).toBe(
      '400 unsupported_challenge_type: User does not have any authenticator of a supported challenge type.',
    )
    await world.request('PUT /guardian/factors/webauthn-roaming', { enabled: false })
  })
})

describe('the MFA API', () => {
  // prettier-ignore
  test.each<[name: string, change: object, result: [number, object]]>([
    ['a one-time password',  { challenge_type: 'otp' },          [200, { challenge_type: 'otp' }]],
    ['either',               { challenge_type: 'oob otp' },      [200, { challenge_type: 'otp' }]],
    ['a message',            { challenge_type: 'oob' },          [400, { error: 'unsupported_challenge_type', error_description: 'User does not have any authenticator of a supported challenge type.' }]],
    ['a strange device',     { challenge_type: 'otp', authenticator_id: 'totp|dev_x' }, [400, { error: 'unsupported_challenge_type', error_description: 'User does not have any authenticator of a supported challenge type.' }]],
    ['no token',             { challenge_type: 'otp', mfa_token: undefined }, [403, { error: 'invalid_request', error_description: 'Missing required parameter: mfa_token' }]],
    ['a strange token',      { challenge_type: 'otp', mfa_token: 'x' },       [403, { error: 'invalid_grant', error_description: 'Malformed mfa_token' }]],
    ['a wrong secret first', { client_secret: 'guess', mfa_token: 'x' },      [401, { error: 'access_denied', error_description: 'Unauthorized' }]],
  ])('is asked to challenge with %s', async (_name, change, [status, body]) => {
    const mfa_token = await mfaTokenOf([`api.multifactor.enable('any')`])
    const answer = await world.mfa('POST /mfa/challenge', { ...CREDENTIALS, mfa_token, ...change })
    expect(answer).toEqual({ status, body })
  })

  test('lists what the user has', async () => {
    const mfaToken = await mfaTokenOf([`api.multifactor.enable('any')`])
    const { status, body } = await world.mfa('GET /mfa/authenticators', undefined, mfaToken)
    const [first] = body as unknown as object[]
    expect([status, first]).toEqual([
      200,
      { id: ANY_STRING, type: 'otp', authenticator_type: 'otp', active: true },
    ])
  })

  test('enrols whoever has nothing yet, and the first code confirms it', async () => {
    await world.request('PUT /guardian/factors/recovery-code', { enabled: true })
    const bob = { username: 'bob@example.com', scope: 'transfer:funds' }
    const mfaToken = await mfaTokenOf([`api.multifactor.enable('any')`], bob)
    const early = await sendOtp(mfaToken, '000000')
    expect([early.status, early.body['error']]).toEqual([400, 'association_required'])
    const offer = await world.mfa('POST /mfa/associate', { authenticator_types: ['otp'] }, mfaToken)
    const secret = String(offer.body['secret'])
    expect(offer).toEqual({
      status: 200,
      body: {
        authenticator_type: 'otp',
        secret: ANY_STRING,
        barcode_uri: expect.stringContaining(`secret=${secret}`) as unknown,
        recovery_codes: [ANY_STRING],
      },
    })
    expect(outcome(await sendOtp(mfaToken, '000000'))).toBe('403 invalid_grant: Invalid otp_code.')
    expect(outcome(await sendOtp(mfaToken, await world.nextOtp(secret)))).toBe(
      'granted: transfer:funds',
    )

    const [recoveryCode] = offer.body['recovery_codes'] as string[]
    const next = await mfaTokenOf([`api.multifactor.enable('any')`], bob)
    const recovered = await world.client.token({
      grant_type: MFA_RECOVERY_CODE,
      mfa_token: next,
      recovery_code: String(recoveryCode),
    })
    expect([outcome(recovered), recovered.body['recovery_code']]).toEqual([
      'granted: transfer:funds',
      ANY_STRING,
    ])
    expect(recovered.body['recovery_code']).not.toBe(recoveryCode)
    const { body } = await world.request(
      `GET /users/${encodeURIComponent(BOB)}/authentication-methods`,
    )
    expect((body as { type: string }[]).map(({ type }) => type)).toEqual(['totp', 'recovery-code'])
  })

  test('lets one of two enrol who have the same password', async () => {
    const { body: user } = await world.request('POST /users', {
      connection: 'Username-Password-Authentication',
      email: 'carol@example.com',
      password: PASSWORD,
    })
    expect(user).toMatchObject({ email: 'carol@example.com' })
    const carol = { username: 'carol@example.com', scope: 'transfer:funds' }
    const offers = []
    for (const mfaToken of [
      await mfaTokenOf([`api.multifactor.enable('any')`], carol),
      await mfaTokenOf([`api.multifactor.enable('any')`], carol),
    ]) {
      const body = { authenticator_types: ['otp'] }
      const offer = await world.mfa('POST /mfa/associate', body, mfaToken)
      offers.push({ mfaToken, secret: String(offer.body['secret']) })
    }
    const results = []
    for (const { mfaToken, secret } of offers) {
      results.push(outcome(await sendOtp(mfaToken, await world.nextOtp(secret))))
    }
    expect(results).toEqual([
      'granted: transfer:funds',
      '403 access_denied: User is already enrolled.',
    ])
  })

  test('adds nothing for whoever has a factor', async () => {
    const mfaToken = await mfaTokenOf([`api.multifactor.enable('any')`])
    expect(
      await world.mfa('POST /mfa/associate', { authenticator_types: ['otp'] }, mfaToken),
    ).toEqual({
      status: 403,
      body: { error: 'access_denied', error_description: 'User is already enrolled.' },
    })
  })

  // prettier-ignore
  test.each<[line: string, bearer: string | undefined, status: number, error: string]>([
    ['GET /mfa/authenticators', undefined, 401, 'access_denied'],
    ['GET /mfa/authenticators', 'x',       403, 'invalid_grant'],
    ['POST /mfa/associate',     'x',       403, 'invalid_grant'],
  ])('%s with the bearer %s is refused', async (line, bearer, status, error) => {
    const body = line.startsWith('GET') ? undefined : { authenticator_types: ['otp'] }
    const answer = await world.mfa(line, body, bearer)
    expect([answer.status, answer.body['error']]).toEqual([status, error])
  })
})

test('the log tells how each challenge went', async () => {
  const mfaToken = await mfaTokenOf([`api.multifactor.enable('any')`])
  const logged = await world.watchLog()
  await sendOtp(mfaToken, '000000')
  await sendOtp(mfaToken, await world.nextOtp())
  expect(await logged()).toEqual([
    'gd_auth_failed',
    'feotpft: Invalid otp_code.',
    'gd_auth_succeed',
    'seotpft',
  ])
})
