// The MFA API for factors that reach the user by another way: email, phone, and the app on a device.
import { decodeJwt } from 'jose'
import { MFA_OOB, outcome, startGrantsWorld, type GrantsWorld } from '../support/grants-world.ts'
import { inboxOf, type Inbox } from '../support/inbox.ts'
import type { TokenAnswer } from '../support/oidc-client.ts'
import { ALICE, BOB, PASSWORD } from '../support/oidc-world.ts'

const ANY_STRING: unknown = expect.any(String)
const CREDENTIALS = { client_id: 'web-app', client_secret: 'web-app-secret' }
const ENABLE = `api.multifactor.enable('any')`
const PENDING =
  '403 authorization_pending: Authorization pending: please repeat the request in a few seconds.'

let world: GrantsWorld
let inbox: Inbox

beforeAll(async () => {
  world = await startGrantsWorld()
  inbox = inboxOf(world.sandbox)
  for (const factor of ['sms', 'email', 'push-notification']) {
    await world.request(`PUT /guardian/factors/${factor}`, { enabled: true })
  }
})
afterAll(() => world.sandbox.stop())
beforeEach(() => world.advanceClock(3_600))

async function mfaTokenOf(action: string, username = 'alice@example.com'): Promise<string> {
  await world.bindActions(action)
  const { body } = await world.askWithPassword({ username, scope: 'transfer:funds' })
  expect(body['error']).toBe('mfa_required')
  return String(body['mfa_token'])
}

const challenge = (mfa_token: string, more: object = {}): Promise<TokenAnswer> =>
  world.mfa('POST /mfa/challenge', { ...CREDENTIALS, mfa_token, challenge_type: 'oob', ...more })

const redeem = (mfa_token: string, oob_code: unknown, binding_code = ''): Promise<TokenAnswer> =>
  world.client.token({
    grant_type: MFA_OOB,
    mfa_token,
    oob_code: String(oob_code),
    ...(binding_code === '' ? {} : { binding_code }),
  })

const addMethod = (user: string, body: object): Promise<unknown> =>
  world.request(`POST /users/${encodeURIComponent(user)}/authentication-methods`, body)

async function typesOf(user: string): Promise<string[]> {
  const path = `GET /users/${encodeURIComponent(user)}/authentication-methods`
  return ((await world.request(path)).body as { type: string }[]).map(({ type }) => type)
}

describe('a code by email, to a verified address', () => {
  test('goes on with the request; the next Action sees which factor it was', async () => {
    await world.bindActions(
      `api.authentication.challengeWith({ type: 'email' })`,
      `api.accessToken.setCustomClaim('https://test.example/seen', {
         methods: event.authentication.methods.map(({ name, type }) => [name, type]),
         factors: event.user.enrolledFactors, providers: event.user.multifactor,
         body: event.request.body })`,
    )
    const first = await world.askWithPassword({ scope: 'openid transfer:funds' })
    expect(first.body['mfa_requirements']).toEqual({ challenge: [{ type: 'email' }] })
    const mfaToken = String(first.body['mfa_token'])
    const { status, body } = await challenge(mfaToken)
    expect([status, body]).toEqual([
      200,
      { challenge_type: 'oob', oob_code: ANY_STRING, binding_method: 'prompt' },
    ])
    const answer = await redeem(mfaToken, body['oob_code'], await inbox.code())
    expect(outcome(answer)).toBe('granted: openid transfer:funds')
    expect(decodeJwt(String(answer.body['access_token']))['https://test.example/seen']).toEqual({
      methods: [
        ['pwd', null],
        ['mfa', 'email'],
      ],
      factors: [{ type: 'otp' }, { type: 'email' }],
      providers: ['guardian'],
      body: { grant_type: MFA_OOB, client_id: 'web-app' },
    })
    expect(decodeJwt(String(answer.body['id_token']))['amr']).toBeUndefined()
  })

  // prettier-ignore
  test.each<[name: string, change: (code: string) => string, answer: string]>([
    ['a wrong code', (code) => (code === '000000' ? '000001' : '000000'), '403 invalid_grant: Invalid binding_code.'],
    ['no code',      () => '',                                            '403 invalid_request: Missing required parameter: binding_code'],
  ])('is refused with %s', async (_name, change, expected) => {
    const mfaToken = await mfaTokenOf(`api.authentication.challengeWith({ type: 'email' })`)
    const { body } = await challenge(mfaToken)
    const answer = await redeem(mfaToken, body['oob_code'], change(await inbox.code()))
    expect(outcome(answer)).toBe(expected)
  })

  test('of another request goes on with nothing', async () => {
    const action = `api.authentication.challengeWith({ type: 'email' })`
    const first = await mfaTokenOf(action)
    const { body } = await challenge(first)
    const code = await inbox.code()
    const second = await mfaTokenOf(action)
    expect(outcome(await redeem(second, body['oob_code'], code))).toBe(
      '403 invalid_grant: Malformed oob_code',
    )
    expect(outcome(await redeem(first, body['oob_code'], code))).toMatch(/^granted/)
  })

  test('does not stand in for a factor that an Action asked for', async () => {
    const mfaToken = await mfaTokenOf(`api.authentication.challengeWith({ type: 'otp' })`)
    expect((await challenge(mfaToken)).body['error']).toBe('unsupported_challenge_type')
  })
})

