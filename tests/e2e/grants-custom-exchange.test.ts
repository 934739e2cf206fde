// Custom token exchange: which Action a token goes to, what that may say of its user, and the login that follows.
import { decodeJwt } from 'jose'
import {
  MFA_OTP,
  OTHER_API,
  TOKEN_EXCHANGE,
  outcome,
  startGrantsWorld,
  type GrantsWorld,
} from '../support/grants-world.ts'
import type { Parameters, TokenAnswer } from '../support/oidc-client.ts'
import { ALICE, API } from '../support/oidc-world.ts'
import { newHolder } from '../support/proofs.ts'

const TYPE = 'urn:acme:legacy-token'
const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token'
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
const CONNECTION = 'Username-Password-Authentication'
const ORGANIZATION = 'acme'

let world: GrantsWorld
let organization: string
let profile: string

beforeAll(async () => {
  world = await startGrantsWorld()
  await allow(['custom_authentication'], { oidc_conformant: true })
  // The body of the Action is in the token: each test sends the one that it wants.
  const action_id = await world.deploy({
    trigger: 'custom-token-exchange',
    code: `const AsyncFunction = (async () => {}).constructor
exports.onExecuteCustomTokenExchange = async (event, api) => {
  await new AsyncFunction('event', 'api', event.transaction.subject_token)(event, api)
}`,
  })
  const created = await world.request('POST /token-exchange-profiles', {
    name: 'Legacy',
    subject_token_type: TYPE,
    action_id,
    type: 'custom_authentication',
  })
  profile = (created.body as { id: string }).id
  const { body } = await world.request('POST /organizations', { name: ORGANIZATION })
  organization = (body as { id: string }).id
  const connections = await world.request('GET /connections')
  const [connection] = connections.body as { id: string }[]
  await world.request(`POST /organizations/${organization}/enabled_connections`, {
    connection_id: connection?.id,
  })
  await world.request(`POST /organizations/${organization}/members`, { members: [ALICE] })
})
beforeEach(() => world.bindActions())
afterAll(() => world.sandbox.stop())

const allow = (types: readonly string[], more: object = {}): Promise<void> =>
  world.setClient({ token_exchange: { allow_any_profile_of_type: types }, ...more })

/** Exchanges a token that the Action takes as its code. */
const exchange = (code: string, parameters: Parameters = {}): Promise<TokenAnswer> =>
  world.client.token({
    grant_type: TOKEN_EXCHANGE,
    subject_token_type: TYPE,
    subject_token: code,
    audience: API,
    scope: 'openid email read:accounts offline_access',
    ...parameters,
  })

const AS_ALICE = `api.authentication.setUserById('${ALICE}')`

const claimsOf = ({ body }: TokenAnswer, token = 'access_token') => decodeJwt(String(body[token]))

