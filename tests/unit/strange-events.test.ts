import type { PostLoginEvent } from '../../actions/step-up/event.ts'
import { postLogin } from '../../actions/step-up/post-login.ts'
import { recordingApi } from '../support/api.ts'
import { ago, BANKING, MULTI_FACTOR, NOW_MS } from '../support/event.ts'
import { FABRIKAM, ID_TOKEN_CLAIM, scopeRule } from '../support/policies.ts'

// The runtime promises none of this. A login that may carry a protected scope is denied or
// challenged all the same, and of one that cannot only what must be read is read.

const DENIED = [
  ['api.access.deny', 'this request could not be checked (step-up: request-unreadable)'],
]
const ENABLED = ['api.multifactor.enable', 'any', { allowRememberBrowser: false }]
const CHALLENGED = [ENABLED]
const ASKED_BY_SCOPE = [['api.idToken.setCustomClaim', ID_TOKEN_CLAIM, ['transfer-funds']], ENABLED]
const ASKED_BY_ACR = [['api.idToken.setCustomClaim', ID_TOKEN_CLAIM, ['salary-page']], ENABLED]
const REMOVED = [['api.accessToken.removeScope', 'transfer:funds']]
const UNTOUCHED: unknown[] = []

const failing = (name: string, around: object = {}): object =>
  Object.defineProperties(
    {},
    {
      ...Object.getOwnPropertyDescriptors(around),
      [name]: {
        enumerable: true,
        get: () => {
          throw new Error('boom')
        },
      },
    },
  )

const browser = { protocol: 'oidc-basic-profile' }
const transfer = { ...browser, requested_scopes: ['transfer:funds'] }
const banking = { identifier: BANKING }
const event = (transaction: unknown, more: object = {}): object => ({
  transaction,
  resource_server: banking,
  ...more,
})

beforeEach(() => {
  jest.useFakeTimers({ now: NOW_MS })
  jest.spyOn(console, 'log').mockImplementation(() => undefined)
})

afterEach(() => {
  jest.useRealTimers()
  jest.restoreAllMocks()
})

const run = async (policy: typeof FABRIKAM, strange: unknown) => {
  const { api, calls } = recordingApi()
  await postLogin(policy)(strange as PostLoginEvent, api)
  return calls
}

