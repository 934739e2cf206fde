import type { ScopeRule } from '../../actions/step-up/policy.ts'
import { postLogin } from '../../actions/step-up/post-login.ts'
import { recordingApi } from '../support/api.ts'
import { CASES } from '../support/cases.ts'
import { BANKING, eventOf, NOW_MS, type Given } from '../support/event.ts'
import { FABRIKAM, ID_TOKEN_CLAIM, scopeRule } from '../support/policies.ts'

const TRANSFER: Given = {
  protocol: 'oidc-basic-profile',
  audience: BANKING,
  scopes: ['transfer:funds'],
}

let log: jest.SpyInstance<unknown, unknown[]>

beforeEach(() => {
  jest.useFakeTimers({ now: NOW_MS })
  log = jest.spyOn(console, 'log').mockImplementation(() => undefined)
})

afterEach(() => {
  jest.useRealTimers()
  jest.restoreAllMocks()
})

describe.each(CASES)('$title', ({ policy, cases }) => {
  test.each(cases)('%s', async (_name, given, _decision, expected) => {
    const { api, calls } = recordingApi()
    await postLogin(policy)(eventOf(given), api)
    expect(calls).toEqual(expected)
  })
})

describe('log', () => {
  // prettier-ignore
  test.each([
    ['pass',      { ...TRANSFER, scopes: ['openid'] },                       []],
    ['challenge', TRANSFER,                                                  ['{"stepUp":"challenge","reason":"mfa-every-time","rule":"transfer-funds","protocol":"oidc-basic-profile"}']],
    ['remove',    { ...TRANSFER, protocol: 'oidc-ciba' },                    ['{"stepUp":"remove","reason":"no-browser","rule":"transfer-funds","protocol":"oidc-ciba"}']],
    ['protocol that is not ours to repeat', { ...TRANSFER, protocol: 'x'.repeat(300) }, ['{"stepUp":"remove","reason":"no-browser","rule":"transfer-funds","protocol":"unknown"}']],
  ])('%s', async (_name, given, expected) => {
    await postLogin(FABRIKAM)(eventOf(given), recordingApi().api)
    expect(log.mock.calls).toEqual(expected.map((line) => [line]))
  })

  test('the longest line stays below 256 characters', async () => {
    const rule = scopeRule({ id: 'a'.repeat(64), withoutBrowser: { others: 'deny' } })
    const event = eventOf({ ...TRANSFER, protocol: 'oauth2-resource-owner-jwt-bearer' })
    await postLogin({ rules: [rule] })(event, recordingApi().api)
    expect((log.mock.calls[0]?.[0] as string).length).toBeLessThan(256)
  })
})