describe('the user', () => {
  test('that is set gets tokens of every kind', async () => {
    const answer = await exchange(AS_ALICE)
    expect(answer.body).toMatchObject({
      token_type: 'Bearer',
      scope: 'openid email read:accounts offline_access',
      issued_token_type: ACCESS_TOKEN,
    })
    expect(claimsOf(answer)).toMatchObject({ sub: ALICE, azp: 'web-app' })
    expect(claimsOf(answer, 'id_token')).toMatchObject({ sub: ALICE, email: 'alice@example.com' })
    const refreshed = await world.client.token({
      grant_type: 'refresh_token',
      refresh_token: String(answer.body['refresh_token']),
    })
    expect(claimsOf(refreshed)).toMatchObject({ sub: ALICE })
  })

  const byConnection = (userId: string, profile = '{}', options = '{}'): string =>
    `api.authentication.setUserByConnection('${CONNECTION}', { user_id: '${userId}', ...${profile} }, ${options})`
  const CREATED = `{ creationBehavior: 'create_if_not_exists' }`
  const REPLACED = `{ updateBehavior: 'replace' }`

  // prettier-ignore
  test.each<[name: string, code: string, result: string]>([
    ['by the id of the connection',      byConnection('alice'),                                          'auth0|alice'],
    ['that is new, and made',            byConnection('carol', `{ email: 'carol@example.com' }`, CREATED), 'auth0|carol'],
    ['that is new, and not made',        byConnection('dave'),                                           '400 invalid_request: The user does not exist.'],
    ['that is new, with an odd email',   byConnection('eve', `{ email: 'x' }`, CREATED),                 `400 invalid_request: Payload validation error: 'Object didn't pass validation for format email: x' on property email.`],
    ['of a connection that is not',      `api.authentication.setUserByConnection('x', { user_id: 'x' }, ${CREATED})`, '400 invalid_request: The connection does not exist.'],
    ['whose name is replaced',           byConnection('bob', `{ name: 'Robert' }`, REPLACED),            'auth0|bob'],
    ['whose email would be replaced',    byConnection('bob', `{ email: 'b@example.com' }`, REPLACED),    '400 invalid_request: The attribute email cannot be updated.'],
    ['that does not exist',              `api.authentication.setUserById('auth0|x')`,                    '400 invalid_request: The user does not exist.'],
    ['is not set',                       'return',                                                             '400 invalid_request: The Action has set no user for the transaction.'],
    ['set twice',                        `${AS_ALICE}; ${byConnection('bob')}`,                          '500 server_error: The user has been set already.'],
    ['without an id',                    `api.authentication.setUserByConnection('x', {})`,              '500 server_error: The user attributes must have a `user_id`.'],
    ['with an attribute of no kind',     byConnection('bob', '{ age: 7 }'),                              '500 server_error: Unknown user attribute: age'],
    ['denied',                           `api.access.deny('not_today', 'Come tomorrow')`,                '400 not_today: Come tomorrow'],
    ['denied after having been set',     `${AS_ALICE}; api.access.deny('server_error', 'broken')`,       '500 server_error: broken'],
    ['whose token is wrong',             `api.access.rejectInvalidSubjectToken('Forged')`,               '400 invalid_request: Forged'],
    ['when the Action fails',            `throw new Error('no network')`,                                '500 server_error: no network'],
  ])('%s', async (_name, code, result) => {
    const answer = await exchange(code)
    expect(answer.status === 200 ? claimsOf(answer).sub : outcome(answer)).toBe(result)
  })

  test('keeps what the Action has written into the metadata', async () => {
    await exchange(
      `${AS_ALICE}; api.user.setAppMetadata('group', 'staff'); api.user.setUserMetadata('lang', 'de')`,
    )
    const { body } = await world.request('GET /users/auth0%7Calice')
    expect(body).toMatchObject({ app_metadata: { group: 'staff' }, user_metadata: { lang: 'de' } })
  })

  test('who is blocked gets nothing', async () => {
    await world.request('PATCH /users/auth0%7Cbob', { blocked: true })
    expect(outcome(await exchange(`api.authentication.setUserById('auth0|bob')`))).toBe(
      '403 unauthorized: user is blocked',
    )
    await world.request('PATCH /users/auth0%7Cbob', { blocked: false })
  })
})

test('the Action sees the request, and its token in one place only', async () => {
  const answer = await exchange(
    `api.access.deny('seen', JSON.stringify([event.transaction, event.request.body, event.resource_server, event.client.name]))`,
    { requested_token_type: ACCESS_TOKEN, more: 'x' },
  )
  const seen: unknown = JSON.parse(String(answer.body['error_description']))
  expect(seen).toEqual([
    {
      requested_scopes: ['openid', 'email', 'read:accounts', 'offline_access'],
      subject_token: expect.any(String) as string,
      subject_token_type: TYPE,
      requested_token_type: ACCESS_TOKEN,
    },
    {
      grant_type: TOKEN_EXCHANGE,
      client_id: 'web-app',
      subject_token_type: TYPE,
      audience: API,
      scope: 'openid email read:accounts offline_access',
      requested_token_type: ACCESS_TOKEN,
      more: 'x',
    },
    { identifier: API },
    'Web app',
  ])
})

describe('the login that follows', () => {
  const CLAIM = 'https://test.example/seen'

  test('runs the post-login Actions with the protocol and the type of the token', async () => {
    await world.bindActions(`api.accessToken.setCustomClaim('${CLAIM}', event.transaction)`)
    expect(claimsOf(await exchange(AS_ALICE))[CLAIM]).toMatchObject({
      protocol: 'oauth2-token-exchange',
      subject_token_type: TYPE,
    })
  })

  // prettier-ignore
  test.each<[name: string, action: string, code: string, result: string]>([
    ['a denial',                       `api.access.deny('no')`,                               AS_ALICE, '403 access_denied: no'],
    ['a challenge in its place',       `api.authentication.challengeWith({ type: 'otp' })`,   AS_ALICE, '403 access_denied: challengeWith and enrollWith are not supported in a token exchange'],
    ['MFA beside an actor',            `api.multifactor.enable('any')`,                       `${AS_ALICE}; api.authentication.setActor({ sub: 'agent' })`, '400 invalid_request: MFA is not supported using actor_token with the requested token exchange profile.'],
    ['a redirect',                     `api.redirect.sendUserTo('https://a.example/')`,       AS_ALICE, '403 interaction_required: This flow cannot redirect the user.'],
  ])('ends with %s', async (_name, action, code, result) => {
    await world.bindActions(action)
    expect(outcome(await exchange(code))).toBe(result)
  })

  test('goes on by the MFA API', async () => {
    await world.bindActions(`api.multifactor.enable('any')`)
    const { body } = await exchange(AS_ALICE)
    expect(body['error']).toBe('mfa_required')
    const answer = await world.client.token({
      grant_type: MFA_OTP,
      mfa_token: String(body['mfa_token']),
      otp: await world.nextOtp(),
    })
    expect(claimsOf(answer).sub).toBe(ALICE)
    expect(answer.body).toHaveProperty('refresh_token')
  })
})

