import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import express, { type Express } from 'express'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { Requirement, Requirements } from '../../express/requirements.ts'
import { stepUp, type StepUpOptions } from '../../express/step-up.ts'
import { usedInMemory, type Use } from '../../express/used-tokens.ts'
import { memoryOfAnHour, serve, serveApi, type BankingApi } from '../support/banking-api.ts'
import { BANKING, MULTI_FACTOR } from '../support/event.ts'
import { startIssuer, type Claims, type Issuer } from '../support/issuer.ts'

const NOW = Math.floor(Date.now() / 1000)
const CLAIM = 'https://fabrikam.example/mfa'
const METADATA = `${BANKING}/.well-known/oauth-protected-resource`

let issuer: Issuer
let api: BankingApi
const stops: (() => Promise<void>)[] = []

const demanding = (requirement: Requirement, more: Partial<Requirements> = {}): Requirements => ({
  version: 1,
  audiences: { [BANKING]: { 'transfer:funds': requirement } },
  ...more,
})

/** Fabrikam's API, whose `transfer:funds` demands this. */
async function apiThatDemands(
  requirement: Requirement,
  changes: Partial<StepUpOptions> = {},
): Promise<BankingApi> {
  return served(
    serveApi({ ...optionsFor(requirement), spaOrigin: 'http://localhost:3002', ...changes }),
  )
}

const optionsFor = (requirement: Requirement): StepUpOptions => ({
  issuerBaseUrl: issuer.issuer,
  audience: BANKING,
  requirements: demanding(requirement),
  used: memoryOfAnHour(),
})

async function served(starting: Promise<BankingApi>): Promise<BankingApi> {
  const started = await starting
  stops.push(() => started.stop())
  return started
}

/** An app with any routes: those of the test. */
function appWith(routes: (app: Express) => void): Promise<BankingApi> {
  const app = express()
  routes(app)
  return served(serve(app))
}

beforeAll(async () => {
  issuer = await startIssuer()
  api = await apiThatDemands({ acr_values: MULTI_FACTOR })
})
afterAll(() => Promise.all([...stops.map((stop) => stop()), issuer.stop()]))

const bearer = (parameters: Record<string, string>) => ({
  scheme: 'Bearer',
  parameters: { ...parameters, resource_metadata: METADATA },
})

const refused = (
  status: number,
  error: string,
  description: string,
  ask: Record<string, string> = {},
) => ({
  status,
  body: { error, error_description: description },
  challenges: [bearer({ error, error_description: description.replaceAll('"', "'"), ...ask })],
})

const insufficientScope = (scope: string) =>
  refused(403, 'insufficient_scope', 'The token does not carry the scope', { scope })

const invalidToken = (description: string) => refused(401, 'invalid_token', description)

describe('a token that was not issued for this', () => {
  test('is asked for where there is none', async () => {
    const answer = {
      status: 401,
      body: { error: 'unauthorized', error_description: 'This needs an access token' },
      challenges: [
        bearer({}),
        { scheme: 'DPoP', parameters: { algs: 'ES256 PS256 RS256', resource_metadata: METADATA } },
      ],
    }
    expect(await api.accounts()).toEqual(answer)
    expect(await api.transfer()).toEqual(answer)
  })

  // prettier-ignore
  test.each<[string, Claims, string]>([
    ['another audience', { aud: 'https://payroll.fabrikam.example' }, "Unexpected 'aud' value"],
    ['another issuer',   { iss: 'https://evil.example/' },            "Unexpected 'iss' value"],
    ['an expiry passed', { iat: NOW - 700, exp: NOW - 100 },          '"exp" claim timestamp check failed'],
    ['no expiry',        { exp: undefined },                          "Unexpected 'exp' value"],
  ])('is refused for %s', async (_name, changes, description) => {
    expect(await api.transfer(await issuer.token(changes))).toEqual(invalidToken(description))
  })

  test('is refused for a foreign signature', async () => {
    const answer = invalidToken('signature verification failed')
    expect(await api.transfer(await issuer.forgedToken())).toEqual(answer)
  })

  test('is verified by the keys of its issuer, whatever the environment says', async () => {
    const before = { ...process.env }
    Object.assign(process.env, {
      SECRET: 'x'.repeat(32),
      JWKS_URI: 'http://evil.example',
      ISSUER: 'evil',
    })
    try {
      expect(await (await apiThatDemands({})).transfer(await issuer.token())).toMatchObject({
        status: 201,
      })
    } finally {
      process.env = before
    }
  })
})

