// Step-up for an agent: the MCP server of the example, and the client of the MCP package as it is.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { TOTP } from 'otpauth'
import { CLOCK_TOLERANCE } from '../../../express/used-tokens.ts'
import { newAgent, type Agent } from '../../../sandbox/fabrikam/agent/client.ts'
import { BANKING } from '../../support/event.ts'
import { startApp, type RunningApp } from '../../support/fabrikam.ts'
import type { OidcBrowser } from '../../support/oidc-browser.ts'
import {
  ADA,
  logIn,
  scopesIn,
  startStepUpTenant,
  type StepUpTenant,
} from '../../support/step-up-tenant.ts'

jest.setTimeout(120_000)

const REDIRECT = 'http://localhost:3996/callback'

let tenant: StepUpTenant
let bank: RunningApp
let agent: Agent
let browser: OidcBrowser
let challenges = 0
let isWilling = true

/** How far the clocks of the tenant and of the bank are moved. */
const clock = join(mkdtempSync(join(tmpdir(), 'clock-')), 'milliseconds')
let movedMs = 0
writeFileSync(clock, String(movedMs))

/** Of now and of the steps beside it, which count too: three codes that were not used, without moving the clock. */
const codes = [-30, 0, 30].map((seconds) => () => {
  const secret = ADA.authentication_methods?.[0]?.totp_secret ?? ''
  return new TOTP({ secret }).generate({ timestamp: Date.now() + seconds * 1_000 })
})

beforeAll(async () => {
  tenant = await startStepUpTenant({
    clients: [
      {
        name: 'Agent',
        client_id: 'agent',
        app_type: 'native',
        token_endpoint_auth_method: 'none',
        callbacks: [REDIRECT],
        grant_types: ['authorization_code'],
      },
    ],
  })
  const { sandbox } = tenant
  bank = await startApp('agent/mcp', {
    AUTH0_DOMAIN: sandbox.domain,
    AUDIENCE: BANKING,
    REQUIREMENTS_FILE: tenant.requirementsFile(),
    NODE_EXTRA_CA_CERTS: sandbox.certificate,
    NODE_OPTIONS: `--require ${join(__dirname, '../../support/moved-clock.cjs')}`,
    CLOCK_FILE: clock,
  })
  // Of a token issued before, its memory could not know whether it was used.
  await sleep((CLOCK_TOLERANCE + 1) * 1_000)
  browser = tenant.newBrowser()
  agent = await newAgent({
    url: `${bank.url}/mcp`,
    clientId: 'agent',
    redirectUri: REDIRECT,
    audience: BANKING,
    fetch: sandbox.fetch,
    authorize: async (url) => {
      let stop = await browser.open(url)
      if (stop.at === 'page' && stop.title === 'Log in') stop = await logIn(browser, stop, ADA)
      if (isWilling && stop.at === 'page' && stop.title === 'Verify your identity') {
        challenges += 1
        stop = await browser.submit(stop, { code: codes.shift()?.() ?? '' })
      }
      if (stop.at !== 'application') throw new Error(`the user is still at ${stop.title}`)
      return stop.response['code']
    },
  })
})
afterAll(async () => {
  await agent.close()
  await bank.stop()
  await tenant.stop()
  rmSync(dirname(clock), { recursive: true })
})

const scopes = () => Promise.all(agent.tokens.map((token) => scopesIn(tenant.client, token)))

test('the bank tells where to log in, and of everyday scopes alone', async () => {
  const metadata = await fetch(`${bank.url}/.well-known/oauth-protected-resource/mcp`)
  expect(await metadata.json()).toEqual({
    resource: `${bank.url}/mcp`,
    authorization_servers: [`https://${tenant.sandbox.domain}/`],
    bearer_methods_supported: ['header'],
    scopes_supported: ['read:accounts'],
  })
})

test('an everyday tool takes a login, and no challenge', async () => {
  expect(await agent.call('accounts')).toMatchObject([{ balance: 2450.25 }, { id: 'savings' }])
  expect(agent.asked).toEqual(['read:accounts'])
  expect(await scopes()).toEqual(['read:accounts'])
  expect(challenges).toEqual(0)
})

test('a transfer asks for the one scope, and takes one challenge', async () => {
  expect(await agent.call('transfer', { to: 'Rent', amount: 1200 })).toEqual({
    to: 'Rent',
    amount: 1200,
    balance: 1250.25,
  })
  expect(agent.asked).toEqual(['read:accounts', 'transfer:funds'])
  expect((await scopes()).at(-1)).toEqual('transfer:funds')
  expect(challenges).toEqual(1)
})

