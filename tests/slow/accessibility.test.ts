// The pages of the tenant and of the example as axe-core judges them: nothing serious, on a desk, on a phone, and dark.
import { readFileSync } from 'node:fs'
import type { AxeResults } from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { launchChromium, leadsOn, newPerson } from '../support/chromium.ts'
import { startFabrikam, type FabrikamWorld } from '../support/fabrikam-world.ts'
import { ADA, BOB } from '../support/step-up-tenant.ts'

jest.setTimeout(180_000)

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')

let world: FabrikamWorld
let browser: Browser
let page: Page
beforeAll(async () => {
  ;[world, browser] = await Promise.all([startFabrikam(), launchChromium()])
})
afterAll(async () => {
  await browser.close()
  await world.stop()
})
beforeEach(async () => {
  page = await newPerson(browser)
})
afterEach(() => page.context().close())

const LOOKS = [
  { name: 'desk', size: { width: 1280, height: 800 }, colorScheme: 'light' },
  { name: 'phone', size: { width: 390, height: 800 }, colorScheme: 'light' },
  { name: 'phone, dark', size: { width: 390, height: 800 }, colorScheme: 'dark' },
] as const

/** Judges the page that is shown, in each look. @returns what is serious, and where */
async function judged(): Promise<readonly string[]> {
  const found: string[] = []
  for (const { name, size, colorScheme } of LOOKS) {
    await page.setViewportSize(size)
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    // By the debugger, because the pages let no script of others in.
    await page.evaluate(AXE)
    const { violations, passes } = await page.evaluate<AxeResults>('axe.run(document)')
    if (passes.length === 0) throw new Error('axe-core has looked at nothing')
    found.push(
      ...violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${name}: ${id}: ${html}`)),
    )
  }
  return found
}

/** What was found, by the title of the page or another name. */
let seen: Record<string, readonly string[]>
beforeEach(() => {
  seen = {}
})

async function look(name?: string): Promise<void> {
  const shown = name ?? (await page.locator('h1').textContent()) ?? ''
  seen[shown] = [...(seen[shown] ?? []), ...(await judged())]
}

test('what is serious is found', async () => {
  await page.setContent('<html lang="en"><title>x</title><main><h1>x</h1><input></main>')
  expect(await judged()).toEqual(LOOKS.map(({ name }) => `${name}: label: <input>`))
})

test('the way of a customer with a factor, through tenant and web app', async () => {
  await page.goto(world.web.url)
  await look()
  await leadsOn(page, () => page.click('text=Log in'))
  await look()
  await world.logIn(page, { ...ADA, password: 'wrong' })
  await page.waitForSelector('[role=alert]:not(:empty)')
  await look()
  await world.logIn(page, ADA)
  await page.waitForURL(`${world.web.url}/accounts`)
  await look()
  await leadsOn(page, () => page.click('nav >> text=Transfer funds'))
  await leadsOn(page, () => page.click('text=Continue'))
  await look()
  await page.fill('#to', 'Rent')
  await page.fill('#amount', '12')
  await leadsOn(page, () => page.click('text=Continue'))
  await look()
  await leadsOn(page, () => page.click('text=Confirm with a second factor'))
  await look()
  await page.fill('[name=code]', '000000')
  await leadsOn(page, () => page.keyboard.press('Enter'))
  await look()
  await world.passOtp(page)
  await page.waitForURL(`${world.web.url}/receipt`)
  await look()
  await page.goto(`${world.web.url}/salary`)
  await world.passOtp(page)
  await page.waitForURL(`${world.web.url}/salary`)
  await look()
  await page.goto(`${world.web.url}/nowhere`)
  await look()
  expect(seen).toEqual({
    'Banking that asks twice where it matters': [],
    'Log in': [],
    Accounts: [],
    'Transfer funds': [],
    'The bank asks for more': [],
    'Verify your identity': [],
    'Transfer done': [],
    Salaries: [],
    'No such page': [],
  })
})

test('the way of a customer who sets up a factor', async () => {
  await page.goto(`${world.web.url}/salary`)
  await world.logIn(page, BOB)
  await page.waitForSelector('text=Authenticator app')
  await look()
  await leadsOn(page, () => page.click('text=Security key'))
  await look()
  await leadsOn(page, () => page.click('text=Try another method'))
  await leadsOn(page, () => page.click('text=Authenticator app'))
  await page.click('summary')
  await look()
  const secret = (await page.locator('details .code').innerText()).replace(/\s/g, '')
  await page.fill('[name=code]', await world.newOtp(secret))
  await page.keyboard.press('Enter')
  await page.waitForSelector('[name=saved]')
  await look()
  expect(seen).toEqual({
    'Secure your account': [],
    'Add a security key': [],
    'Set up an authenticator app': [],
    'Save your recovery code': [],
  })
})

test('the single-page app', async () => {
  await page.goto(world.spa.url)
  await look('before the login')
  await page.click('#login')
  await world.logIn(page, ADA)
  await page.waitForSelector('#bank:not([hidden])')
  await look('after it')
  await page.click('#show-accounts')
  await page.waitForSelector('#ask:not([hidden])')
  await look('when a window is needed')
  await page.click('#ask-open')
  await page.waitForSelector('text=Everyday account')
  await look('with accounts')
  expect(seen).toEqual({
    'before the login': [],
    'after it': [],
    'when a window is needed': [],
    'with accounts': [],
  })
})

test('the page of the sandbox itself, and of what went wrong', async () => {
  const origin = `https://${world.tenant.sandbox.domain}`
  for (const path of ['/', '/sandbox/inbox', '/authorize?client_id=nobody', '/activate']) {
    await page.goto(`${origin}${path}`)
    await look(path)
  }
  expect(seen).toEqual({
    '/': [],
    '/sandbox/inbox': [],
    '/authorize?client_id=nobody': [],
    '/activate': [],
  })
})