describe('where a token is looked for', () => {
  const IN_URL = 'A token in the URL ends up in logs: send it in the header'

  test('in the query string it is refused, also beside one in the header', async () => {
    const token = await issuer.token({ scope: 'read:accounts' })
    const headers = { authorization: `Bearer ${token}` }
    const answers = [
      await api.send(`/accounts?access_token=${token}`),
      await api.send(`/accounts?x=1&access_token=${token}`, { headers }),
      await api.send(`/accounts?access_token`, { headers }),
    ]
    expect(answers.map(({ status, body }) => [status, body])).toEqual(
      answers.map(() => [400, { error: 'invalid_request', error_description: IN_URL }]),
    )
  })

  test('in a form it is not found', async () => {
    const { requireScope } = stepUp(optionsFor({}))
    const forms = await appWith((app) =>
      app.post('/accounts', express.urlencoded(), requireScope('read:accounts'), (_req, res) => {
        res.json({})
      }),
    )
    const token = await issuer.token({ scope: 'read:accounts' })
    const body = new URLSearchParams({ access_token: token })
    expect(await forms.send('/accounts', { method: 'POST', body })).toMatchObject({ status: 401 })
    const headers = { authorization: `Bearer ${token}` }
    expect(await forms.send('/accounts', { method: 'POST', headers })).toMatchObject({
      status: 200,
    })
  })

  test('in two headers it is refused, whichever of them others would read', async () => {
    const authorization = ['read:accounts', 'transfer:funds'].map(async (scope) => {
      return `Bearer ${await issuer.token({ scope })}`
    })
    const request = get(`${api.url}/accounts`, {
      headers: { authorization: await Promise.all(authorization) },
    } as object)
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    expect([response.statusCode, await json(response)]).toEqual([
      400,
      { error: 'invalid_request', error_description: 'The header does not hold one token' },
    ])
  })

  // prettier-ignore
  test.each([
    ['Basic dXNlcjpwYXNz', 'another scheme'],
    ['Bearer',             'no token'],
    ['Bearer one two',     'two of them'],
  ])('a header is refused that is `%s`: %s', async (authorization) => {
    expect(await api.send('/accounts', { headers: { authorization } })).toEqual(
      refused(400, 'invalid_request', 'The header does not hold one token'),
    )
  })
})

describe('what an app does with a token that was verified', () => {
  test('changes nothing of what the guards see', async () => {
    const { requireToken, requireScope } = stepUp(optionsFor({}))
    const app = await appWith((routes) =>
      routes.post(
        '/transfers',
        requireToken,
        (req, _res, next) => {
          // As an app does that takes permissions for scopes.
          const { payload } = req.auth as { payload: Record<string, unknown> }
          payload['scope'] = 'transfer:funds'
          payload['sub'] = 'auth0|ada'
          next()
        },
        requireScope('transfer:funds'),
        (_req, res) => void res.status(201).json({}),
      ),
    )
    const tokens = [{ scope: 'openid' }, { sub: 'cron@clients' }, {}]
    const statuses = tokens.map(async (changes) => {
      const { status } = await app.transfer(await issuer.token(changes))
      return status
    })
    expect(await Promise.all(statuses)).toEqual([403, 401, 201])
  })

  test('nor does what it does with the list of scopes', async () => {
    const scopes = ['transfer:funds']
    const guard = stepUp(optionsFor({})).requireScopes(scopes)
    scopes.pop()
    const app = await appWith((routes) =>
      routes.post('/transfers', guard, (_req, res) => void res.json({})),
    )
    expect(await app.transfer(await issuer.token({ scope: 'openid' }))).toEqual(
      insufficientScope('transfer:funds'),
    )
  })
})