describe('the shipped policy', () => {
  // prettier-ignore
  test.each([
    ['no event',                                 undefined,                                                          DENIED],
    ['null event',                               null,                                                               DENIED],
    ['empty event',                              {},                                                                 REMOVED],
    ['transaction throws',                       failing('transaction', { resource_server: banking }),               DENIED],
    ['transaction is a string',                  event('oidc'),                                                      REMOVED],
    ['protocol throws',                          event(failing('protocol', { requested_scopes: ['transfer:funds'] })), REMOVED],
    ['protocol is a list',                       event({ ...transfer, protocol: ['oidc-basic-profile'] }),           REMOVED],
    ['requested_scopes throw',                   event(failing('requested_scopes', browser)),                        DENIED],
    ['requested_scopes throw, another API',      event(failing('requested_scopes', browser), { resource_server: { identifier: 'https://other.example' } }), UNTOUCHED],
    ['requested_scopes are an object',           event({ ...browser, requested_scopes: { 0: 'transfer:funds' } }),   DENIED],
    ['requested_scopes hold a number',           event({ ...browser, requested_scopes: [7] }),                       DENIED],
    ['requested_scopes hold null',               event({ ...browser, requested_scopes: [null, 'transfer:funds'] }),  ASKED_BY_SCOPE],
    ['requested_scopes only look like a list',   event({ ...browser, requested_scopes: new Set(['transfer:funds']) }), DENIED],
    ['one requested scope is several',           event({ ...browser, requested_scopes: ['openid  transfer:funds'] }), ASKED_BY_SCOPE],
    ['requested_scopes are null',                event({ ...browser, requested_scopes: null }),                      REMOVED],
    ['resource_server throws',                   failing('resource_server', { transaction: transfer }),              DENIED],
    ['resource_server throws, everyday scope',   failing('resource_server', { transaction: { ...browser, requested_scopes: ['read:accounts'] } }), DENIED],
    ['identifier is a number',                   event(transfer, { resource_server: { identifier: 7 } }),            ASKED_BY_SCOPE],
    ['body scope is a list',                     event({ protocol: 'oauth2-password' }, { request: { body: { scope: ['openid', 'transfer:funds'] } } }), REMOVED],
    ['body scope is a number',                   event({ protocol: 'oauth2-password' }, { request: { body: { scope: 7 } } }), DENIED],
    ['body scope is a list of nothing: all',     event({ protocol: 'oauth2-password' }, { request: { body: { scope: [null, ''] } } }), REMOVED],
    ['body throws',                              event({ protocol: 'oauth2-password' }, { request: failing('body') }), DENIED],
    ['body is null: all scopes',                 event({ protocol: 'oauth2-password' }, { request: { body: null } }), REMOVED],
    ['acr_values throw',                         event(failing('acr_values', { ...browser, requested_scopes: [] })), DENIED],
    ['acr_values are one string',                event({ ...browser, requested_scopes: [], acr_values: `urn:x ${MULTI_FACTOR}` }), ASKED_BY_ACR],
    ['acr_values hold an object',                event({ ...browser, requested_scopes: [], acr_values: [{}] }),      DENIED],
    ['prompt throws',                            event(failing('prompt', transfer)),                                 ASKED_BY_SCOPE],
    ['session throws',                           failing('session', event(transfer)),                                DENIED],
    ['session is empty',                         event(transfer, { session: {} }),                                   ASKED_BY_SCOPE],
    ['actors are null',                          event({ ...transfer, actor: null }, { session: { actor: null } }),  ASKED_BY_SCOPE],
    ['enrolledFactors throw',                    event(transfer, { user: failing('enrolledFactors') }),              DENIED],
    ['enrolledFactors throw, everyday scope',    event({ ...browser, requested_scopes: ['openid'] }, { user: failing('enrolledFactors') }), UNTOUCHED],
    ['enrolledFactors hold nothing useful',      event(transfer, { user: { enrolledFactors: [{}] } }),               ASKED_BY_SCOPE],
    ['refresh grants are an object',             event({ protocol: 'oauth2-refresh-token' }, { refresh_token: { resource_servers: {} } }), DENIED],
    ['a refresh grant without scopes',           event({ protocol: 'oauth2-refresh-token' }, { refresh_token: { resource_servers: [{ audience: BANKING }] }, client: { refresh_token: { policies: [] } } }), UNTOUCHED],
    ['a refresh of nobody knows which client',   event({ protocol: 'oauth2-refresh-token' }),                         REMOVED],
    ['a refresh grant for no API',               { transaction: { protocol: 'oauth2-refresh-token' }, refresh_token: { resource_servers: [{ scopes: 'openid' }] }, client: { refresh_token: { policies: [] } } }, UNTOUCHED],
    ['a refresh for an API without a name',      { transaction: { protocol: 'oauth2-refresh-token' }, resource_server: {}, request: { body: { scope: 'openid' } } }, REMOVED],
    ['a refresh whose audience is a list',       { transaction: { protocol: 'oauth2-refresh-token' }, request: { body: { scope: 'openid', audience: [] } } }, REMOVED],
    ['a password login for an API without a name', { transaction: { protocol: 'oauth2-password' }, resource_server: { identifier: 5 }, request: { body: { scope: 'openid' } } }, REMOVED],
    ['a list of scopes with a tab in it',        event({ ...browser, requested_scopes: ['openid\ttransfer:funds'] }), ASKED_BY_SCOPE],
    ['the rest throws, everyday scope',          ['user', 'authentication', 'organization', 'session', 'client'].reduce((around, name) => failing(name, around), event({ ...browser, requested_scopes: ['openid'] })), UNTOUCHED],
  ])('%s', async (_name, strange, expected) => {
    expect(await run(FABRIKAM, strange)).toEqual(expected)
  })
})

