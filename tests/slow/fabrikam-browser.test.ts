import type { Browser, Page } from 'playwright-core'
import { launchChromium, leadsOn, newPerson } from '../support/chromium.ts'
import { BANKING, MULTI_FACTOR } from '../support/event.ts'
import { transferWith } from '../support/fabrikam.ts'
import { startFabrikam, type FabrikamWorld } from '../support/fabrikam-world.ts'
import { ADA, BOB } from '../support/step-up-tenant.ts'

jest.setTimeout(180_000)

let world: FabrikamWorld
let browser: Browser
let page: Page

beforeAll(async () => {
  world = await startFabrikam()
  browser = await launchChromium()
})
afterAll(async () => {
  await browser.close()
  await world.stop()
})
const complaints: string[] = []
beforeEach(async () => {
  page = await newPerson(browser)
  complaints.length = 0
  page.context().on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
})
afterEach(() => page.context().close())

const title = () => page.locator('h1').textContent()

/** Kept for whoever wants to look at the pages. */
async function shot(name: string): Promise<void> {
  const folder = process.env['SHOTS']
  if (folder === undefined) return
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 800 })
    await page.screenshot({ path: `${folder}/${name}-${width}.png`, fullPage: true })
  }
}

/** The facts of one step under "What happened". */
const facts = async (step: string): Promise<string[]> => {
  const pairs = page.locator('.steps li', { has: page.locator('h3', { hasText: step }) })
  const texts = await pairs.locator('dl > div').allTextContents()
  return texts.map((text) => text.replace(/\s+/g, ' ').trim())
}

const verified = (token: string | undefined) => world.tenant.client.verify(token, BANKING)

async function orderTransfer(): Promise<void> {
  await page.click('nav >> text=Transfer funds')
  await page.fill('#to', 'Rent')
  await page.fill('#amount', '1200')
  await leadsOn(page, () => page.click('text=Continue'))
  await leadsOn(page, () => page.click('text=Confirm with a second factor'))
}

describe('the web app', () => {
  test('shows accounts after a login, without a challenge, and transfers after one', async () => {
    await page.goto(world.web.url)
    await shot('web-home')
    await page.click('text=Log in')
    await world.logIn(page, ADA)
    await page.waitForURL(`${world.web.url}/accounts`)
    expect(await title()).toEqual('Accounts')
    expect(await facts('Access token of the session')).toContain(
      'Scope openid profile email read:accounts',
    )
    await shot('web-accounts')

    await page.click('nav >> text=Transfer funds')
    await shot('web-transfer')
    await page.fill('#to', 'Rent')
    await page.fill('#amount', '1200')
    await page.click('text=Continue')
    await page.waitForURL(`${world.web.url}/transfer/refused`)
    expect(await facts('POST /transfers, with the token')).toEqual([
      'Scope openid profile email read:accounts',
      expect.stringMatching(
        /^Answer 403 Bearer error="insufficient_scope".* scope="transfer:funds"/,
      ),
    ])
    await shot('web-refused-first')
    await page.click('text=Confirm with a second factor')
    await shot('tenant-otp')
    await world.passOtp(page)
    await page.waitForURL(`${world.web.url}/receipt`)
    await shot('web-receipt')
    expect(await title()).toEqual('Transfer done')
    expect(await facts('Login for this transfer')).toContain('amr mfa')
    expect(await facts('High-value token')).toContain('Scope openid transfer:funds')
    const [everyday = '', again, highValue = ''] = world.tokens
    expect(again).toEqual(everyday)
    expect(await verified(everyday)).toMatchObject({ scope: 'openid profile email read:accounts' })
    expect(await verified(highValue)).toMatchObject({
      scope: 'openid transfer:funds',
      jti: expect.any(String) as string,
    })
    expect(await transferWith(highValue, world.api)).toEqual({
      status: 401,
      error: 'invalid_token',
    })
    expect(await transferWith(everyday, world.api)).toEqual({
      status: 403,
      error: 'insufficient_scope',
    })

    await page.click('nav >> text=Accounts')
    expect(await title()).toEqual('Accounts')
    expect(await page.locator('tbody tr').allTextContents()).toEqual([
      expect.stringContaining('€1,250.25'),
      expect.stringContaining('€18,300.00'),
    ])
    expect(complaints).toEqual([])
  })

  test('transfers nothing after three wrong codes, and keeps the customer logged in', async () => {
    await page.goto(`${world.web.url}/accounts`)
    await world.logIn(page, ADA)
    await page.waitForURL(`${world.web.url}/accounts`)
    const before = world.tokens.length
    await orderTransfer()
    for (let attempt = 1; attempt <= 3; attempt++) {
      await page.fill('[name=code]', '000000')
      await leadsOn(page, () => page.keyboard.press('Enter'))
    }
    expect(await title()).toEqual('Not allowed')
    await shot('web-refused')
    await page.click('nav >> text=Accounts')
    expect(await title()).toEqual('Accounts')
    const scopes = await Promise.all(world.tokens.slice(before).map(verified))
    const everyday = 'openid profile email read:accounts'
    expect(scopes.map(({ scope }) => scope)).toEqual([everyday, everyday])
  })

  test('lets a customer without a factor enrol one, and transfers', async () => {
    await page.goto(`${world.web.url}/accounts`)
    await world.logIn(page, BOB)
    await page.waitForURL(`${world.web.url}/accounts`)
    await orderTransfer()
    expect(await title()).toEqual('Secure your account')
    await page.click('text=Authenticator app')
    await page.waitForSelector('[name=code]')
    await page.click('summary')
    const secret = (await page.locator('details .code').innerText()).replace(/\s/g, '')
    await page.fill('[name=code]', await world.newOtp(secret))
    await page.keyboard.press('Enter')
    await page.waitForSelector('[name=saved]')
    await page.check('[name=saved]')
    await page.keyboard.press('Enter')
    await page.waitForURL(`${world.web.url}/receipt`)
    expect(await verified(world.tokens.at(-1))).toMatchObject({ scope: 'openid transfer:funds' })
  })

  test('shows salaries after a challenge alone', async () => {
    await page.goto(`${world.web.url}/salary`)
    await world.logIn(page, ADA)
    await world.passOtp(page)
    await page.waitForURL(`${world.web.url}/salary`)
    expect(await title()).toEqual('Salaries')
    await shot('web-salary')
    await page.click('text=Log out')
    await page.waitForURL(`${world.web.url}/`)
    expect(complaints).toEqual([])
  })

  test('keeps salaries from who swaps the rule in the address bar for another MFA', async () => {
    // With the cookies of the browser, as its address bar would have it.
    const sent = await page.request.get(`${world.web.url}/salary`, { maxRedirects: 0 })
    const url = new URL(sent.headers()['location'] ?? '')
    expect(url.searchParams.get('acr_values')).toEqual(MULTI_FACTOR)
    url.searchParams.delete('acr_values')
    url.searchParams.set('scope', 'openid transfer:funds')
    await page.goto(url.href)
    await world.logIn(page, ADA)
    await world.passOtp(page)
    await page.waitForURL(/\/salary\?/)
    expect(await title()).toEqual('A second factor is needed')
  })

  test('says in words what is missing or wrong', async () => {
    await page.goto(`${world.web.url}/callback?error=access_denied`)
    await shot('web-problem')
    expect(await title()).toEqual('The login was not finished')
  })
})

