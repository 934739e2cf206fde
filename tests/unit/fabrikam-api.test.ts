import express from 'express'
import { consumedInMemory } from '../../sandbox/fabrikam/consumed-tokens.ts'
import { stepUp, type Requirement } from '../../sandbox/fabrikam/step-up-middleware.ts'
import { serve, serveApi, type BankingApi } from '../support/banking-api.ts'
import { BANKING, MULTI_FACTOR } from '../support/event.ts'
import { startIssuer, type Claims, type Issuer } from '../support/issuer.ts'

const NOW = Math.floor(Date.now() / 1000)

let issuer: Issuer
let api: BankingApi
const stops: (() => Promise<void>)[] = []

/** An API whose `transfer:funds` demands this. */
async function apiThatDemands(requirement: Requirement): Promise<BankingApi> {
  const served = await serveApi({
    issuerBaseUrl: issuer.issuer,
    audience: BANKING,
    requirements: { version: 1, audiences: { [BANKING]: { 'transfer:funds': requirement } } },
    consumed: consumedInMemory(),
    spaOrigin: 'http://localhost:3002',
  })
  stops.push(() => served.stop())
  return served
}

beforeAll(async () => {
  issuer = await startIssuer()
  api = await apiThatDemands({ acr_values: MULTI_FACTOR })
})
afterAll(() => Promise.all([...stops.map((stop) => stop()), issuer.stop()]))

const insufficientScope = (scope: string) => ({
  status: 403,
  body: { error: 'insufficient_scope' },
  challenge: { scheme: 'Bearer', parameters: { error: 'insufficient_scope', scope } },
})

const refused = (
  status: number,
  error: string,
  description: string,
  more: Record<string, string> = {},
) => ({
  status,
  body: { error, error_description: description },
  challenge: {
    scheme: 'Bearer',
    parameters: { error, error_description: description, ...more },
  },
})

const invalidToken = (description: string) => refused(401, 'invalid_token', description)

/** As express-oauth2-jwt-bearer says it. */
const invalidAt = (description: string, inHeader = description) =>
  refused(401, 'invalid_token', description, { error_description: inHeader, realm: 'api' })

describe('a token that was not issued for this', () => {
  test('is asked for where there is none', async () => {
    const answer = {
      status: 401,
      body: { error: 'invalid_request', error_description: 'Unauthorized' },
      challenge: { scheme: 'Bearer', parameters: { realm: 'api' } },
    }
    expect(await api.accounts()).toEqual(answer)
    expect(await api.transfer()).toEqual(answer)
  })

  const expired = invalidAt(
    '"exp" claim timestamp check failed',
    "'exp' claim timestamp check failed",
  )

  // prettier-ignore
  test.each<[string, Claims, object]>([
    ['another audience', { aud: 'https://payroll.fabrikam.example' }, invalidAt("Unexpected 'aud' value")],
    ['another issuer',   { iss: 'https://evil.example/' },            invalidAt("Unexpected 'iss' value")],
    ['an expiry passed', { iat: NOW - 700, exp: NOW - 100 },          expired],
    ['no expiry',        { exp: undefined },                          invalidAt("Unexpected 'exp' value")],
  ])('is refused for %s', async (_name, changes, expected) => {
    expect(await api.transfer(await issuer.token(changes))).toEqual(expected)
  })

  test('is refused for a foreign signature', async () => {
    const answer = invalidAt('signature verification failed')
    expect(await api.transfer(await issuer.forgedToken())).toEqual(answer)
  })
})

describe('GET /accounts', () => {
  // prettier-ignore
  test.each<[string, Claims, object]>([
    ['the scope',                 { scope: 'openid read:accounts' },                    { status: 200 }],
    ['the scope, by a client',    { scope: 'read:accounts', sub: 'cron@clients' },      { status: 200 }],
    ['the scope, without a jti',  { scope: 'read:accounts', jti: undefined },           { status: 200 }],
    ['another scope',             { scope: 'openid transfer:funds' },                   insufficientScope('read:accounts')],
    ['a scope that begins alike', { scope: 'read:accounts:names' },                     insufficientScope('read:accounts')],
    ['permissions, but no scope', { scope: 'openid', permissions: ['read:accounts'] },  insufficientScope('read:accounts')],
    ['a list of scopes',          { scope: ['read:accounts'] },                         insufficientScope('read:accounts')],
    ['no scope at all',           { scope: undefined },                                 insufficientScope('read:accounts')],
  ])('with %s', async (_name, changes, expected) => {
    expect(await api.accounts(await issuer.token(changes))).toMatchObject(expected)
  })

  test('as often as one likes', async () => {
    const token = await issuer.token({ scope: 'read:accounts' })
    const answers = [await api.accounts(token), await api.accounts(token)]
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
  })
})