describe('an earlier MFA counts only where all can be read', () => {
  const policy = { rules: [scopeRule({ requires: { factors: 'any', maxAgeSeconds: 300 } })] }
  const withMethods = (methods: unknown) => event(transfer, { authentication: { methods } })
  const mfa = (timestamp: unknown) => ({ name: 'mfa', timestamp })

  // prettier-ignore
  test.each([
    ['ISO 8601 in UTC',             withMethods([mfa('2026-11-24T11:59:50.000Z')]),      UNTOUCHED],
    ['ISO 8601 with an offset',     withMethods([mfa('2026-11-24T12:59:50+01:00')]),     UNTOUCHED],
    ['an unreadable one beside it', withMethods([null, failing('name'), mfa('x'), mfa('2026-11-24T11:59:50.000Z')]), DENIED],
    ['without a zone',              withMethods([mfa('2026-11-24T11:59:50')]),           CHALLENGED],
    ['a date alone',                withMethods([mfa('2026-11-24')]),                    CHALLENGED],
    ['no such day',                 withMethods([mfa('2026-13-24T11:59:50Z')]),          CHALLENGED],
    ['a number, as in Rules',       withMethods([mfa(NOW_MS - 1000)]),                   CHALLENGED],
    ['no text at all',              withMethods([mfa(Object.create(null))]),             CHALLENGED],
    ['a number in a string',        withMethods([mfa(String(NOW_MS - 1000))]),           CHALLENGED],
    ['words',                       withMethods([mfa('just now')]),                      CHALLENGED],
    ['missing',                     withMethods([{ name: 'mfa' }]),                      CHALLENGED],
    ['factor of a wrong type',      withMethods([{ ...mfa(ago(1)), type: 7 }]),          DENIED],
    ['another method',              withMethods([{ name: 'pwd', timestamp: ago(1) }, { name: 'passkey', timestamp: ago(1) }]), CHALLENGED],
    ['methods are an object',       withMethods({ 0: mfa(ago(1)), length: 1 }),          DENIED],
    ['methods throw',               event(transfer, { authentication: failing('methods') }), DENIED],
    ['authentication missing',      event(transfer),                                     CHALLENGED],
  ])('%s', async (_name, strange, expected) => {
    expect(await run(policy, strange)).toEqual(expected)
  })
})

describe('what no rule asks for is not read', () => {
  const ACR_ONLY = { rules: FABRIKAM.rules.slice(1) }
  const SCOPES_ONLY = { rules: FABRIKAM.rules.slice(0, 1) }

  // prettier-ignore
  test.each([
    ['acr values, where rules are for scopes',  SCOPES_ONLY, event(failing('acr_values', { ...browser, requested_scopes: [] }))],
    ['scopes, where rules are for acr values',  ACR_ONLY,    { transaction: failing('requested_scopes', browser) }],
  ])('%s', async (_name, policy, strange) => {
    expect(await run(policy, strange)).toEqual(UNTOUCHED)
  })
})

test("what may be for an API of Auth0's own is not answered with a removal", async () => {
  const policy = { rules: [scopeRule({ cannotRemove: true })] }
  const unknown = { transaction: browser, resource_server: { identifier: 5 } }
  expect(await run(policy, unknown)).toEqual(CHALLENGED)
})

test('without any assessment, confidence is low', async () => {
  const low = { factors: 'any', maxAgeSeconds: 0 } as const
  const policy = {
    rules: [scopeRule({ requires: { factors: [], maxAgeSeconds: 0 }, whenConfidenceIsLow: low })],
  }
  expect(await run(policy, event(transfer))).toEqual(CHALLENGED)
})

test('who has a factor of no known type has none, where one is insisted on', async () => {
  const policy = { rules: [scopeRule({ whenNotEnrolled: 'deny' })] }
  const [call] = await run(policy, event(transfer, { user: { enrolledFactors: [{}] } }))
  expect(call?.[0]).toBe('api.access.deny')
})

describe('exceptions need a client or organization that can be read', () => {
  const untilMs = NOW_MS + 1
  const policy = {
    rules: [
      scopeRule({
        exceptions: [
          { client: 'batch', untilMs },
          { organization: 'org_1', untilMs },
        ],
      }),
    ],
  }

  // prettier-ignore
  test.each([
    ['readable client',     event(transfer, { client: { client_id: 'batch' } }),   UNTOUCHED],
    ['no client at all',    event(transfer),                                       CHALLENGED],
    ['client throws',       failing('client', event(transfer)),                    DENIED],
    ['client id in a list', event(transfer, { client: { client_id: ['batch'] } }), CHALLENGED],
    ['organization throws', failing('organization', event(transfer)),              DENIED],
  ])('%s', async (_name, strange, expected) => {
    expect(await run(policy, strange)).toEqual(expected)
  })
})

test('an api that cannot even deny ends the login with an error that tells nothing', async () => {
  const { api } = recordingApi('api.access.deny')
  const login = postLogin(FABRIKAM)(failing('transaction'), api)
  await expect(login).rejects.toThrow(/^this request could not be checked$/)
})
