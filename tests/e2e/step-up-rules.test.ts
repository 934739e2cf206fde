// Rules of a policy as a person meets them at a browser, judged by the token that comes out in the end.
import type { Browser, Page } from 'playwright-core'
import { launchChromium, leadsOn, newPerson, plugInSecurityKey } from '../support/chromium.ts'
import { BANKING } from '../support/event.ts'
import { deployDraft } from '../support/live-action.ts'
import {
  ADA,
  BOB,
  scopesIn,
  startStepUpTenant,
  type StepUpTenant,
} from '../support/step-up-tenant.ts'
import type { User } from '../support/seed.ts'

jest.setTimeout(120_000)

let tenant: StepUpTenant
let browser: Browser
let page: Page

beforeAll(async () => {
  tenant = await startStepUpTenant()
  browser = await launchChromium()
})
afterAll(async () => {
  await browser.close()
  await tenant.stop()
})
beforeEach(async () => {
  page = await newPerson(browser)
})
afterEach(() => page.context().close())

const title = () => page.locator('h1').textContent()
const isBack = () => page.url().startsWith(tenant.callback)

/** Asks for scopes of the banking API. @returns the title of the page that it leads to, unless it leads back */
async function ask(scope: string, parameters: object = {}): Promise<string | null> {
  const url = tenant.client.authorizeUrl({ audience: BANKING, scope, ...parameters })
  await page.goto(`https://${tenant.sandbox.domain}${url}`)
  return isBack() ? null : title()
}

/** Presses the main button. */
const goOn = (): Promise<void> => leadsOn(page, () => page.click('main [type=submit].primary'))

async function logIn({ email, password }: User): Promise<void> {
  await page.fill('[name=username]', email)
  await page.fill('[name=password]', password)
  await goOn()
}

async function enterOtp(): Promise<void> {
  await page.fill('[name=code]', await tenant.newOtp())
  await goOn()
}

/** The scopes of the token with which the application ends up, or the error that it is told. */
async function outcome(): Promise<string> {
  await page.waitForURL(`${tenant.callback}**`)
  const url = new URL(page.url())
  const response = Object.fromEntries(url.searchParams)
  if (response['error'] !== undefined)
    return `${response['error']}: ${response['error_description'] ?? ''}`
  const tokens = await tenant.client.redeem({ at: 'application', url, response })
  return scopesIn(tenant.client, tokens.access_token)
}

const policy = (requires: string): string => `version: 1
rules:
  - id: transfer-funds
    reason: Moves money
    protects: { audience: '${BANKING}', scopes: [transfer:funds] }
    requires: ${requires}
    whenNotEnrolled: enroll
`

describe('a rule that takes an MFA of the session for five minutes', () => {
  beforeAll(() => tenant.usePolicy(policy('{ factors: any, maxAge: 300 }')))

  test.each([
    ['fresh', 0, null],
    ['almost too old', 240, null],
    ['too old', 301, 'Verify your identity'],
  ])('an MFA that is %s', async (_name, secondsLater, next) => {
    await ask('openid transfer:funds')
    await logIn(ADA)
    await enterOtp()
    expect(await outcome()).toBe('openid transfer:funds')
    await tenant.skip(secondsLater)
    expect(await ask('openid transfer:funds')).toBe(next)
    if (next !== null) await enterOtp()
    expect(await outcome()).toBe('openid transfer:funds')
  })

  test('a silent request is answered with the token while the MFA is fresh, and refused after', async () => {
    await ask('openid transfer:funds')
    await logIn(ADA)
    await enterOtp()
    await page.waitForURL(`${tenant.callback}**`)
    await ask('openid transfer:funds', { prompt: 'none' })
    expect(await outcome()).toBe('openid transfer:funds')
    await tenant.skip(301)
    await ask('openid transfer:funds', { prompt: 'none' })
    expect(await outcome()).toBe('login_required: Multifactor authentication required')
    await ask('openid read:accounts', { prompt: 'none' })
    expect(await outcome()).toBe('openid read:accounts')
  })
})

describe('a browser that another Action lets the user have remembered', () => {
  const REMEMBER = `exports.onExecutePostLogin = async (event, api) => {
    if (event.transaction.requested_scopes.includes('email')) {
      api.multifactor.enable('any', { allowRememberBrowser: true })
    }
  }`

  test('is not asked again by that Action, and is by the rule', async () => {
    await tenant.usePolicy(policy('{ factors: any }'))
    await bindFirst(REMEMBER)
    await ask('openid email')
    await logIn(ADA)
    await page.check('[name=remember]')
    await enterOtp()
    await page.waitForURL(`${tenant.callback}**`)
    expect(await ask('openid email')).toBeNull()
    expect(await ask('openid transfer:funds')).toBe('Verify your identity')
    await enterOtp()
    expect(await outcome()).toBe('openid transfer:funds')
  })

  async function bindFirst(code: string): Promise<void> {
    const { body } = await tenant.request('POST /actions/actions', {
      name: 'Remember',
      code,
      runtime: 'node22',
      supported_triggers: [{ id: 'post-login', version: 'v3' }],
    })
    await deployDraft(tenant, (body as { id: string }).id)
    await tenant.request('PATCH /actions/triggers/post-login/bindings', {
      bindings: ['Remember', 'Step-up'].map((value) => ({ ref: { type: 'action_name', value } })),
    })
  }
})

describe('a rule that takes a security key alone', () => {
  beforeAll(() => tenant.usePolicy(policy('{ factors: [webauthn-roaming] }')))

  async function addKey(): Promise<void> {
    expect(await title()).toBe('Add a security key')
    await goOn()
    expect(await title()).toBe('Save your recovery code')
    await page.check('[name=saved]')
    await goOn()
  }

  test('a user without any factor enrols one, and steps up with it the next time', async () => {
    await plugInSecurityKey(page)
    await ask('openid transfer:funds')
    await logIn(BOB)
    await addKey()
    expect(await outcome()).toBe('openid transfer:funds')
    expect(await ask('openid transfer:funds')).toBe('Use your security key')
    await goOn()
    expect(await outcome()).toBe('openid transfer:funds')
  })

  test('a user of one-time passwords must pass one before adding a key', async () => {
    await plugInSecurityKey(page)
    await ask('openid transfer:funds')
    await logIn(ADA)
    expect(await title()).toBe('Verify your identity')
    await enterOtp()
    await addKey()
    expect(await outcome()).toBe('openid transfer:funds')
  })

  test('a silent request is refused', async () => {
    await ask('openid')
    await logIn(ADA)
    await page.waitForURL(`${tenant.callback}**`)
    await ask('openid transfer:funds', { prompt: 'none' })
    expect(await outcome()).toBe('login_required: Multifactor authentication required')
  })
})
