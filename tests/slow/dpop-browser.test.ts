// A single-page app with auth0-spa-js and `useDpop`, and an API behind the Express middleware: the token is good in the
// hands of the app, and in no others.
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type * as spaJs from '@auth0/auth0-spa-js'
import type { Browser } from 'playwright-core'
import { launchChromium, newPerson } from '../support/chromium.ts'
import { MULTI_FACTOR } from '../support/event.ts'
import { startApp, type RunningApp } from '../support/fabrikam.ts'
import { API, PASSWORD, startWorld, type World } from '../support/oidc-world.ts'
import { newHolder } from '../support/proofs.ts'

jest.setTimeout(180_000)

const SDK = 'node_modules/@auth0/auth0-spa-js/dist/auth0-spa-js.production.js'
const folder = mkdtempSync(join(tmpdir(), 'dpop-'))

let world: World
let browser: Browser
let api: RunningApp
let app: Server
let origin: string
let clientId: string

beforeAll(async () => {
  world = await startWorld()
  browser = await launchChromium()
  app = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html')
    response.end(`<!doctype html><script>${readFileSync(SDK, 'utf8')}</script>`)
  }).listen(0, 'localhost')
  await once(app, 'listening')
  origin = `http://localhost:${(app.address() as AddressInfo).port}`
  await world.request(`PATCH /resource-servers/${encodeURIComponent(API)}`, {
    proof_of_possession: { mechanism: 'dpop', required: true },
    token_dialect: 'rfc9068_profile',
  })
  const { body } = await world.request('POST /clients', {
    name: 'App',
    app_type: 'spa',
    callbacks: [origin],
    web_origins: [origin],
    grant_types: ['authorization_code', 'refresh_token'],
  })
  clientId = (body as { client_id: string }).client_id
  const requirements = join(folder, 'requirements.json')
  const audiences = { [API]: { 'transfer:funds': { acr_values: MULTI_FACTOR } } }
  writeFileSync(requirements, JSON.stringify({ version: 1, audiences }))
  api = await startApp('api', {
    AUTH0_DOMAIN: world.sandbox.domain,
    AUDIENCE: API,
    REQUIREMENTS_FILE: requirements,
    NODE_EXTRA_CA_CERTS: world.sandbox.certificate,
  })
})
afterAll(async () => {
  app.closeAllConnections()
  app.close()
  await Promise.all([browser.close(), api.stop(), world.sandbox.stop()])
  rmSync(folder, { recursive: true })
})

/** What the page of the app keeps between two steps. */
interface AppWindow {
  readonly auth0: typeof spaJs
  client: spaJs.Auth0Client
}

/** @returns the status of the API's answer, and its error */
async function call(headers: Readonly<Record<string, string>>): Promise<string> {
  const response = await fetch(`${api.url}/accounts`, { headers })
  if (response.ok) return String(response.status)
  const { error } = (await response.json()) as { error: string }
  return `${response.status} ${error}`
}

test('a token of the app is good with a proof of its key, and with nothing else', async () => {
  const page = await newPerson(browser)
  const options: spaJs.Auth0ClientOptions = {
    domain: `https://${world.sandbox.domain}`,
    clientId,
    useDpop: true,
    useRefreshTokens: true,
    authorizationParams: {
      redirect_uri: origin,
      audience: API,
      scope: 'openid read:accounts offline_access',
    },
  }
  await page.goto(origin)
  await page.evaluate(async (given) => {
    const { auth0 } = globalThis as unknown as AppWindow
    await new auth0.Auth0Client(given).loginWithRedirect()
  }, options)
  await page.fill('[name=username]', 'alice@example.com')
  await page.fill('[name=password]', PASSWORD)
  await page.click('button[type=submit]')
  await page.waitForURL(`${origin}/?code=*`)
  const tokens = await page.evaluate(async (given) => {
    const own = globalThis as unknown as AppWindow
    own.client = new own.auth0.Auth0Client(given)
    await own.client.handleRedirectCallback()
    const first = (await own.client.getTokenSilently()) ?? ''
    const refreshed = (await own.client.getTokenSilently({ cacheMode: 'off' })) ?? ''
    return { first, refreshed }
  }, options)
  const proofFor = (token: string): Promise<string> =>
    page.evaluate(
      ({ url, accessToken }) =>
        (globalThis as unknown as AppWindow).client.generateDpopProof({
          url,
          method: 'GET',
          accessToken,
        }),
      { url: `${api.url}/accounts`, accessToken: token },
    )

  for (const token of Object.values(tokens)) {
    const proof = await proofFor(token)
    expect(await call({ authorization: `DPoP ${token}`, dpop: proof })).toBe('200')
  }
  const { first, refreshed } = tokens
  expect(refreshed).not.toBe(first)

  const thief = await newHolder()
  const now = Math.floor(Date.now() / 1_000)
  const stolen = { method: 'GET', url: `${api.url}/accounts`, now, token: first }
  expect(await call({ authorization: `DPoP ${first}`, dpop: await thief.proof(stolen) })).toMatch(
    /^40[01] invalid_/,
  )
  expect(await call({ authorization: `Bearer ${first}` })).toMatch(/^40[01] invalid_/)
  expect(await call({ authorization: `DPoP ${first}` })).toMatch(/^40[01] invalid_/)
  expect(await call({ authorization: `DPoP ${first}`, dpop: await proofFor(refreshed) })).toMatch(
    /^40[01] invalid_/,
  )
  await page.context().close()
})
