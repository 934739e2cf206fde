// Fabrikam as `npm start` leaves it: the tenant of tenant.yaml with the Action bound, and the three programs.
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request as forward, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { tmpdir } from 'node:os'
import type { Page } from 'playwright-core'
import { BANKING } from './event.ts'
import { startApp, type RunningApp } from './fabrikam.ts'
import { freePort } from './free-port.ts'
import type { User } from './seed.ts'
import { CLIENT_SECRET, startStepUpTenant, type StepUpTenant } from './step-up-tenant.ts'

export interface FabrikamWorld {
  readonly tenant: StepUpTenant
  readonly web: RunningApp
  readonly spa: RunningApp
  readonly api: RunningApp
  /** The access tokens that the API has been called with, oldest first. */
  readonly tokens: readonly string[]
  /** Fills in the login page. */
  logIn(page: Page, user: User): Promise<void>
  /** A one-time password that was not used yet: time is moved for the tenant and for the programs. */
  newOtp(secret?: string): Promise<string>
  /** Fills in the page that asks Ada for a one-time password, with one that was not used yet. */
  passOtp(page: Page): Promise<void>
  stop(): Promise<void>
}

/** As the policy of the example names it. */
const RULES_CLAIM = 'https://fabrikam.example/step_up_rules'

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as object

export async function startFabrikam(): Promise<FabrikamWorld> {
  const webUrl = `http://localhost:${await freePort()}`
  const spaUrl = `http://localhost:${await freePort()}`
  const tenant = await startStepUpTenant({ webUrl, spaUrl })
  const clock = join(mkdtempSync(join(tmpdir(), 'clock-')), 'milliseconds')
  writeFileSync(clock, '0')
  const requirements = tenant.requirementsFile()
  // Until the policy names its claim, the build cannot tell it.
  writeFileSync(
    requirements,
    JSON.stringify({ id_token_claim: RULES_CLAIM, ...read(requirements) }),
  )
  const common = {
    NODE_OPTIONS: `--require ${join(__dirname, 'moved-clock.cjs')}`,
    CLOCK_FILE: clock,
    REQUIREMENTS_FILE: requirements,
    AUTH0_DOMAIN: tenant.sandbox.domain,
    AUDIENCE: BANKING,
    NODE_EXTRA_CA_CERTS: tenant.sandbox.certificate,
  }
  const api = await startApp('api', {
    ...common,
    SPA_URL: spaUrl,
  })
  const tokens: string[] = []
  const wire = await listenInOn(api.url, tokens)
  const [web, spa] = await Promise.all([
    startApp('web-app', {
      ...common,
      ...listenAt(webUrl),
      CLIENT_ID: 'web',
      CLIENT_SECRET,
      SECRET: CLIENT_SECRET,
      API_URL: wire.url,
    }),
    startApp('spa', { ...common, ...listenAt(spaUrl), CLIENT_ID: 'spa', API_URL: wire.url }),
  ])

  let movedMs = 0
  const newOtp = async (secret?: string): Promise<string> => {
    movedMs += 30_000
    writeFileSync(clock, String(movedMs))
    return tenant.newOtp(secret)
  }

  return {
    tenant,
    newOtp,
    web,
    spa,
    api,
    tokens,
    logIn: async (page, { email, password }) => {
      await page.fill('[name=username]', email)
      await page.fill('[name=password]', password)
      await page.click('main [type=submit].primary')
    },
    passOtp: async (page) => {
      await page.waitForSelector('[name=code]')
      await page.fill('[name=code]', await newOtp())
      await page.keyboard.press('Enter')
    },
    stop: async () => {
      await Promise.all([web.stop(), spa.stop(), api.stop()])
      wire.server.closeAllConnections()
      wire.server.close()
      await tenant.stop()
      rmSync(dirname(clock), { recursive: true })
    },
  }
}

function listenAt(url: string): { readonly BASE_URL: string; readonly PORT: string } {
  return { BASE_URL: url, PORT: new URL(url).port }
}

/** Stands between the apps and the API, and writes down the tokens that pass. */
async function listenInOn(
  url: string,
  tokens: string[],
): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((incoming, response) => {
    const token = /^Bearer (.+)$/.exec(incoming.headers.authorization ?? '')?.[1]
    if (token !== undefined) tokens.push(token)
    const { method, headers } = incoming
    const outgoing = forward(new URL(incoming.url ?? '/', url), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    })
    incoming.pipe(outgoing.on('error', () => response.destroy()))
  }).listen(0)
  await once(server, 'listening')
  return { server, url: `http://localhost:${(server.address() as AddressInfo).port}` }
}
