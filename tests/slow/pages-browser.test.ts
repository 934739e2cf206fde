// The login pages in a real browser: the script for security keys, the keyboard, narrow screens, the policy of the headers.
import { TOTP } from 'otpauth'
import type { Browser, Page } from 'playwright-core'
import { startApplication, type Application } from '../support/application.ts'
import { launchChromium, newPerson, plugInSecurityKey } from '../support/chromium.ts'
import { managementRequest, type ManagementRequest } from '../support/sandbox-request.ts'
import { startSandbox, type Sandbox } from '../support/sandbox.ts'

const CONNECTION = 'Username-Password-Authentication'
const PASSWORD = 'correct horse battery staple'
const OTP_SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'

const seedFor = (callback: string) => ({
  guardianFactors: ['otp', 'webauthn-roaming', 'recovery-code'].map((name) => ({
    name,
    enabled: true,
  })),
  clients: [
    {
      name: 'Fabrikam Bank',
      client_id: 'web',
      client_secret: 'web-secret',
      app_type: 'regular_web',
      callbacks: [callback],
      grant_types: ['authorization_code'],
    },
  ],
  users: [
    { connection: CONNECTION, user_id: 'key', email: 'key@fabrikam.example', password: PASSWORD },
    { connection: CONNECTION, user_id: 'new', email: 'new@fabrikam.example', password: PASSWORD },
    {
      connection: CONNECTION,
      user_id: 'ada',
      email: 'ada@fabrikam.example',
      password: PASSWORD,
      authentication_methods: [{ type: 'totp', totp_secret: OTP_SECRET }],
    },
  ],
  actions: [
    {
      name: 'Always',
      code: "exports.onExecutePostLogin = async (event, api) => { api.multifactor.enable('any') }",
      bound: true,
    },
  ],
})

let application: Application
let sandbox: Sandbox
let browser: Browser
let request: ManagementRequest
beforeAll(async () => {
  application = await startApplication()
  const seed = seedFor(application.callback)
  ;[sandbox, browser] = await Promise.all([startSandbox({ seed }), launchChromium()])
  request = await managementRequest(sandbox)
})
afterAll(async () => {
  await browser.close()
  await sandbox.stop()
  application.stop()
})

/** @returns a page at the login, and what its browser complains about */
async function atLogin(page: Page): Promise<string[]> {
  const complaints: string[] = []
  page.on('pageerror', ({ message }) => complaints.push(message))
  page.on('console', (message) => {
    if (/Content Security Policy|Refused/.test(message.text())) complaints.push(message.text())
  })
  await page.goto(authorizeUrl())
  return complaints
}

test('a password can be looked at, and is sent as one', async () => {
  const page = await newPerson(browser)
  const complaints = await atLogin(page)
  await page.fill('[name=password]', PASSWORD)
  const typeOf = () => page.locator('[name=password]').getAttribute('type')
  const toggle = page.getByRole('button', { name: /password/ })
  const seen = [await typeOf(), await toggle.textContent()]
  await page.focus('[name=password]')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  seen.push(await typeOf(), await toggle.textContent())
  expect(seen).toEqual(['password', 'Show password', 'text', 'Hide password'])
  expect(complaints).toEqual([])
  await page.context().close()
})

function authorizeUrl(): string {
  const parameters = { client_id: 'web', response_type: 'code', redirect_uri: application.callback }
  const query = new URLSearchParams({ ...parameters, scope: 'openid' })
  return `https://${sandbox.domain}/authorize?${query.toString()}`
}

async function logIn(page: Page, email: string): Promise<void> {
  await page.getByLabel('Email address or username').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Continue' }).click()
}

/** @returns the names of the parameters with which the browser comes back to the application */
async function sentTo(page: Page, act: () => Promise<void>): Promise<string[]> {
  await act()
  await page.waitForURL(`${application.callback}**`)
  return [...new URL(page.url()).searchParams.keys()]
}

test('a security key is enrolled, asked for at the next login, and its secrets stay in the tenant', async () => {
  const page = await newPerson(browser)
  await plugInSecurityKey(page)
  const complaints = await atLogin(page)
  await logIn(page, 'key@fabrikam.example')
  await page.getByRole('button', { name: 'Security key' }).click()
  await page.getByRole('button', { name: 'Add security key' }).click()
  await page.getByLabel('I have saved this code').check()
  const first = await sentTo(page, () => page.getByRole('button', { name: 'Continue' }).click())
  await page.goto(authorizeUrl())
  const second = await sentTo(page, () =>
    page.getByRole('button', { name: 'Use security key' }).click(),
  )
  const { body } = await request('GET /users/auth0%7Ckey/authentication-methods')
  expect({ first, second, complaints }).toEqual({
    first: ['code', 'iss'],
    second: ['code', 'iss'],
    complaints: [],
  })
  expect((body as { type: string }[]).map(({ type }) => type)).toEqual([
    'webauthn-roaming',
    'recovery-code',
  ])
  expect(Object.keys((body as object[])[0] ?? {})).toEqual([
    'id',
    'type',
    'name',
    'key_id',
    'public_key',
    'relying_party_identifier',
    'confirmed',
    'created_at',
    'last_auth_at',
  ])
})

test('a browser without the key says so, and offers the way back', async () => {
  const page = await newPerson(browser)
  await atLogin(page)
  await logIn(page, 'new@fabrikam.example')
  await page.getByRole('button', { name: 'Security key' }).click()
  await page.evaluate("navigator.credentials.create = () => Promise.reject(new Error('no key'))")
  await page.getByRole('button', { name: 'Add security key' }).click()
  const alert = page.getByRole('alert')
  await alert.waitFor()
  expect(await alert.textContent()).toBe('That did not work, or took too long. Try again.')
  await page.getByRole('button', { name: 'Try another method' }).click()
  await page.getByRole('heading', { name: 'Secure your account' }).waitFor()
})

test('a login with a one-time password needs the keyboard only', async () => {
  const page = await newPerson(browser)
  await atLogin(page)
  await page.keyboard.press('Tab')
  await page.keyboard.type('ada@fabrikam.example')
  await page.keyboard.press('Tab')
  await page.keyboard.type(PASSWORD)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Verify your identity' }).waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.type(new TOTP({ secret: OTP_SECRET }).generate())
  expect(await sentTo(page, () => page.keyboard.press('Enter'))).toEqual(['code', 'iss'])
})

test('no page is wider than a screen of 320 pixels', async () => {
  const page = await newPerson(browser)
  await page.setViewportSize({ width: 320, height: 640 })
  const widths: Record<string, unknown> = {}
  const measure = async (): Promise<void> => {
    const title = await page.title()
    widths[title] = await page.evaluate('document.documentElement.scrollWidth')
  }
  await atLogin(page)
  await measure()
  await logIn(page, 'new@fabrikam.example')
  await measure()
  await page.getByRole('button', { name: 'Authenticator app' }).click()
  await page.getByText('Cannot scan it?').click()
  await measure()
  const secret = (await page.locator('details .code').textContent())?.replaceAll(/\s/g, '')
  const code = new TOTP({ secret: secret ?? '' }).generate()
  await page.getByLabel('One-time code').fill(code)
  await page.getByRole('button', { name: 'Continue' }).click()
  await measure()
  expect(widths).toEqual({
    'Log in': 320,
    'Secure your account': 320,
    'Set up an authenticator app': 320,
    'Save your recovery code': 320,
  })
})
