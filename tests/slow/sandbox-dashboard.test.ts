// The page at `/` of the sandbox, in a browser as narrow as a phone and by the keyboard alone.
import type { Browser, Page } from 'playwright-core'
import { startSandbox, type Sandbox } from '../../sandbox/tenant/start-sandbox.ts'
import { launchChromium, newPerson } from '../support/chromium.ts'

const CALLBACK = 'http://localhost:3999/callback'
const SEED = {
  clients: [
    {
      client_id: 'web',
      client_secret: 'web secret',
      name: 'Web <banking>',
      app_type: 'regular_web',
      callbacks: [CALLBACK, `https://a-host-with-a-long-name.${'x'.repeat(60)}.example/callback`],
      grant_types: ['authorization_code'],
    },
  ],
  users: [
    {
      connection: 'Username-Password-Authentication',
      email: 'ada@example.com',
      password: 'correct horse',
      authentication_methods: [{ type: 'totp', totp_secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' }],
    },
  ],
  actions: [
    {
      name: 'Refuse',
      bound: true,
      code: `exports.onExecutePostLogin = async (event, api) => {
        console.log('seen ' + event.user.email, '${'x'.repeat(200)}')
        api.access.deny('not today')
      }`,
    },
  ],
}

let sandbox: Sandbox
let browser: Browser
let page: Page
beforeAll(async () => {
  // In the past, where a browser would have thrown away each cookie of the tenant.
  const starting = startSandbox({ seed: SEED, clock: '2020-03-01T12:00:00Z' })
  ;[sandbox, browser] = await Promise.all([starting, launchChromium()])
  page = await newPerson(browser)
  await page.setViewportSize({ width: 390, height: 800 })
})
afterAll(() => Promise.all([sandbox.close(), browser.close()]))

test('a person logs in at a tenant whose clock is in the past', async () => {
  const person = await newPerson(browser)
  const query = `response_type=code&client_id=web&scope=openid&redirect_uri=${CALLBACK}`
  await person.goto(`${sandbox.issuer}authorize?${query}`)
  await person.fill('[name=username]', 'ada@example.com')
  await person.fill('[name=password]', 'correct horse')
  const arrived = person.waitForRequest((request) => request.url().startsWith(CALLBACK))
  await person.keyboard.press('Enter')
  expect(new URL((await arrived).url()).searchParams.get('error_description')).toBe('not today')
})

test('the keyboard opens what the Actions of a login did, and it stays open', async () => {
  await page.goto(sandbox.issuer)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  const text = await page.locator('#logins details').innerText()
  expect(text.split(/\n+/)).toEqual([
    'post-login: denied, not today',
    'Refuse',
    'Asked for',
    'api.access.deny("not today")',
    'Printed',
    `seen ada@example.com ${'x'.repeat(200)}`,
  ])
  await sandbox.clock.advance(60)
  await page.getByText('12:01').first().waitFor()
  expect(await page.locator('#logins details').getAttribute('open')).toBe('')
  expect(await page.evaluate('document.activeElement.tagName')).toBe('SUMMARY')
})

test('the one-time password is the current one', async () => {
  const [ada] = await sandbox.users()
  await page.goto(sandbox.issuer)
  expect(await page.locator('.otp').innerText()).toBe(ada?.factors[0]?.code)
})

test('nothing is wider than a phone', async () => {
  await page.goto(sandbox.issuer)
  await page.locator('summary').click()
  const width: unknown = await page.evaluate('document.documentElement.scrollWidth')
  expect(width).toBe(390)
})
