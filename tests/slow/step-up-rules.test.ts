// Rules of a policy as a person meets them at a browser, judged by the token that comes out in the end.
import { decodeJwt } from 'jose'
import type { Browser, Page } from 'playwright-core'
import { launchChromium, leadsOn, newPerson, plugInSecurityKey } from '../support/chromium.ts'
import { BANKING, MULTI_FACTOR } from '../support/event.ts'
import { deployDraft } from '../support/live-action.ts'
import type { Tokens } from '../support/oidc-client.ts'
import {
  ADA,
  BOB,
  scopesIn,
  startStepUpTenant,
  type StepUpTenant,
} from '../support/step-up-tenant.ts'
import type { User } from '../support/seed.ts'

jest.setTimeout(120_000)

const RULES = 'https://fabrikam.example/step_up_rules'

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

/** The tokens with which the application ends up, or the error that it is told. */
async function answer(): Promise<Tokens | string> {
  await page.waitForURL(`${tenant.callback}**`)
  const url = new URL(page.url())
  const response = Object.fromEntries(url.searchParams)
  if (response['error'] !== undefined)
    return `${response['error']}: ${response['error_description'] ?? ''}`
  return tenant.client.redeem({ at: 'application', url, response })
}

/** The scopes of the token with which the application ends up, or the error that it is told. */
async function outcome(): Promise<string> {
  const tokens = await answer()
  return typeof tokens === 'string' ? tokens : scopesIn(tenant.client, tokens.access_token)
}

/** What the ID token says of MFA, and of the rules that the login was held to. */
async function provenTo(): Promise<unknown> {
  const tokens = await answer()
  if (typeof tokens === 'string') return tokens
  const { amr, [RULES]: rules } = decodeJwt(tokens.id_token ?? '')
  return { amr, rules }
}

async function newUser(name: string): Promise<User & { readonly id: string }> {
  const user = { email: `${name}@fabrikam.example`, password: 'Nobody-knows-this-1789' }
  const { body } = await tenant.request('POST /users', {
    ...user,
    connection: 'Username-Password-Authentication',
  })
  return { ...user, id: encodeURIComponent((body as { user_id: string }).user_id) }
}

async function addKey(): Promise<void> {
  expect(await title()).toBe('Add a security key')
  await goOn()
  expect(await title()).toBe('Save your recovery code')
  await page.check('[name=saved]')
  await goOn()
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

describe('a rule that denies who has no factor', () => {
  const NOT_SET_UP =
    'access_denied: this request needs an authentication factor that is not set up (step-up: not-enrolled)'
  const CANNOT_BE_USED = 'access_denied: None of the requested factors is enabled and usable.'
  const denying = policy('{ factors: any }').replace('enroll', 'deny')

  async function asked(user: User): Promise<string> {
    await ask('openid transfer:funds')
    await logIn(user)
    return isBack() ? outcome() : `a page: ${(await title()) ?? ''}`
  }

  test('a phone, while text messages are switched off', async () => {
    await tenant.usePolicy(denying)
    const user = await newUser('phone')
    await tenant.request(`POST /users/${user.id}/authentication-methods`, {
      type: 'phone',
      phone_number: '+15550100',
    })
    expect(await asked(user)).toBe(CANNOT_BE_USED)
  })

  test('a recovery code alone', async () => {
    await tenant.usePolicy(policy('{ factors: [webauthn-roaming] }'))
    const user = await newUser('recovery')
    await plugInSecurityKey(page)
    await ask('openid transfer:funds')
    await logIn(user)
    await addKey()
    expect(await outcome()).toBe('openid transfer:funds')
    const methods = `/users/${user.id}/authentication-methods`
    const { body } = await tenant.request(`GET ${methods}`)
    for (const { id, type } of body as { id: string; type: string }[]) {
      if (type !== 'recovery-code') {
        await tenant.request(`DELETE ${methods}/${encodeURIComponent(id)}`)
      }
    }
    await tenant.usePolicy(denying)
    expect(await ask('openid transfer:funds')).toBeNull()
    expect(await outcome()).toBe(NOT_SET_UP)
  })

  test('a one-time password is asked for', async () => {
    await tenant.usePolicy(denying)
    expect(await asked(ADA)).toBe('a page: Verify your identity')
    await enterOtp()
    expect(await outcome()).toBe('openid transfer:funds')
  })
})

describe('an acr rule that takes a security key alone, beside a weaker rule for a scope', () => {
  beforeAll(() =>
    tenant.usePolicy(`${policy('{ factors: any }')}
  - id: salary-page
    reason: Shows salaries
    protects: { acr: '${MULTI_FACTOR}' }
    requires: { factors: [webauthn-roaming] }
    whenNotEnrolled: enroll
idTokenClaim: ${RULES}
`),
  )

  test('the acr value swapped for the scope: the same `amr`, but not the rule', async () => {
    await ask('openid transfer:funds')
    await logIn(ADA)
    await enterOtp()
    expect(await provenTo()).toEqual({ amr: ['mfa'], rules: ['transfer-funds'] })
  })

  test('the acr value dropped: neither', async () => {
    await ask('openid')
    await logIn(ADA)
    expect(await provenTo()).toEqual({ amr: undefined, rules: undefined })
  })

  test('the acr value kept: the rule', async () => {
    await plugInSecurityKey(page)
    await ask('openid', { acr_values: MULTI_FACTOR })
    await logIn(await newUser('salary'))
    await addKey()
    expect(await provenTo()).toEqual({ amr: ['mfa'], rules: ['salary-page'] })
  })
})

describe('a rule that takes a security key alone', () => {
  beforeAll(() => tenant.usePolicy(policy('{ factors: [webauthn-roaming] }')))

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