describe('a phone', () => {
  beforeAll(() => addMethod(ALICE, { type: 'phone', phone_number: '+15550100' }))

  test('is listed with its channels, and called when its voice is chosen', async () => {
    const types = (message_types: string[]) =>
      world.request('PUT /guardian/factors/phone/message-types', { message_types })
    await types(['sms', 'voice'])
    const mfaToken = await mfaTokenOf(ENABLE)
    const listed = await world.mfa('GET /mfa/authenticators', undefined, mfaToken)
    const [otp, sms, voice, email] = listed.body as unknown as { id: string }[]
    const oob = { authenticator_type: 'oob', active: true }
    expect([otp, sms, voice, email]).toEqual([
      { id: ANY_STRING, type: 'otp', authenticator_type: 'otp', active: true },
      { id: ANY_STRING, type: 'phone', ...oob, oob_channel: 'sms', name: 'XXXXXXXX0100' },
      { id: ANY_STRING, type: 'phone', ...oob, oob_channel: 'voice', name: 'XXXXXXXX0100' },
      { id: ANY_STRING, type: 'email', ...oob, oob_channel: 'email', name: 'al****@e****' },
    ])
    const { body } = await challenge(mfaToken, { authenticator_id: voice?.id })
    const { channel, to } = await inbox.newest()
    await types(['sms'])
    expect([channel, to]).toEqual(['voice', '+15550100'])
    expect(outcome(await redeem(mfaToken, body['oob_code'], await inbox.code()))).toBe(
      'granted: transfer:funds',
    )
  })
})