describe('the single-page app', () => {
  test('logs in, reads accounts, transfers in a popup, and gets no more silently', async () => {
    await page.goto(world.spa.url)
    await page.click('#login')
    await world.logIn(page, ADA)
    await page.waitForSelector('#bank:not([hidden])')
    let popups = 0
    page.on('popup', () => (popups += 1))
    // The tenant is another site to this page, so its frame gets no cookies, and a window has to do.
    await page.click('#show-accounts')
    await page.waitForSelector('#ask:not([hidden])')
    expect(popups).toEqual(0)
    expect(await page.locator('#ask-why').textContent()).toMatch(/keeps it from asking unseen/)
    await page.click('#ask-open')
    await page.waitForSelector('text=Everyday account')
    expect(popups).toEqual(1)
    await shot('spa-accounts')

    await page.fill('#to', 'Rent')
    await page.fill('#amount', '1200')
    await page.click('text="Transfer"')
    await page.waitForSelector('#ask:not([hidden])')
    await page.click('#ask-refuse')
    expect(await page.locator('#notice').textContent()).toEqual(
      'No window was opened. Nothing was done.',
    )

    // None of these is a word of the tenant.
    await page.evaluate('window.opens = window.open; window.open = () => null')
    await page.click('text="Transfer"')
    await page.click('#ask-open')
    await page.waitForSelector('.notice.bad')
    expect(await page.locator('#notice').textContent()).toEqual(
      'Your browser has kept the window from opening: allow it for this page, and try again. Nothing was done.',
    )
    await page.evaluate('window.open = window.opens')
    await page.click('text="Transfer"')
    const [closed] = await Promise.all([page.waitForEvent('popup'), page.click('#ask-open')])
    await closed.close()
    await page.waitForSelector('.notice.bad')
    expect(await page.locator('#notice').textContent()).toEqual(
      'You have closed the window. Nothing was done.',
    )
    popups -= 1
    expect(await facts('POST /transfers')).not.toContainEqual(expect.stringMatching(/^Reference/))

    await page.click('text="Transfer"')
    await page.waitForSelector('#ask:not([hidden])')
    expect(await facts('POST /transfers, with the everyday token')).toContainEqual(
      expect.stringMatching(/^Answer403 Bearer error="insufficient_scope"/),
    )
    await shot('spa-ask')
    const [popup] = await Promise.all([page.waitForEvent('popup'), page.click('#ask-open')])
    await world.passOtp(popup)
    await page.waitForSelector('.notice.good')
    expect(popups).toEqual(2)
    expect(await facts('High-value token')).toContain('Scopeopenid transfer:funds')
    await shot('spa-transfer')

    await page.fill('#amount', '9999')
    await page.click('text="Transfer"')
    const [second] = await Promise.all([page.waitForEvent('popup'), page.click('#ask-open')])
    await world.passOtp(second)
    await page.waitForSelector('.notice.bad')
    expect(await facts('POST /transfers')).toContainEqual(
      expect.stringMatching(/^AnswerThere is not enough money on the everyday account: /),
    )

    await page.click('#renew')
    await page.waitForSelector('text=Login renewed by refresh token')
    expect(await facts('Login renewed')).toContain('amrnone')

    await page.click('#replay')
    await page.waitForSelector('#replay-answer:not(:empty)')
    expect(await page.locator('#replay-answer').textContent()).toMatch(
      /^401 Bearer error="invalid_token", error_description="The token was used before"/,
    )

    await page.click('#try-silently')
    await page.waitForSelector('#silent-answer:not(:empty)')
    await shot('spa-silent')
    expect(await page.locator('#silent-answer').textContent()).toEqual(
      `The tenant answered: access_denied: Service not found: ${BANKING}`,
    )
    expect(await page.locator('#notice').isHidden()).toEqual(true)
  })
})