describe('POST /transfers', () => {
  const noUser = refused(401, 'insufficient_user_authentication', 'No user logged in', {
    scope: 'transfer:funds',
    acr_values: MULTI_FACTOR,
  })

  // prettier-ignore
  test.each<[string, Claims, object]>([
    ['an everyday scope',         { scope: 'openid read:accounts' },                    insufficientScope('transfer:funds')],
    ['permissions, but no scope', { scope: 'openid', permissions: ['transfer:funds'] }, insufficientScope('transfer:funds')],
    ['the scope, by a client',    { sub: 'cron@clients', scope: 'transfer:funds' },     noUser],
    ['the scope, by nobody',      { sub: undefined },                                   noUser],
    ['no jti',                    { jti: undefined },                                   invalidToken('The token has no jti')],
    ['an empty jti',              { jti: '' },                                          invalidToken('The token has no jti')],
  ])('is refused for %s', async (_name, changes, expected) => {
    expect(await api.transfer(await issuer.token(changes))).toEqual(expected)
  })

  test('is done once with a token', async () => {
    const token = await issuer.token()
    expect(await api.transfer(token)).toEqual({
      status: 201,
      body: { id: expect.stringMatching(/^transfer-\d+$/) as string, to: 'Rent', amount: 1200 },
    })
    expect(await api.transfer(token)).toEqual(invalidToken('The token was used before'))
  })

  test('is done once where twenty requests race with one token', async () => {
    const token = await issuer.token()
    const answers = await Promise.all(Array.from({ length: 20 }, () => api.transfer(token)))
    expect(answers.map(({ status }) => status).sort()).toEqual([
      201,
      ...Array<number>(19).fill(401),
    ])
  })

  test('uses the token up when the order is then refused', async () => {
    const token = await issuer.token()
    expect(await api.transfer(token, { to: 'Rent', amount: -1 })).toEqual({
      status: 400,
      body: {
        error: 'invalid_request',
        error_description: 'Expected `to`, and an `amount` of up to 10000',
      },
    })
    expect(await api.transfer(token)).toEqual(invalidToken('The token was used before'))
  })
})

describe('a policy that lets an MFA be some minutes old', () => {
  const tooOld = refused(401, 'insufficient_user_authentication', 'The login was too long ago', {
    scope: 'transfer:funds',
    max_age: '300',
  })

  // prettier-ignore
  test.each<[string, Claims, object]>([
    ['a token of four minutes', { iat: NOW - 240 },   { status: 201 }],
    ['a token of six minutes',  { iat: NOW - 360 },   tooOld],
    ['a token without a time',  { iat: undefined },   tooOld],
  ])('meets %s', async (_name, changes, expected) => {
    const lenient = await apiThatDemands({ max_age: 300 })
    expect(await lenient.transfer(await issuer.token(changes))).toMatchObject(expected)
  })
})

test.each([
  ['demands nothing yet', '2999-01-01', 201],
  ['demands what the rule does, once that is enforced', '2020-01-01', 401],
])('a rule that is reported until a day %s', async (_name, report_until, status) => {
  const served = await apiThatDemands({ report_until })
  expect(await served.transfer(await issuer.token({ jti: undefined }))).toMatchObject({ status })
})

test.each([
  ['the age of the first rule, before the second is enforced', '2999-01-01', 201],
  ['the age of both, once the second is enforced', '2020-01-01', 401],
])('an API demands %s', async (_name, until, status) => {
  const served = await apiThatDemands({ max_age: 60, before: [{ until, max_age: 3600 }] })
  expect(await served.transfer(await issuer.token({ iat: NOW - 600 }))).toMatchObject({ status })
})

test('a token that never expires is refused, also behind a verifier that lets it pass', async () => {
  const requirements = { version: 1, audiences: { [BANKING]: { 'transfer:funds': {} } } } as const
  const requireScope = stepUp({ requirements, audience: BANKING, consumed: consumedInMemory() })
  const app = express()
  app.use((req, _res, next) => {
    const payload = {
      iss: 'https://issuer/',
      sub: 'auth0|ada',
      jti: 'one',
      scope: 'transfer:funds',
    }
    req.auth = { header: {}, payload, token: '' }
    next()
  })
  app.post('/transfers', requireScope('transfer:funds'), (_req, res) => void res.sendStatus(201))
  const served = await serve(app)
  stops.push(() => served.stop())
  expect(await served.transfer()).toEqual(invalidToken('The token has no exp'))
})

test('requirements without the audience are a defect, not an API without demands', async () => {
  const requirements = { version: 1, audiences: {} } as const
  await expect(
    serveApi({
      issuerBaseUrl: issuer.issuer,
      audience: BANKING,
      requirements,
      consumed: consumedInMemory(),
    }),
  ).rejects.toEqual(new Error(`no requirements for the audience \`${BANKING}\``))
})

describe('a browser', () => {
  const preflight = (origin: string) =>
    fetch(`${api.url}/transfers`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    })

  test('may call from the single-page app, and read the challenge', async () => {
    const { status, headers } = await preflight('http://localhost:3002')
    expect([status, headers.get('access-control-allow-origin')]).toEqual([
      204,
      'http://localhost:3002',
    ])
    expect(headers.get('access-control-expose-headers')).toEqual('WWW-Authenticate')
  })

  test('may not call from elsewhere', async () => {
    const { status, headers } = await preflight('https://evil.example')
    expect([status, headers.get('access-control-allow-origin')]).toEqual([401, null])
  })
})
