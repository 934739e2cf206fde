// What becomes of the step-up in each client that people have: unmodified, in a real browser, against the tenant.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { launchChromium, newPerson } from '../../support/chromium.ts'
import { BANKING } from '../../support/event.ts'
import { startStepUpTenant, type StepUpTenant } from '../../support/step-up-tenant.ts'
import { startApps, type Apps } from './start-apps.ts'
import { seeThrough, type Person, type Seen } from './person.ts'
import { APPLICATIONS, ROWS, type Circumstance, type Row } from './rows.ts'
import { nameOf, readResults, writeResults, type CallResult, type RowResult } from './results.ts'
import type { CallName } from './apps/setting.ts'

const SECRET = 'ORUGS4ZANFZSAYLOEBSXQYLNOBWGK4DM'
const PASSWORD = 'Count-the-beans-1843'
// What the refreshes need, and the clients with DPoP.
const BANKING_API = {
  allow_offline_access: true,
  proof_of_possession: { mechanism: 'dpop', required: false },
}
const SHIPPED = readFileSync('config/step-up.policy.yaml', 'utf8')

jest.setTimeout(60_000)

let tenant: StepUpTenant
let browser: Browser
let apps: Apps
const stops: (() => Promise<unknown>)[] = []
beforeAll(async () => {
  tenant = await startStepUpTenant({ bankingApi: BANKING_API })
  stops.push(() => tenant.stop())
  await ask('PATCH /tenants/settings', { pushed_authorization_requests_supported: true })
  const clients = new Map<string, { readonly client_id: string; readonly client_secret: string }>()
  for (const [name, settings] of Object.entries(APPLICATIONS)) {
    const grants = ['authorization_code', 'refresh_token']
    clients.set(name, await ask('POST /clients', { name, ...settings, grant_types: grants }))
  }
  const settings = ROWS.map(({ client, way, application }) => {
    const { client_id: clientId = '', client_secret: clientSecret = '' } =
      clients.get(application) ?? {}
    const issuer = `https://${tenant.sandbox.domain}`
    return { driver: client, way, issuer, clientId, clientSecret }
  })
  browser = await launchChromium()
  stops.push(() => browser.close())
  apps = await startApps(settings, tenant.sandbox.certificate)
  stops.push(() => apps.stop())
  const origins = [...new Set(apps.settings.map(({ baseUrl }) => baseUrl))]
  for (const { client_id: id } of clients.values()) {
    await ask(`PATCH /clients/${id}`, {
      callbacks: origins.flatMap((url) =>
        ['', '/', '/callback', '/auth/callback'].map((path) => url + path),
      ),
      web_origins: origins,
    })
  }
})
// As far as they have started: where the apps are not installed, nothing else may be left running.
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop()
})

async function ask<Body>(line: string, body: object): Promise<Body> {
  const answer = await tenant.request(line, body)
  if (answer.status >= 300) throw new Error(`${line}: ${JSON.stringify(answer.body)}`)
  return answer.body as Body
}

/** Each row has a customer of its own, so that no code is used up. */
async function newCustomer(): Promise<Person> {
  const email = `${randomUUID()}@fabrikam.example`
  const connection = 'Username-Password-Authentication'
  const { user_id: id } = await ask<{ user_id: string }>('POST /users', {
    connection,
    email,
    email_verified: true,
    password: PASSWORD,
  })
  const method = { type: 'totp', name: 'Authenticator app', totp_secret: SECRET }
  await ask(`POST /users/${encodeURIComponent(id)}/authentication-methods`, method)
  return { email, password: PASSWORD, secret: SECRET }
}

let circumstance: Circumstance = 'as shipped'

/** Brings the tenant to where a row wants it. */
async function bringAbout(wanted: Circumstance): Promise<void> {
  if (circumstance === wanted) return
  const isAlways = wanted === 'MFA policy Always'
  await ask('PUT /guardian/policies', isAlways ? ['all-applications'] : [])
  const answer = isAlways || wanted === 'as shipped' ? '' : `\n    withoutBrowser: { ${wanted} }`
  const policy = SHIPPED.replace(/whenNotEnrolled: enroll/, `$&${answer}`)
  if (answer !== '' && policy === SHIPPED) throw new Error(`the policy has no place for ${wanted}`)
  await tenant.usePolicy(policy)
  circumstance = wanted
}

async function resultOf({ answer, ...counts }: Seen): Promise<CallResult> {
  if (answer === 'left') throw new Error('the page was left')
  if ('error' in answer) return { error: answer.error, ...counts }
  const { scope = '', cnf } = await tenant.client.verify(answer.accessToken, BANKING)
  const scopes = String(scope)
    .split(' ')
    .filter((one) => one.includes(':'))
  return { scopes: scopes.join(' '), ...(cnf !== undefined && { isBound: true }), ...counts }
}

async function tryRow(row: Row): Promise<RowResult> {
  await bringAbout(row.circumstance)
  const setting = apps.settings[ROWS.indexOf(row)]
  if (setting === undefined) throw new Error('no app')
  const page = await newPerson(browser)
  const person = await newCustomer()
  const { baseUrl, isPage } = setting
  const start = async (name: CallName): Promise<void> => {
    if (!isPage) await page.goto(`${baseUrl}/${name}`)
    const button = page.locator(`#${name}`)
    if (isPage || (await button.isVisible())) await button.click()
  }
  try {
    if (isPage)
      await page.goto(`${baseUrl}/?setting=${encodeURIComponent(JSON.stringify(setting))}`)
    const everyday = await resultOf(await seeThrough(page, person, () => start('everyday')))
    const highValue = await resultOf(await seeThrough(page, person, () => start('high-value')))
    const { client, way, circumstance } = row
    return { client, way, circumstance, everyday, highValue }
  } finally {
    await page.context().close()
  }
}

// By circumstance, because a change of it takes a build.
const ORDERED = [...new Set(ROWS.map((row) => row.circumstance))].flatMap((one) =>
  ROWS.filter((row) => row.circumstance === one),
)
const recorded = new Map(readResults().map((result) => [nameOf(result), result]))
const seen = new Map<string, RowResult>()

test.each(ORDERED.map((row) => [nameOf(row), row] as const))('%s', async (name, row) => {
  const result = await tryRow(row)
  seen.set(name, result)
  // INVARIANT: no token has the scope without one challenge, whatever is written down.
  for (const { scopes = '', challenges } of [result.everyday, result.highValue])
    expect(scopes.includes('transfer:funds') ? challenges : 1).toBe(1)
  if (process.env['WRITE_RESULTS'] === undefined) expect(result).toEqual(recorded.get(name))
})

afterAll(() => {
  if (process.env['WRITE_RESULTS'] === undefined) return
  writeResults(ROWS.flatMap((row) => seen.get(nameOf(row)) ?? recorded.get(nameOf(row)) ?? []))
})