describe('a rule that is reported until a day', () => {
  const reported = {
    rules: [
      scopeRule({ reportUntilMs: NOW_MS + 1 }),
      scopeRule({ id: 'sign', scopes: ['sign:contract'] }),
    ],
  }
  const WOULD =
    '{"stepUp":"report","would":"challenge","reason":"mfa-every-time","rule":"transfer-funds"}'
  const ENABLE = ['api.multifactor.enable', 'any', { allowRememberBrowser: false }]
  const CHALLENGED =
    '{"stepUp":"challenge","reason":"mfa-every-time","rule":"sign","protocol":"oidc-basic-profile"}'

  // prettier-ignore
  test.each<[string, Given, unknown[], string[]]>([
    ['challenges nobody, and logs that it would', TRANSFER,                                           [],       [WOULD]],
    ['says nothing of what it would let pass',    { ...TRANSFER, scopes: ['openid'] },                [],       []],
    ['takes nothing out of a refresh',            { ...TRANSFER, protocol: 'oauth2-refresh-token', bodyScope: 'transfer:funds', granted: [{ audience: BANKING, scopes: 'openid' }], multiResource: [] }, [], ['{"stepUp":"report","would":"remove","reason":"refresh-token","rule":"transfer-funds"}']],
    ['leaves other rules in force',               { ...TRANSFER, scopes: ['sign:contract'] },         [ENABLE], [CHALLENGED]],
    ['is not told where another rule does the same',         { ...TRANSFER, scopes: ['sign:contract', 'transfer:funds'] }, [ENABLE], [CHALLENGED]],
  ])('%s', async (_name, given, expected, lines) => {
    const { api, calls } = recordingApi()
    await postLogin(reported)(eventOf(given), api)
    expect([calls, log.mock.calls.flat()]).toEqual([expected, lines])
  })

  test('is not among those that the login was held to', async () => {
    const { api, calls } = recordingApi()
    const given = { ...TRANSFER, scopes: ['sign:contract', 'transfer:funds'] }
    await postLogin({ idTokenClaim: ID_TOKEN_CLAIM, ...reported })(eventOf(given), api)
    expect(calls).toEqual([['api.idToken.setCustomClaim', ID_TOKEN_CLAIM, ['sign']], ENABLE])
  })

  // prettier-ignore
  test.each<[string, Partial<ScopeRule>, string[]]>([
    ['is told where another rule asks for less', { whenNotEnrolled: 'deny' },                                [CHALLENGED, '{"stepUp":"report","would":"deny","reason":"not-enrolled","rule":"sign"}']],
    ['is told where it would ask first',         { audience: 'https://other.example', scopes: ['unused'] }, [CHALLENGED]],
  ])('%s', async (_name, changes, lines) => {
    const more = scopeRule({ id: 'more', scopes: ['sign:contract'], ...changes, reportUntilMs: NOW_MS + 1 })
    const policy = { rules: [scopeRule({ id: 'sign', scopes: ['sign:contract'] }), more] }
    await postLogin(policy)(eventOf({ ...TRANSFER, scopes: ['sign:contract'] }), recordingApi().api)
    expect(log.mock.calls.flat()).toEqual(lines)
  })

  test('is told where it would decide in the place of another rule', async () => {
    const more = scopeRule({ id: 'more', scopes: ['sign:contract'], reportUntilMs: NOW_MS + 1 })
    const policy = { rules: [more, scopeRule({ id: 'sign', scopes: ['sign:contract'] })] }
    await postLogin(policy)(eventOf({ ...TRANSFER, scopes: ['sign:contract'] }), recordingApi().api)
    expect(log.mock.calls.flat()).toEqual([
      CHALLENGED,
      '{"stepUp":"report","would":"challenge","reason":"mfa-every-time","rule":"more"}',
    ])
  })

  test('is enforced on its own day, whatever the order in the policy', async () => {
    jest.setSystemTime(NOW_MS + 2)
    const later = scopeRule({ id: 'later', scopes: ['sign:contract'], reportUntilMs: NOW_MS + 2 })
    const policy = { rules: [later, scopeRule({ reportUntilMs: NOW_MS + 1 })] }
    const { api, calls } = recordingApi()
    await postLogin(policy)(eventOf({ ...TRANSFER, scopes: ['sign:contract'] }), api)
    expect(calls).toEqual([ENABLE])
  })

  test('is enforced from that day on', async () => {
    jest.setSystemTime(NOW_MS + 1)
    const { api, calls } = recordingApi()
    await postLogin(reported)(eventOf(TRANSFER), api)
    expect(calls).toEqual([ENABLE])
  })

  test('breaks no login whose request cannot be read', async () => {
    const { api, calls } = recordingApi()
    const event = {
      ...eventOf(TRANSFER),
      transaction: { protocol: 'oidc-basic-profile', requested_scopes: 5 },
    }
    await postLogin({ rules: [scopeRule({ reportUntilMs: NOW_MS + 1 })] })(event as never, api)
    expect(calls).toEqual([])
  })
})

describe('when a call on api fails, the login is denied without a private word', () => {
  // prettier-ignore
  test.each([
    ['api.multifactor.enable',              TRANSFER],
    ['api.accessToken.removeScope',         { ...TRANSFER, protocol: 'oidc-ciba' }],
    ['api.accessToken.setCustomClaim',      { ...TRANSFER, mfa: [[1]] as const }],
    ['api.idToken.setCustomClaim',          TRANSFER],
    ['api.authentication.challengeWithAny', { ...TRANSFER, scopes: ['sign:contract'], enrolled: ['phone'] }],
    ['api.authentication.enrollWithAny',    { ...TRANSFER, scopes: ['sign:contract'], enrolled: [] }],
  ])('%s', async (failing, given) => {
    const policy = {
      claim: 'https://fabrikam.example/step_up',
      idTokenClaim: ID_TOKEN_CLAIM,
      rules: [
        scopeRule({ requires: { factors: 'any', maxAgeSeconds: 300 } }),
        scopeRule({ id: 'sign', scopes: ['sign:contract'], requires: { factors: ['phone'], maxAgeSeconds: 0 } }),
      ],
    }
    const { api, calls } = recordingApi(failing)
    await postLogin(policy)(eventOf(given), api)
    expect([calls.at(-1), log.mock.calls.at(-1)]).toEqual([
      ['api.access.deny', 'this request could not be checked (step-up: internal-error)'],
      [`{"stepUp":"deny","reason":"internal-error","protocol":"${given.protocol}"}`],
    ])
  })
})