test('its token is used up', async () => {
  const used = agent.tokens.at(-1) ?? ''
  const again = await send(used, call('transfer', { to: 'Rent', amount: 1 }))
  expect([again.status, again.headers.get('www-authenticate')]).toEqual([
    401,
    expect.stringMatching(
      /^Bearer error="invalid_token", error_description="The token was used before"/,
    ),
  ])
})

test('after it, an everyday tool takes an everyday token again, and no challenge', async () => {
  expect(await agent.call('accounts')).toMatchObject([{ balance: 1250.25 }, { id: 'savings' }])
  expect(agent.asked.slice(2)).toEqual(['read:accounts'])
  expect(challenges).toEqual(1)
})

test('the next transfer takes a challenge of its own', async () => {
  expect(await agent.call('transfer', { to: 'Rent', amount: 50 })).toMatchObject({
    balance: 1200.25,
  })
  expect(agent.asked.slice(3)).toEqual(['transfer:funds'])
  expect(challenges).toEqual(2)
})

test('a transfer right after it has its used token replaced first, and takes one challenge', async () => {
  expect(await agent.call('transfer', { to: 'Rent', amount: 50 })).toMatchObject({
    balance: 1150.25,
  })
  expect(agent.asked.slice(4)).toEqual(['read:accounts', 'transfer:funds'])
  expect(challenges).toEqual(3)
})

test('a user who gives up ends the operation: nothing is asked for a second time', async () => {
  await agent.call('accounts')
  const before = agent.asked.length
  isWilling = false
  await expect(agent.call('transfer', { to: 'Rent', amount: 1 })).rejects.toThrow(
    'the user is still at Verify your identity',
  )
  expect(agent.asked.slice(before)).toEqual(['transfer:funds'])
  expect(await agent.callOnce('accounts')).toMatchObject([{ balance: 1150.25 }, { id: 'savings' }])
})

describe('an everyday token', () => {
  // prettier-ignore
  test.each<[name: string, body: unknown, status: number]>([
    ['lists the tools',                          { jsonrpc: '2.0', id: 1, method: 'tools/list' },            200],
    ['cannot transfer',                          call('transfer', { to: 'Rent', amount: 1 }),                403],
    ['cannot transfer in a batch',               [call('accounts', {}), call('transfer', { to: 'Rent', amount: 1 })], 400],
    ['cannot call a tool that is none',          call('constructor', {}),                                    404],
    ['cannot call a tool without a name',        { jsonrpc: '2.0', id: 1, method: 'tools/call' },            404],
    ['cannot call a tool by another spelling',   call('Transfer', { to: 'Rent', amount: 1 }),                404],
  ])('%s', async (_name, body, status) => {
    const everyday = agent.tokens[0] ?? ''
    expect((await send(everyday, body)).status).toEqual(status)
  })
})

describe('a token for one transfer', () => {
  beforeAll(async () => {
    // The last of the codes above is the next one.
    await tenant.skip(30)
    movedMs += 30_000
  })

  const transfer = (token: string, amount: unknown) =>
    send(token, call('transfer', { to: 'Rent', amount }))

  test('moves money once, also where ten calls race with it', async () => {
    const token = await freshToken()
    const answers = await Promise.all(Array.from({ length: 10 }, () => transfer(token, 50)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(9).fill(401)])
    expect(await agent.call('accounts')).toMatchObject([{ balance: 1100.25 }, { id: 'savings' }])
  })

  test.each([0.005, -5, 10_001, '5'])('moves nothing by an order of %p', async (amount) => {
    const answer = await transfer(await freshToken(), amount)
    expect(await answer.json()).toMatchObject({ result: { isError: true } })
    expect(await agent.call('accounts')).toMatchObject([{ balance: 1100.25 }, { id: 'savings' }])
  })

  test('moves nothing for which there is not enough', async () => {
    const answer = await transfer(await freshToken(), 1100.26)
    expect(await answer.json()).toMatchObject({
      result: {
        isError: true,
        content: [{ text: expect.stringMatching(/not enough money/) as string }],
      },
    })
  })
})

/** Nobody has used it. */
async function freshToken(): Promise<string> {
  movedMs += 30_000
  writeFileSync(clock, String(movedMs))
  const { client } = tenant
  const own = tenant.newBrowser()
  const url = client.authorizeUrl({ audience: BANKING, scope: 'transfer:funds' })
  const challenge = await logIn(own, await own.open(url), ADA)
  const stop = await own.submit(challenge, { code: await tenant.newOtp() })
  return (await client.redeem(stop)).access_token
}

function call(name: string, parameters: object): object {
  return { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: parameters } }
}

function send(token: string, body: unknown): Promise<Response> {
  return fetch(`${bank.url}/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify(body),
  })
}