describe('an everyday scope', () => {
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

const insufficient = (description: string, ask: Record<string, string>) =>
  refused(401, 'insufficient_user_authentication', description, { scope: 'transfer:funds', ...ask })

describe('an issuer whose keys cannot be had', () => {
  const WHY = 'The issuer does not give its keys, so the token cannot be verified'

  /** Answers by path; what is not there is never answered. */
  async function issuerThatAnswers(answers: Record<string, [status: number, body: string]>) {
    const server = createServer((request, response) => {
      const answer = answers[request.url ?? '']
      if (answer !== undefined)
        response.writeHead(answer[0]).end(answer[1].replaceAll('ISSUER', url))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    stops.push(() => {
      server.closeAllConnections()
      server.close()
      return Promise.resolve()
    })
    return url
  }

  const OPENID = '/.well-known/openid-configuration'
  const OAUTH = '/.well-known/oauth-authorization-server'
  const discovery = JSON.stringify({ issuer: 'ISSUER', jwks_uri: 'ISSUERjwks' })

  test.each<[string, Record<string, [number, string]>]>([
    ['fails', { [OPENID]: [500, ''], [OAUTH]: [500, ''] }],
    ['has no keys to show', { [OPENID]: [200, discovery], '/jwks': [503, ''] }],
    ['shows a page', { [OPENID]: [200, discovery], '/jwks': [200, '<html>'] }],
    ['never answers', {}],
  ])('as it %s, is no fault of the token', async (_name, answers) => {
    const issuerBaseUrl = await issuerThatAnswers(answers)
    const cutOff = await apiThatDemands({}, { issuerBaseUrl })
    expect(await cutOff.accounts(await issuer.token())).toEqual({
      status: 503,
      body: { error: 'temporarily_unavailable', error_description: WHY },
    })
  })
})

describe('who is behind a high-value token', () => {
  const nobody = insufficient('No user logged in', { acr_values: MULTI_FACTOR })
  const another = insufficient('The user acts through another party', { acr_values: MULTI_FACTOR })

  // prettier-ignore
  test.each<[string, Claims, object]>([
    ['an everyday scope',                    { scope: 'openid read:accounts' },                        insufficientScope('transfer:funds')],
    ['permissions, but no scope',            { scope: 'openid', permissions: ['transfer:funds'] },     insufficientScope('transfer:funds')],
    ['nobody',                               { sub: undefined },                                       nobody],
    ['a machine of Auth0',                   { sub: 'cron@clients' },                                  nobody],
    ['a machine of many names',              { sub: 'auth0|cron@clients' },                            nobody],
    ['a machine whose subject is client_id', { sub: 'aB|c', client_id: 'aB|c' },                       nobody],
    ['a machine whose subject is azp',       { sub: 'aB|c', azp: 'aB|c', client_id: undefined },       nobody],
    ['a machine that is one azp of several', { sub: 'aB|c', azp: ['aB|c', 'd'] },                      nobody],
    ['a client id alone',                    { sub: 'kZ1aPqB3' },                                      nobody],
    ['a machine by its grant',               { gty: 'client-credentials' },                            nobody],
    ['a service by its profile',             { sub_profile: 'service' },                               nobody],
    ['an agent by its profile',              { sub_profile: 'ai_agent' },                              nobody],
    ['an agent that is a user too',          { sub_profile: 'user ai_agent' },                         nobody],
    ['a profile of no kind',                 { sub_profile: ['user'] },                                nobody],
    ['an agent by its id',                   { sub: 'agt_1a2b3c' },                                    nobody],
    ['an anonymous visitor',                 { sub: 'anon@2c9d7e2c-5d1b-4a8e-9a3d-0d8b1f2e3c4d' },     nobody],
    ['an anonymous visitor of a connection', { sub: 'anon@auth0|1' },                                  nobody],
    ['an agent that acts for the user',      { act: { sub: 'agt_1a2b3c', sub_profile: 'ai_agent' } },  another],
    ['an actor of no kind',                  { act: null },                                            another],
  ])('is not %s', async (_name, changes, expected) => {
    expect(await api.transfer(await issuer.token(changes))).toEqual(expected)
  })

  test.each([
    ['auth0|ada', {}],
    ['google-oauth2|1123', { sub_profile: 'user' }],
    ['samlp|acme|ada@acme.example', {}],
  ])('is a user: %s', async (sub, more) => {
    expect(await api.transfer(await issuer.token({ sub, ...more }))).toMatchObject({ status: 201 })
  })

  test('is not another party where an option is given as nothing', async () => {
    const changes = { delegated: undefined, dpop: undefined } as unknown as Partial<StepUpOptions>
    const careless = await apiThatDemands({}, changes)
    const token = await issuer.token({ act: { sub: 'agt_1a2b3c' } })
    expect(await careless.transfer(token)).toMatchObject({ status: 401 })
  })

  test('is a user through another party where the API says so, and still no machine', async () => {
    const lenient = await apiThatDemands({}, { delegated: 'accepted' })
    const act = { sub: 'agt_1a2b3c' }
    expect(await lenient.transfer(await issuer.token({ act }))).toMatchObject({ status: 201 })
    expect(await lenient.transfer(await issuer.token({ act, sub: 'agt_9' }))).toMatchObject({
      status: 401,
    })
  })
})

describe('a token that is bound to a key', () => {
  const UNCHECKED = 'The token is bound to a key, which is not checked here'
  const WRONG_SCHEME = 'DPoP-bound token requires the DPoP authentication scheme, not Bearer.'

  async function boundToken(more: object = {}) {
    const { privateKey, publicKey } = await generateKeyPair('ES256')
    const jwk = await exportJWK(publicKey)
    const token = await issuer.token({ cnf: { jkt: await calculateJwkThumbprint(jwk), ...more } })
    const ath = createHash('sha256').update(token).digest('base64url')
    const proof = (htu: string) =>
      new SignJWT({ htm: 'POST', htu, ath, jti: randomUUID() })
        .setIssuedAt()
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
        .sign(privateKey)
    return { token, proof }
  }

  const sendBound = (to: BankingApi, token: string, dpop: string) =>
    to.send('/transfers', {
      method: 'POST',
      headers: { authorization: `DPoP ${token}`, dpop, 'content-type': 'application/json' },
      body: JSON.stringify({ to: 'Rent', amount: 1200 }),
    })

  // prettier-ignore
  test.each<[string, unknown, string]>([
    ['a key of the client',          { jkt: 'NzbLsXh8uDCcd7MNwrnNZpX0ak8ACQ' }, WRONG_SCHEME],
    ['a certificate',                { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5' },      UNCHECKED],
    ['what nobody has heard of',     { kid: 'one' },                            UNCHECKED],
    ['nothing',                      {},                                        UNCHECKED],
    ['null',                         null,                                      UNCHECKED],
  ])('is no bearer token: %s', async (_name, cnf, description) => {
    expect(await api.transfer(await issuer.token({ cnf }))).toEqual(invalidToken(description))
    const everyday = await issuer.token({ cnf, scope: 'read:accounts' })
    expect(await api.accounts(everyday)).toMatchObject({ status: 401 })
  })

  test('is taken with a proof of that key, once', async () => {
    const { token, proof } = await boundToken()
    const url = `${api.url}/transfers`
    expect(await sendBound(api, token, await proof(url))).toMatchObject({ status: 201 })
    expect(await sendBound(api, token, await proof(url))).toEqual({
      status: 401,
      body: { error: 'invalid_token', error_description: 'The token was used before' },
      challenges: [
        {
          scheme: 'DPoP',
          parameters: {
            error: 'invalid_token',
            error_description: 'The token was used before',
            algs: 'ES256 PS256 RS256',
            resource_metadata: METADATA,
          },
        },
      ],
    })
  })

  test('is refused with a proof for another URL, or of another key', async () => {
    const [one, two] = [await boundToken(), await boundToken()]
    const elsewhere = await sendBound(
      api,
      one.token,
      await one.proof('https://evil.example/transfers'),
    )
    expect(elsewhere).toMatchObject({ status: 400, body: { error: 'invalid_dpop_proof' } })
    const stolen = await sendBound(api, one.token, await two.proof(`${api.url}/transfers`))
    expect(stolen).toMatchObject({ status: 400, body: { error: 'invalid_dpop_proof' } })
  })

  test('is refused where it is bound to a certificate too, and only the proof was verified', async () => {
    const both = await apiThatDemands({}, { getCertificate: () => Buffer.from('another') })
    const { token, proof } = await boundToken({ 'x5t#S256': 'bwcK0esc3ACC3DB2Y5' })
    const answer = await sendBound(both, token, await proof(`${both.url}/transfers`))
    expect(answer).toMatchObject({ status: 401, body: { error_description: UNCHECKED } })
  })

  test('is refused where proofs are not verified', async () => {
    const plain = await apiThatDemands({}, { dpop: 'refused' })
    const { token, proof } = await boundToken()
    expect(await plain.transfer(token)).toEqual(invalidToken(UNCHECKED))
    expect(await sendBound(plain, token, await proof(`${plain.url}/transfers`))).toMatchObject({
      status: 400,
      body: { error: 'invalid_request', error_description: 'Tokens come as Bearer here' },
    })
  })

  test('is the only one taken where proofs are required', async () => {
    const strict = await apiThatDemands({}, { dpop: 'required' })
    const { token, proof } = await boundToken()
    expect(await strict.transfer(await issuer.token())).toMatchObject({
      status: 400,
      body: {
        error: 'invalid_request',
        error_description: 'Tokens come with a proof of DPoP here',
      },
      challenges: [{ scheme: 'DPoP' }],
    })
    const headers = { authorization: `DPoP ${token}` }
    expect(await strict.send('/transfers', { method: 'POST', headers })).toMatchObject({
      status: 400,
      body: { error: 'invalid_dpop_proof', error_description: 'There is no proof of DPoP' },
    })
    expect(await sendBound(strict, token, await proof(`${strict.url}/transfers`))).toMatchObject({
      status: 201,
    })
  })

  test('to a certificate is taken with that certificate', async () => {
    const certificate = Buffer.from('certificate of a client')
    const thumbprint = createHash('sha256').update(certificate).digest('base64url')
    const cnf = { 'x5t#S256': thumbprint }
    const withCertificate = (shown: Buffer | undefined) =>
      apiThatDemands({}, { getCertificate: () => shown })
    const outcomes = [
      await (await withCertificate(certificate)).transfer(await issuer.token({ cnf })),
      await (await withCertificate(Buffer.from('another'))).transfer(await issuer.token({ cnf })),
      await (await withCertificate(undefined)).transfer(await issuer.token({ cnf })),
      await (
        await withCertificate(certificate)
      ).transfer(await issuer.token({ cnf: { ...cnf, jkt: 'x' } })),
    ]
    expect(outcomes.map(({ status }) => status)).toEqual([201, 401, 400, 401])
  })
})

describe('a high-value token', () => {
  const NO_JTI = 'The token has no jti that can be remembered'

  // prettier-ignore
  test.each<[string, Claims, string]>([
    ['no jti',                         { jti: undefined },                 NO_JTI],
    ['an empty jti',                   { jti: '' },                        NO_JTI],
    ['a jti of half a character',      { jti: 'one\ud800' },               NO_JTI],
    ['a jti with a zero byte',         { jti: 'one\u0000' },               NO_JTI],
    ['a jti of a kilobyte',            { jti: 'x'.repeat(1024) },          NO_JTI],
    ['no time',                        { iat: undefined },                 'The token has no iat'],
    ['a time that is yet to come',     { iat: NOW + 120 },                 'The token was issued in the future: clocks differ'],
    ['a life longer than any token\'s', { exp: NOW + 400 * 86_400 },       'The token lives too long'],
    ['an end that cannot be stored',   { exp: 1e300 },                     'The token lives too long'],
  ])('is refused for %s', async (_name, changes, description) => {
    expect(await api.transfer(await issuer.token(changes))).toEqual(invalidToken(description))
  })

  test('is used once', async () => {
    const token = await issuer.token()
    expect(await api.transfer(token)).toEqual({
      status: 201,
      body: {
        id: expect.stringMatching(/^transfer-\d+$/) as string,
        ...{ to: 'Rent', amount: 1200, balance: expect.any(Number) as number },
      },
    })
    expect(await api.transfer(token)).toEqual(invalidToken('The token was used before'))
  })

  test('is used once where twenty requests race with it', async () => {
    const token = await issuer.token()
    const answers = await Promise.all(Array.from({ length: 20 }, () => api.transfer(token)))
    expect(answers.map(({ status }) => status).sort()).toEqual([
      201,
      ...Array<number>(19).fill(401),
    ])
  })

  test('is used up when the order is then refused', async () => {
    const token = await issuer.token()
    expect(await api.transfer(token, { to: 'Rent', amount: -1 })).toEqual({
      status: 400,
      body: {
        error: 'invalid_request',
        error_description:
          'Expected `to`, and an `amount` in euros and whole cents, of up to 10000',
      },
    })
    expect(await api.transfer(token)).toEqual(invalidToken('The token was used before'))
  })

  test('stays used when the API restarts and its memory is gone', async () => {
    const token = await issuer.token()
    expect(await api.transfer(token)).toMatchObject({ status: 201 })
    const restarted = await apiThatDemands({}, { used: usedInMemory() })
    expect(await restarted.transfer(token)).toEqual(
      invalidToken('The token may have been used before: get a new one'),
    )
  })

  // prettier-ignore
  test.each<[string, () => Promise<unknown>]>([
    ['fails',                   () => Promise.reject(new Error('down'))],
    ['never answers',           () => new Promise(() => undefined)],
    ['says `true`',             () => Promise.resolve(true)],
    ['says nothing',            () => Promise.resolve()],
    ['throws',                  () => { throw new Error('down') }],
  ])('is not used where a store %s', async (_name, use) => {
    const unsure = await apiThatDemands({}, { used: { use: use as () => Promise<Use> } })
    expect(await unsure.transfer(await issuer.token())).toEqual({
      status: 503,
      body: {
        error: 'temporarily_unavailable',
        error_description: 'It cannot be known whether the token was used before',
      },
    })
  })
})

describe('one operation uses a token up once', () => {
  const two: Requirements = {
    version: 1,
    audiences: {
      [BANKING]: {
        'transfer:funds': { max_age: 300, acr_values: 'urn:a urn:b' },
        'close:accounts': { max_age: 60, acr_values: 'urn:b' },
      },
    },
  }
  const BOTH = 'transfer:funds close:accounts'
  let closing: BankingApi

  beforeAll(async () => {
    const { requireScope, requireScopes } = stepUp({ ...optionsFor({}), requirements: two })
    closing = await appWith((app) => {
      app.use((_req, res, next) => {
        res.status(201)
        next()
      })
      app.post(
        '/at-once',
        requireScopes(['transfer:funds', 'close:accounts']),
        (_req, res) => void res.json({}),
      )
      app.post(
        '/in-turn',
        requireScope('transfer:funds'),
        requireScope('close:accounts'),
        (_req, res) => void res.json({}),
      )
      app.post(
        '/mixed',
        requireScopes(['read:accounts', 'close:accounts']),
        (_req, res) => void res.json({}),
      )
    })
  })

  const post = async (path: string, token: string) =>
    closing.send(path, { method: 'POST', headers: { authorization: `Bearer ${token}` } })

  test.each(['/at-once', '/in-turn'])('of two scopes: POST %s', async (path) => {
    const token = await issuer.token({ scope: BOTH })
    expect(await post(path, token)).toMatchObject({ status: 201 })
    expect(await post('/at-once', token)).toMatchObject({ status: 401 })
    expect(await post('/in-turn', token)).toMatchObject({ status: 401 })
  })

  test('and demands every scope, the lowest age and an acr that satisfies all', async () => {
    expect(await post('/at-once', await issuer.token())).toMatchObject({
      status: 403,
      challenges: [{ parameters: { scope: BOTH } }],
    })
    expect(await post('/at-once', await issuer.token({ scope: BOTH, iat: NOW - 120 }))).toEqual(
      refused(401, 'insufficient_user_authentication', 'The MFA was too long ago', {
        scope: BOTH,
        max_age: '60',
        acr_values: 'urn:b',
      }),
    )
  })

  test('also where only one of them is high-value', async () => {
    const token = await issuer.token({ scope: 'read:accounts close:accounts' })
    expect(await post('/mixed', token)).toMatchObject({ status: 201 })
    expect(await post('/mixed', token)).toMatchObject({ status: 401 })
  })
})

describe('a policy that lets an MFA be some minutes old', () => {
  const tooOld = insufficient('The MFA was too long ago', { max_age: '300' })
  const mfa = (time: unknown) => ({ [CLAIM]: { time, factor: 'otp' } })

  // prettier-ignore
  test.each<[string, Claims, object]>([
    ['a token of four minutes',                          { iat: NOW - 240 },                       { status: 201 }],
    ['a token of six minutes',                           { iat: NOW - 360 },                       tooOld],
    ['an MFA of four minutes, which the claim says',     { iat: NOW - 1, ...mfa(NOW - 240) },      { status: 201 }],
    ['a new token for an MFA of six minutes',            { iat: NOW - 1, ...mfa(NOW - 360) },      tooOld],
    ['twice the age: five minutes old when issued',      { iat: NOW - 290, ...mfa(NOW - 580) },    tooOld],
    ['a claim that is later than its token',             { iat: NOW - 360, ...mfa(NOW - 1) },      tooOld],
    ['a claim in milliseconds',                          { ...mfa(NOW * 1000) },                   tooOld],
    ['a claim in words',                                 { ...mfa(new Date().toISOString()) },     tooOld],
    ['an empty claim',                                   { [CLAIM]: null },                        tooOld],
  ])('meets %s', async (_name, changes, expected) => {
    const requirements = demanding({ max_age: 300 }, { claim: CLAIM })
    const lenient = await apiThatDemands({}, { requirements })
    expect(await lenient.transfer(await issuer.token(changes))).toMatchObject(expected)
  })

  test('that names no claim reads none', async () => {
    const lenient = await apiThatDemands({ max_age: 300 })
    const token = await issuer.token({ iat: NOW - 360, ...mfa(NOW - 1) })
    expect(await lenient.transfer(token)).toEqual(tooOld)
  })
})

test.each([
  ['demands nothing yet', '2999-01-01', 201],
  ['demands what the rule does, once that is enforced', '2020-01-01', 401],
])('a rule that is reported until a day %s', async (_name, report_until, status) => {
  const reported = await apiThatDemands({ report_until })
  expect(await reported.transfer(await issuer.token({ jti: undefined }))).toMatchObject({ status })
})

test.each([
  ['the age of the first rule, before the second is enforced', '2999-01-01', 201],
  ['the age of both, once the second is enforced', '2020-01-01', 401],
])('an API demands %s', async (_name, until, status) => {
  const served = await apiThatDemands({ max_age: 60, before: [{ until, max_age: 3600 }] })
  expect(await served.transfer(await issuer.token({ iat: NOW - 600 }))).toMatchObject({ status })
})

describe('what a client finds out from the 401 alone', () => {
  test('is where to log in, for the everyday scopes only', async () => {
    const found = await appWith((app) => {
      // Known when a request comes, as a server knows its own URL.
      app.use((req, res, next) => {
        const resource = `http://${req.get('host') ?? ''}/banking`
        const { metadata, requireToken, requireScope } = stepUp({ ...optionsFor({}), resource })
        const inner = express().use(metadata, requireToken)
        inner.get('/banking/accounts', requireScope('read:accounts'))
        inner.post('/banking/transfers', requireScope('transfer:funds'))
        inner(req, res, next)
      })
    })
    const { challenges = [] } = await found.send('/banking/transfers', { method: 'POST' })
    const url = challenges[0]?.parameters['resource_metadata'] ?? ''
    expect(url).toEqual(`${found.url}/.well-known/oauth-protected-resource/banking`)
    expect(challenges[0]?.parameters['scope']).toEqual(undefined)
    expect(await (await fetch(url)).json()).toEqual({
      resource: `${found.url}/banking`,
      authorization_servers: [issuer.issuer],
      bearer_methods_supported: ['header'],
      scopes_supported: ['read:accounts'],
      dpop_signing_alg_values_supported: ['ES256', 'PS256', 'RS256'],
    })
  })

  test('is no list of scopes, where all of them are high-value', async () => {
    const { metadata, requireScope } = stepUp(optionsFor({}))
    const highValueOnly = await appWith((app) =>
      app.use(metadata).post('/transfers', requireScope('transfer:funds')),
    )
    const { body } = await highValueOnly.send('/.well-known/oauth-protected-resource')
    expect(body).not.toHaveProperty('scopes_supported')
    expect(body).toHaveProperty('resource', BANKING)
  })

  test('is what kind of token, where only one will do', async () => {
    const bound = await apiThatDemands({}, { dpop: 'required', getCertificate: () => undefined })
    expect(await bound.send('/.well-known/oauth-protected-resource')).toEqual({
      status: 200,
      body: {
        resource: BANKING,
        authorization_servers: [issuer.issuer],
        bearer_methods_supported: ['header'],
        scopes_supported: ['read:accounts'],
        dpop_signing_alg_values_supported: ['ES256', 'PS256', 'RS256'],
        dpop_bound_access_tokens_required: true,
        tls_client_certificate_bound_access_tokens: true,
      },
    })
  })
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