describe('a device', () => {
  const PUSH = `api.authentication.challengeWith({ type: 'push-notification' })`

  test('is enrolled once its owner has approved, with one-time passwords, and is asked from then on', async () => {
    const mfaToken = await mfaTokenOf(ENABLE, 'bob@example.com')
    const request = { authenticator_types: ['oob'], oob_channels: ['auth0'] }
    const offer = await world.mfa('POST /mfa/associate', request, mfaToken)
    expect(offer).toEqual({
      status: 200,
      body: {
        authenticator_type: 'oob',
        barcode_uri: expect.stringContaining('enrollment_tx_id=') as unknown,
        oob_channel: 'auth0',
        oob_code: ANY_STRING,
      },
    })
    const { oob_code: oobCode } = offer.body
    expect(outcome(await redeem(mfaToken, oobCode))).toBe(PENDING)
    expect(await typesOf(BOB)).toEqual([])
    expect(await inbox.answer('approved')).toBe(204)
    expect(outcome(await redeem(mfaToken, oobCode))).toBe('granted: transfer:funds')
    expect(await typesOf(BOB)).toEqual(['push', 'totp'])

    const next = await mfaTokenOf(PUSH, 'bob@example.com')
    const { body } = await challenge(next)
    expect(body).toEqual({ challenge_type: 'oob', oob_code: ANY_STRING })
    expect(outcome(await redeem(next, body['oob_code']))).toBe(PENDING)
    await inbox.answer('approved')
    expect(outcome(await redeem(next, body['oob_code']))).toBe('granted: transfer:funds')
  })

  test('says no', async () => {
    const mfaToken = await mfaTokenOf(PUSH, 'bob@example.com')
    const { body } = await challenge(mfaToken)
    await inbox.answer('rejected')
    expect(outcome(await redeem(mfaToken, body['oob_code']))).toBe(
      '403 invalid_grant: MFA Authorization rejected.',
    )
    expect(await inbox.answer('approved')).toBe(404)
  })

  test('is asked after twelve times a minute at most', async () => {
    const mfaToken = await mfaTokenOf(PUSH, 'bob@example.com')
    const { body } = await challenge(mfaToken)
    const results = []
    for (let poll = 0; poll < 13; poll += 1) {
      results.push(outcome(await redeem(mfaToken, body['oob_code'])))
    }
    expect([results[11], results[12]]).toEqual([
      PENDING,
      '429 slow_down: You are polling faster than allowed.',
    ])
  })

  test('goes with its one-time passwords', async () => {
    const path = `/users/${encodeURIComponent(BOB)}/authentication-methods`
    const [push] = (await world.request(`GET ${path}`)).body as { id: string }[]
    await world.request(`DELETE ${path}/${encodeURIComponent(push?.id ?? '')}`)
    expect(await typesOf(BOB)).toEqual([])
  })
})

describe('enrolment', () => {
  // prettier-ignore
  test.each<[name: string, body: object, sent: string, types: string[]]>([
    ['a phone',    { oob_channels: ['sms'],   phone_number: '+15550199' },    'sms to +15550199',            ['phone']],
    ['an address', { oob_channels: ['email'], email: 'bob@private.example' }, 'email to bob@private.example', ['email']],
  ])('of %s', async (name, request, sent, types) => {
    const { body: user } = await world.request('POST /users', {
      connection: 'Username-Password-Authentication',
      email: `${name.replace(' ', '-')}@example.com`,
      password: PASSWORD,
    })
    const { user_id: id, email } = user as { user_id: string; email: string }
    const mfaToken = await mfaTokenOf(ENABLE, email)
    const offer = await world.mfa(
      'POST /mfa/associate',
      { authenticator_types: ['oob'], ...request },
      mfaToken,
    )
    expect(offer.body).toMatchObject({ authenticator_type: 'oob', binding_method: 'prompt' })
    const { channel, to } = await inbox.newest()
    expect(`${channel} to ${to}`).toBe(sent)
    const code = await inbox.code()
    expect(outcome(await redeem(mfaToken, offer.body['oob_code'], code))).toMatch(/^granted/)
    expect(await typesOf(id)).toEqual(types)
  })

  // prettier-ignore
  test.each<[name: string, request: object, status: number, text: string]>([
    ['of no kind',        { authenticator_types: ['carrier-pigeon'] },                        400, 'authenticator_types must be otp or oob'],
    ['of no channel',     { authenticator_types: ['oob'] },                                   400, 'oob_channels must be sms, voice, email or auth0'],
    ['without a number',  { authenticator_types: ['oob'], oob_channels: ['sms'] },            403, 'Missing required parameter: phone_number'],
    ['by a voice that is switched off', { authenticator_types: ['oob'], oob_channels: ['voice'], phone_number: '+15550199' }, 403, 'The factor is not enabled or was not asked for.'],
  ])('%s is refused', async (_name, request, status, text) => {
    const mfaToken = await mfaTokenOf(ENABLE, 'bob@example.com')
    const answer = await world.mfa('POST /mfa/associate', request, mfaToken)
    expect([answer.status, answer.body['error_description']]).toEqual([status, text])
  })

  test('of whoever has a factor is refused', async () => {
    const mfaToken = await mfaTokenOf(ENABLE)
    const request = { authenticator_types: ['oob'], oob_channels: ['auth0'] }
    const answer = await world.mfa('POST /mfa/associate', request, mfaToken)
    expect(outcome(answer)).toBe('403 access_denied: User is already enrolled.')
  })
})
