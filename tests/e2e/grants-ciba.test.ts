// CIBA: a client asks for the tokens of a user who is elsewhere, and the user answers on a device.
import { decodeJwt } from 'jose'
import { MFA_OOB, outcome, startGrantsWorld, type GrantsWorld } from '../support/grants-world.ts'
import { inboxOf, type Inbox } from '../support/inbox.ts'
import type { Parameters, TokenAnswer } from '../support/oidc-client.ts'
import { API, BOB } from '../support/oidc-world.ts'
import { newHolder } from '../support/proofs.ts'

const CIBA = 'urn:openid:params:grant-type:ciba'
const PENDING = '403 authorization_pending: The end-user authorization is pending'
const DENIED =
  '403 access_denied: The end-user denied the authorization request or it has been expired'

let world: GrantsWorld
let inbox: Inbox

beforeAll(async () => {
  world = await startGrantsWorld()
  inbox = inboxOf(world.sandbox)
  await world.request('PUT /guardian/factors/push-notification', { enabled: true })
  await enrolDeviceOfBob()
  await world.setClient({
    grant_types: [CIBA, 'refresh_token'],
    oidc_conformant: true,
  })
})
beforeEach(async () => {
  await world.bindActions()
  await world.advanceClock(600)
})
afterAll(() => world.sandbox.stop())

async function enrolDeviceOfBob(): Promise<void> {
  await world.bindActions(`api.multifactor.enable('any')`)
  const { body } = await world.askWithPassword({ username: 'bob@example.com' })
  const mfa_token = String(body['mfa_token'])
  const request = { authenticator_types: ['oob'], oob_channels: ['auth0'] }
  const offer = await world.mfa('POST /mfa/associate', request, mfa_token)
  await inbox.answer('approved')
  const oob_code = String(offer.body['oob_code'])
  const enrolled = await world.client.token({ grant_type: MFA_OOB, mfa_token, oob_code })
  expect(enrolled.status).toBe(200)
}

const hint = (sub: string): string =>
  JSON.stringify({ format: 'iss_sub', iss: `https://${world.sandbox.domain}/`, sub })