describe('an actor', () => {
  const ACTOR = `${AS_ALICE}; api.authentication.setActor({ sub: 'agent', team: 'blue', act: { sub: 'boss' } })`
  const ACT = { sub: 'agent', team: 'blue', act: { sub: 'boss' } }

  test('is named in all tokens and by the userinfo endpoint, and there is no refresh token', async () => {
    const answer = await exchange(ACTOR)
    expect([claimsOf(answer)['act'], claimsOf(answer, 'id_token')['act']]).toEqual([ACT, ACT])
    expect(answer.body).not.toHaveProperty('refresh_token')
    const response = await world.sandbox.fetch('/userinfo', {
      headers: { authorization: `Bearer ${String(answer.body['access_token'])}` },
    })
    expect(await response.json()).toMatchObject({ sub: ALICE, act: ACT })
  })

  test('is shown to the Action where the token is an ID token of the tenant', async () => {
    const { body } = await world.askWithPassword({ scope: 'openid' })
    const answer = await exchange(
      `api.access.deny('seen', event.transaction.actor_token_user.email)`,
      {
        actor_token: String(body['id_token']),
        actor_token_type: ID_TOKEN,
      },
    )
    expect(outcome(answer)).toBe('400 seen: alice@example.com')
  })

  // prettier-ignore
  test.each<[name: string, code: string, parameters: Parameters, result: string]>([
    ['whose token has no type',     AS_ALICE, { actor_token: 'x' },                               '400 invalid_request: actor_token and actor_token_type come together'],
    ['whose ID token is forged',    AS_ALICE, { actor_token: 'x', actor_token_type: ID_TOKEN },   '400 invalid_request: The actor token is invalid or has expired.'],
    ['without a subject',           `api.authentication.setActor({})`, {},                        '500 server_error: An actor must have a `sub`.'],
    ['with too many below',         `api.authentication.setActor([6,5,4,3,2,1].reduce((act, n) => ({ sub: 'a' + n, ...(act && { act }) }), undefined))`, {}, '500 server_error: An actor can have at most 4 others below it.'],
  ])('%s is refused', async (_name, code, parameters, result) => {
    expect(outcome(await exchange(code, parameters))).toBe(result)
  })
})

describe('an organization', () => {
  beforeAll(() => world.setClient({ organization_usage: 'allow' }))
  afterAll(() => world.setClient({ organization_usage: 'deny' }))

  // prettier-ignore
  test.each<[name: string, code: () => string, parameters: () => Parameters, result: string]>([
    ['of the request',                 () => AS_ALICE, () => ({ organization }), 'org'],
    ['of the Action',                  () => `${AS_ALICE}; api.authentication.setOrganization('${organization}')`, () => ({}), 'org'],
    ['of which the user is no member', () => `api.authentication.setUserById('auth0|bob')`, () => ({ organization }), 'access_denied'],
    ['that there is not',              () => AS_ALICE, () => ({ organization: 'org_x' }), 'invalid_request'],
  ])('%s', async (_name, code, parameters, result) => {
    const answer = await exchange(code(), parameters())
    const { org_id } = answer.status === 200 ? claimsOf(answer) : {}
    expect(org_id === organization ? 'org' : answer.body['error']).toBe(result)
  })

  test('is shown to the Action', async () => {
    const code = `api.access.deny('seen', event.organization.name)`
    expect(outcome(await exchange(code, { organization }))).toBe(`400 seen: ${ORGANIZATION}`)
  })

  test('cannot be combined with MFA', async () => {
    await world.bindActions(`api.multifactor.enable('any')`)
    expect(outcome(await exchange(AS_ALICE, { organization }))).toBe(
      '403 access_denied: MFA is not supported in a token exchange of an organization',
    )
  })
})

