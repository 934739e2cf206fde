// Fabrikam as `npm start` leaves it: a sandbox tenant in the state of tenant.yaml with the Action bound, the
// seeded users, and the three programs.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TOTP } from 'otpauth'
import type { Page } from 'playwright-core'
import { buildBundle } from '../../scripts/policy/bundle.ts'
import { readTenantFile } from '../../scripts/tenant/tenant-file.ts'
import { BANKING } from './event.ts'
import { startApp, type RunningApp } from './fabrikam.ts'
import { freePort } from './redis.ts'
import { startSandbox, type Sandbox } from './sandbox.ts'

export interface FabrikamWorld {
  readonly sandbox: Sandbox
  readonly web: RunningApp
  readonly spa: RunningApp
  readonly api: RunningApp
  /** Moves the clock of the tenant, so that the next one-time password is another one. */
  skip(seconds: number): Promise<void>
  /** Fills in the login page. */
  logIn(page: Page, user: User): Promise<void>
  /** Fills in the page that asks Ada for a one-time password, with one that was not used yet. */
  passOtp(page: Page): Promise<void>
  stop(): Promise<void>
}

interface User {
  readonly email: string
  readonly password: string
  readonly authentication_methods?: readonly { readonly totp_secret: string }[]
}

const SEED = JSON.parse(readFileSync('sandbox/fabrikam/seed.json', 'utf8')) as {
  readonly users: readonly [User, User]
  readonly actions: readonly object[]
}
/** Ada has a one-time password, Bob no factor at all. */
export const [ADA, BOB] = SEED.users

const SECRET = 'at least thirty-two characters long'

export async function startFabrikam(): Promise<FabrikamWorld> {
  const webUrl = `http://localhost:${await freePort()}`
  const spaUrl = `http://localhost:${await freePort()}`
  const { tenantFile, declaredScopes } = readTenantFile('tenant.yaml', {
    name: 'test',
    file: 'test.json',
    position: 'last',
    keywords: { FABRIKAM_URL: webUrl, FABRIKAM_SPA_URL: spaUrl },
  })
  if (tenantFile === undefined) throw new Error('tenant.yaml has problems')
  const bundle = await buildBundle({ policyFile: 'config/step-up.policy.yaml', declaredScopes })
  const folder = mkdtempSync(join(tmpdir(), 'fabrikam-'))
  const requirements = join(folder, 'requirements.json')
  writeFileSync(requirements, JSON.stringify(bundle.requirements))
  const { tenant, guardianFactors, resourceServers, clients = [] } = tenantFile
  const sandbox = await startSandbox({
    seed: {
      tenant,
      guardianFactors,
      resourceServers,
      users: SEED.users,
      clients: clients.map((client, index) => ({
        ...client,
        client_id: ['web', 'spa'][index],
        client_secret: SECRET,
      })),
      actions: [
        ...SEED.actions,
        { name: 'Step-up', code: bundle.code, runtime: 'node22', bound: true },
      ],
    },
  })
  const common = {
    AUTH0_DOMAIN: sandbox.domain,
    AUDIENCE: BANKING,
    NODE_EXTRA_CA_CERTS: sandbox.certificate,
  }
  const api = await startApp('api', {
    ...common,
    REQUIREMENTS_FILE: requirements,
    SPA_URL: spaUrl,
  })
  const [web, spa] = await Promise.all([
    startApp('web-app', {
      ...common,
      ...listenAt(webUrl),
      CLIENT_ID: 'web',
      CLIENT_SECRET: SECRET,
      SECRET,
      API_URL: api.url,
    }),
    startApp('spa', { ...common, ...listenAt(spaUrl), CLIENT_ID: 'spa', API_URL: api.url }),
  ])

  async function skip(advanceSeconds: number): Promise<void> {
    await sandbox.fetch('/sandbox/clock', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ advanceSeconds }),
    })
  }

  return {
    sandbox,
    web,
    spa,
    api,
    skip,
    logIn: async (page, { email, password }) => {
      await page.fill('[name=username]', email)
      await page.fill('[name=password]', password)
      await page.click('[type=submit], button:not([name])')
    },
    passOtp: async (page) => {
      await page.waitForSelector('[name=code]')
      await skip(30)
      const clock = (await (await sandbox.fetch('/sandbox/clock')).json()) as { now: string }
      const secret = ADA.authentication_methods?.[0]?.totp_secret ?? ''
      await page.fill(
        '[name=code]',
        new TOTP({ secret }).generate({ timestamp: Date.parse(clock.now) }),
      )
      await page.keyboard.press('Enter')
    },
    stop: async () => {
      await Promise.all([web.stop(), spa.stop(), api.stop()])
      await sandbox.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function listenAt(url: string): { readonly BASE_URL: string; readonly PORT: string } {
  return { BASE_URL: url, PORT: new URL(url).port }
}