/** Asks Bob, with these parameters besides or instead; those that are empty are left out. */
async function ask(parameters: Parameters = {}): Promise<TokenAnswer> {
  const fields = {
    client_id: 'web-app',
    client_secret: 'web-app-secret',
    login_hint: hint(BOB),
    scope: 'openid read:accounts offline_access',
    audience: API,
    binding_message: 'Confirm payment of 2500',
    ...parameters,
  }
  const response = await world.sandbox.fetch('/bc-authorize', {
    method: 'POST',
    body: new URLSearchParams(Object.entries(fields).filter(([, value]) => value !== '')),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const poll = (id: unknown, parameters: Parameters = {}): Promise<TokenAnswer> =>
  world.client.token({ grant_type: CIBA, auth_req_id: String(id), ...parameters })

/** @returns the identity of a request that Bob has approved */
async function approved(parameters: Parameters = {}): Promise<unknown> {
  const { body } = await ask(parameters)
  await inbox.answer('approved')
  return body['auth_req_id']
}

test('the tenant tells where it is asked, and that clients come back for the answer', async () => {
  const response = await world.sandbox.fetch('/.well-known/openid-configuration')
  expect(await response.json()).toMatchObject({
    backchannel_authentication_endpoint: `https://${world.sandbox.domain}/bc-authorize`,
    backchannel_token_delivery_modes_supported: ['poll'],
  })
})

describe('a user who is asked', () => {
  test('reads the question on a device, and approves it: once', async () => {
    await world.bindActions(
      `api.accessToken.setCustomClaim('https://test.example/seen', event.transaction)`,
    )
    const { status, body } = await ask()
    expect([status, body]).toEqual([
      200,
      { auth_req_id: expect.any(String) as string, expires_in: 300, interval: 5 },
    ])
    const { text, userId } = await inbox.newest()
    expect([userId, text]).toEqual([BOB, 'Web app: Confirm payment of 2500'])
    const id = body['auth_req_id']
    expect(outcome(await poll(id))).toBe(PENDING)
    await inbox.answer('approved')
    await world.advanceClock(5)
    const answer = await poll(id)
    expect(decodeJwt(String(answer.body['access_token']))).toMatchObject({
      sub: BOB,
      aud: [API, `https://${world.sandbox.domain}/userinfo`],
      'https://test.example/seen': {
        protocol: 'oidc-ciba',
        requested_scopes: ['openid', 'read:accounts', 'offline_access'],
      },
    })
    expect(decodeJwt(String(answer.body['id_token']))).toMatchObject({ sub: BOB })
    expect(answer.body).toHaveProperty('refresh_token')
    await world.advanceClock(5)
    expect(outcome(await poll(id))).toBe('403 invalid_grant: Invalid or expired auth_req_id')
  })

  test('says no', async () => {
    const { body } = await ask()
    await inbox.answer('rejected')
    expect(outcome(await poll(body['auth_req_id']))).toBe(DENIED)
  })

  test('does not answer in time', async () => {
    const { body } = await ask({ requested_expiry: '60' })
    await inbox.answer('approved')
    await world.advanceClock(60)
    expect(outcome(await poll(body['auth_req_id']))).toBe(DENIED)
  })
})

test('whoever asks too often has to wait longer and longer', async () => {
  const { body } = await ask()
  const id = body['auth_req_id']
  expect(outcome(await poll(id))).toBe(PENDING)
  for (const seconds of [10, 20]) {
    expect(await poll(id)).toEqual({
      status: 429,
      body: {
        error: 'slow_down',
        error_description: `You are polling faster than allowed. Try again in ${seconds} seconds.`,
        interval: seconds,
      },
    })
  }
  await world.advanceClock(20)
  expect(outcome(await poll(id))).toBe(PENDING)
})

describe('a request', () => {
  const INVALID = '400 invalid_request'

  // prettier-ignore
  test.each<[name: string, parameters: () => Parameters, result: string]>([
    ['with a wrong secret',                () => ({ client_secret: 'x' }),                  '401 access_denied: Unauthorized'],
    ['without a hint',                     () => ({ login_hint: '' }),                      '403 invalid_request: Missing required parameter: login_hint'],
    ['without a message',                  () => ({ binding_message: '' }),                 '403 invalid_request: Missing required parameter: binding_message'],
    ['with an odd message',                () => ({ binding_message: '<b>' }),              `${INVALID}: binding_message must have at most 64 characters of A-Z a-z 0-9 + - _ . , : #`],
    ['with a long message',                () => ({ binding_message: 'a'.repeat(65) }),     `${INVALID}: binding_message must have at most 64 characters of A-Z a-z 0-9 + - _ . , : #`],
    ['without openid',                     () => ({ scope: 'read:accounts' }),              `${INVALID}: scope must include openid`],
    ['for nobody',                         () => ({ login_hint: hint('auth0|x') }),         '400 unknown_user_id: The user of the login_hint does not exist or is blocked.'],
    ['for a user of another tenant',       () => ({ login_hint: '{"format":"iss_sub","iss":"https://a/","sub":"auth0|bob"}' }), `${INVALID}: login_hint must be of the format iss_sub, and of this tenant`],
    ['with a hint of another form',        () => ({ login_hint: 'bob@example.com' }),       `${INVALID}: login_hint must be of the format iss_sub, and of this tenant`],
    ['for a user without a device',        () => ({ login_hint: hint('auth0|alice') }),     `${INVALID}: The user has no device for push notifications.`],
    ['for an API that there is not',       () => ({ audience: 'https://x' }),               '403 access_denied: Service not found: https://x'],
    ['that would last for no time',        () => ({ requested_expiry: '0' }),               `${INVALID}: requested_expiry must be from 1 to 259200 seconds`],
    ['that would be asked by email',       () => ({ requested_expiry: '301' }),             '501 not_emulated: A `requested_expiry` of more than 300, which asks by email, is not emulated by the sandbox'],
    ['with more than a scope',             () => ({ authorization_details: '[]' }),         '501 not_emulated: The parameter `authorization_details` is not emulated by the sandbox'],
  ])('%s is refused', async (_name, parameters, result) => {
    expect(outcome(await ask(parameters()))).toBe(result)
  })

  // prettier-ignore
  test.each<[name: string, settings: object, result: string]>([
    ['of a third party',           { is_first_party: false },                              `403 unauthorized_client: Grant type '${CIBA}' not allowed for the client.`],
    ['that does not conform',      { oidc_conformant: false },                             `403 unauthorized_client: Grant type '${CIBA}' not allowed for the client.`],
    ['without the grant type',     { grant_types: ['password'] },                          `403 unauthorized_client: Grant type '${CIBA}' not allowed for the client.`],
    ['without the channel',        { async_approval_notification_channels: ['email'] },    '400 invalid_request: The notification channel guardian-push is not enabled for the client.'],
    ['without a secret',           { token_endpoint_auth_method: 'none' },                 '401 access_denied: Unauthorized'],
  ])('of a client %s is refused', async (_name, settings, result) => {
    const usual = { is_first_party: true, oidc_conformant: true, grant_types: [CIBA, 'refresh_token'], async_approval_notification_channels: ['guardian-push'], token_endpoint_auth_method: 'client_secret_post' }
    await world.setClient(settings)
    const wrong = 'token_endpoint_auth_method' in settings ? { client_secret: '' } : {}
    expect(outcome(await ask(wrong))).toBe(result)
    await world.setClient(usual)
  })
})

describe('an answer', () => {
  test('is for the client that has asked', async () => {
    const id = await approved()
    const { body } = await world.request('POST /clients', {
      name: 'Thief',
      grant_types: [CIBA],
      app_type: 'regular_web',
    })
    const { client_id, client_secret } = body as { client_id: string; client_secret: string }
    expect(outcome(await poll(id, { client_id, client_secret }))).toBe(
      '403 invalid_grant: Invalid or expired auth_req_id',
    )
    expect((await poll(id)).status).toBe(200)
  })

  // prettier-ignore
  test.each<[name: string, action: string, result: string]>([
    ['is nothing if an Action denies',      `api.access.deny('no')`,             '403 access_denied: no'],
    ['has the scopes that Actions leave',   `api.accessToken.removeScope('read:accounts')`, 'granted: openid offline_access'],
    ['is named as unknown beside MFA',      `api.multifactor.enable('any')`,     '501 not_emulated: MFA in a CIBA flow is not emulated by the sandbox'],
  ])('%s', async (_name, action, result) => {
    await world.bindActions(action)
    expect(outcome(await poll(await approved()))).toBe(result)
  })

  test('with a proof of a key is refused by name: it is not among the grants that take one', async () => {
    const id = await approved()
    const holder = await newHolder()
    const url = `https://${world.sandbox.domain}/oauth/token`
    const now = Math.floor((await world.sandbox.control.now()) / 1_000)
    const response = await world.sandbox.fetch('/oauth/token', {
      method: 'POST',
      headers: { dpop: await holder.proof({ method: 'POST', url, now }) },
      body: new URLSearchParams({
        client_id: 'web-app',
        client_secret: 'web-app-secret',
        grant_type: CIBA,
        auth_req_id: String(id),
      }),
    })
    expect([response.status, await response.json()]).toEqual([
      501,
      {
        error: 'not_emulated',
        error_description: 'The header `DPoP` of this grant is not emulated by the sandbox',
      },
    ])
  })
})

test('the log tells how it began and how it ended', async () => {
  const logged = await world.watchLog()
  await poll(await approved())
  expect(await logged()).toEqual(['gd_send_pn', 'ciba_start_succeeded', 'ciba_exchange_succeeded'])
})