describe('a client', () => {
  afterEach(() => allow(['custom_authentication'], { is_first_party: true, oidc_conformant: true }))
  const REFUSED = '403 unauthorized_client: Custom token exchange is not allowed for the client.'

  // prettier-ignore
  test.each<[name: string, types: string[], more: object]>([
    ['for which it is not switched on',          [],                              {}],
    ['that may exchange its own tokens only',    ['on_behalf_of_token_exchange'], {}],
    ['of a third party',                         ['custom_authentication'],       { is_first_party: false }],
    ['that does not conform to OIDC',            ['custom_authentication'],       { oidc_conformant: false }],
  ])('%s is refused', async (_name, types, more) => {
    await allow(types, more)
    expect(outcome(await exchange(AS_ALICE))).toBe(REFUSED)
  })

  test('needs the setting and no grant type', async () => {
    const before = (await world.request('GET /clients/web-app')).body as { grant_types: string[] }
    await world.setClient({ grant_types: ['password'] })
    expect((await exchange(AS_ALICE)).status).toBe(200)
    await allow([])
    expect(outcome(await exchange(AS_ALICE))).toBe(
      `403 unauthorized_client: Grant type '${TOKEN_EXCHANGE}' not allowed for the client.`,
    )
    await world.setClient({ grant_types: before.grant_types })
  })

  test('can have the tokens bound to its key', async () => {
    const path = `PATCH /resource-servers/${encodeURIComponent(API)}`
    await world.request(path, { proof_of_possession: { mechanism: 'dpop', required: true } })
    expect(outcome(await exchange(AS_ALICE))).toMatch(/^400 invalid_request: A token that is bound/)
    const holder = await newHolder()
    const url = `https://${world.sandbox.domain}/oauth/token`
    const now = Math.floor((await world.sandbox.control.now()) / 1_000)
    const response = await world.sandbox.fetch('/oauth/token', {
      method: 'POST',
      headers: { dpop: await holder.proof({ method: 'POST', url, now }) },
      body: new URLSearchParams({
        grant_type: TOKEN_EXCHANGE,
        client_id: 'web-app',
        client_secret: 'web-app-secret',
        subject_token_type: TYPE,
        subject_token: AS_ALICE,
        audience: API,
      }),
    })
    const body = (await response.json()) as Record<string, unknown>
    expect([body['token_type'], claimsOf({ status: 200, body })['cnf']]).toEqual([
      'DPoP',
      { jkt: holder.thumbprint },
    ])
    await world.request(path, { proof_of_possession: null })
  })
})

test('an API for which users would have to consent is refused', async () => {
  await world.request('POST /resource-servers', { identifier: 'https://asks.example' })
  expect(outcome(await exchange(AS_ALICE, { audience: 'https://asks.example' }))).toBe(
    '403 consent_required: Consent required',
  )
})

describe('a profile', () => {
  const post = (changes: object) =>
    world.request('POST /token-exchange-profiles', {
      name: 'Another',
      subject_token_type: 'urn:acme:other',
      action_id: 'x',
      type: 'custom_authentication',
      ...changes,
    })

  // prettier-ignore
  test.each<[name: string, changes: object, status: number]>([
    ['of a type that is taken',       { subject_token_type: TYPE },                  409],
    ['of a reserved type',            { subject_token_type: 'urn:ietf:x:token' },    400],
    ['of a type of Auth0',            { subject_token_type: 'https://auth0.com/x' }, 400],
    ['of a type that is no URI',      { subject_token_type: 'some token' },          400],
    ['without an Action',             {},                                            400],
    ['of another type of profile',    { type: 'magic' },                             400],
  ])('%s is refused', async (_name, changes, status) => {
    expect((await post(changes)).status).toBe(status)
  })

  test('can be renamed and taken away, and its type with it', async () => {
    const path = `/token-exchange-profiles/${profile}`
    const changed = await world.request(`PATCH ${path}`, { subject_token_type: 'urn:acme:new' })
    expect(changed.status).toBe(204)
    expect(outcome(await exchange(AS_ALICE))).toBe(
      `403 invalid_request: Unsupported subject_token_type: ${TYPE}`,
    )
    expect((await exchange(AS_ALICE, { subject_token_type: 'urn:acme:new' })).status).toBe(200)
    await world.request(`PATCH ${path}`, { subject_token_type: TYPE })
    expect((await world.request(`GET ${path}`)).body).toMatchObject({ id: profile, name: 'Legacy' })
    expect((await world.request('GET /token-exchange-profiles')).body).toHaveLength(1)
  })
})

test('whoever sends ten wrong tokens has to wait', async () => {
  const wrong = `api.access.rejectInvalidSubjectToken('Forged')`
  await world.advanceClock(600)
  for (let count = 0; count < 10; count += 1) {
    expect(outcome(await exchange(wrong))).toBe('400 invalid_request: Forged')
  }
  expect(outcome(await exchange(AS_ALICE))).toBe(
    '429 too_many_attempts: We have detected suspicious login behavior and further attempts will be blocked. Please contact the administrator.',
  )
  await world.advanceClock(600)
  expect((await exchange(AS_ALICE, { audience: OTHER_API })).status).toBe(200)
})
