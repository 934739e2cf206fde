import { once } from 'node:events'
import { createServer, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { auth } from 'express-openid-connect'
import type { Requirements } from '../../express/requirements.ts'
import { webStepUp, type WebStepUpOptions } from '../../express/web-app.ts'
import { MULTI_FACTOR } from '../support/event.ts'
import { startIssuer, type Issuer } from '../support/issuer.ts'
import { newVisitor, type Visitor } from '../support/visitor.ts'

const RULES = 'https://fabrikam.example/step_up_rules'

const requirements = (report_until?: string): Requirements => ({
  version: 1,
  id_token_claim: RULES,
  audiences: {},
  logins: {
    'salary-page': { acr_values: MULTI_FACTOR, ...(report_until && { report_until }) },
    'board-page': { acr_values: 'urn:board' },
  },
})

let issuer: Issuer
const stops: (() => void)[] = []

beforeAll(async () => {
  issuer = await startIssuer()
})
beforeEach(() => {
  issuer.requests.length = 0
  issuer.answerWith((request) => ({
    idToken: {
      [RULES]: request.get('acr_values') === MULTI_FACTOR ? ['salary-page'] : ['board-page'],
    },
  }))
})
afterAll(async () => {
  for (const stop of stops) stop()
  await issuer.stop()
})

/** Whoever passes the rules sees `open` on every page; who does not is told why. */
async function appThatDemands(
  rules: readonly string[],
  options: Partial<WebStepUpOptions> = {},
): Promise<{ readonly url: string; readonly visitor: Visitor }> {
  const app = express()
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  stops.push(() => server.close().closeAllConnections())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const requireStepUp = webStepUp({ requirements: requirements(), ...options })
  app.use(
    auth({
      baseURL: url,
      issuerBaseURL: issuer.issuer,
      clientID: 'web',
      clientSecret: 'secret of the web app',
      secret: 'at least thirty-two characters long',
      authRequired: false,
      authorizationParams: { response_type: 'code', scope: 'openid' },
    }),
    ...rules.map((rule) => requireStepUp(rule)),
    (req: express.Request, res: express.Response) => {
      res.send(`open ${req.originalUrl}`)
    },
    // eslint-disable-next-line @typescript-eslint/no-unused-vars -- by its four parameters express knows it
    (error: Error & { status?: number }, _req: unknown, res: express.Response, _next: unknown) => {
      res.status(error.status ?? 500).send(error.message)
    },
  )
  return { url, visitor: newVisitor(url) }
}

test('a page that is open is the page that was asked for', async () => {
  const { visitor } = await appThatDemands(['salary-page'])
  const { status, text } = await visitor.open('/salary?year=2026&year=2027')
  expect([status, text]).toEqual([200, 'open /salary?year=2026&year=2027'])
})

test.each([
  ['//evil.example/salary', '/evil.example/salary?step_up=salary-page'],
  ['/\\evil.example/salary', '/evil.example/salary?step_up=salary-page'],
  ['http://evil.example/salary', '/salary?step_up=salary-page'],
  ['http://evil.example', '/?step_up=salary-page'],
])('a login that is asked for at %s comes back to this host', async (path, expected) => {
  const { url } = await appThatDemands(['salary-page'])
  // `fetch` would turn the backslash round.
  const request = get(url, { path, headers: { accept: 'text/html' } })
  const [{ headers }] = (await once(request, 'response')) as [IncomingMessage]
  const state = new URL(headers.location ?? '').searchParams.get('state') ?? ''
  expect(JSON.parse(Buffer.from(state, 'base64url').toString())).toEqual({ returnTo: expected })
})

test('two rules that no one login is held to end in words, and not in a loop', async () => {
  const { visitor } = await appThatDemands(['salary-page', 'board-page'])
  const { status, text } = await visitor.open('/salary')
  expect([status, text]).toEqual([403, 'no login of moments ago was held to `salary-page`'])
  expect(issuer.requests.map((request) => request.get('acr_values'))).toEqual([
    MULTI_FACTOR,
    'urn:board',
  ])
})

// prettier-ignore
test.each<[string, RequestInit]>([
  ['a form',              { method: 'POST', headers: { accept: 'text/html' } }],
  ['a script',            { headers: { accept: 'application/json' } }],
])('%s is refused, as a login would lose it', async (_name, init) => {
  const { url } = await appThatDemands(['salary-page'])
  const response = await fetch(url, { redirect: 'manual', ...init })
  expect(response.status).toEqual(403)
})

// prettier-ignore
test.each([
  [119, 'no login of moments ago was held to `salary-page`'],
  [180, 'open /'],
])('a page that is open for %i seconds meets a login of two minutes ago', async (openSeconds, expected) => {
  const iat = Math.floor(Date.now() / 1000) - 120
  issuer.answerWith(() => ({ idToken: { [RULES]: ['salary-page'], iat } }))
  const { visitor } = await appThatDemands(['salary-page'], { openSeconds })
  expect((await visitor.open('/')).text).toEqual(expected)
})

test.each([
  ['lets in who is logged in', '2999-01-01', 'open /'],
  [
    'is enforced from that day on',
    '2020-01-01',
    'no login of moments ago was held to `salary-page`',
  ],
])('a rule that is reported until a day %s', async (_name, day, expected) => {
  issuer.answerWith(() => ({}))
  const { visitor } = await appThatDemands(['salary-page'], {
    requirements: requirements(day),
  })
  expect((await visitor.open('/')).text).toEqual(expected)
  expect(issuer.requests).toHaveLength(1)
})
