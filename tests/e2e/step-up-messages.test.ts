// Rules that list email, phone and push notifications, tried end to end and judged by the token that comes out.
import { decodeJwt } from 'jose'
import { BANKING } from '../support/event.ts'
import { inboxOf, type Inbox } from '../support/inbox.ts'
import { summaryOf, type OidcBrowser, type Stop } from '../support/oidc-browser.ts'
import { logIn, scopesIn, startStepUpTenant, type StepUpTenant } from '../support/step-up-tenant.ts'
import type { User } from '../support/seed.ts'

jest.setTimeout(120_000)

const RULES = 'https://fabrikam.example/step_up_rules'

let tenant: StepUpTenant
let inbox: Inbox
let browser: OidcBrowser

beforeAll(async () => {
  tenant = await startStepUpTenant()
  inbox = inboxOf(tenant.sandbox)
  for (const factor of ['sms', 'email', 'push-notification', 'otp']) {
    await tenant.request(`PUT /guardian/factors/${factor}`, { enabled: true })
  }
  await tenant.request('PUT /guardian/factors/recovery-code', { enabled: false })
})
afterAll(() => tenant.stop())
beforeEach(async () => {
  browser = tenant.newBrowser()
  await tenant.skip(3_600)
})

const policy = (requires: string, whenNotEnrolled = 'deny'): string => `version: 1
rules:
  - id: transfer-funds
    reason: Moves money
    protects: { audience: '${BANKING}', scopes: [transfer:funds] }
    requires: ${requires}
    whenNotEnrolled: ${whenNotEnrolled}
idTokenClaim: ${RULES}
`

/** A user with these methods; only one whose name begins with `mail` has a verified address. */
async function newUser(name: string, ...methods: object[]): Promise<User> {
  const user = { email: `${name}@fabrikam.example`, password: 'Nobody-knows-this-1789' }
  const { body } = await tenant.request('POST /users', {
    ...user,
    email_verified: name.startsWith('mail'),
    connection: 'Username-Password-Authentication',
  })
  const id = encodeURIComponent((body as { user_id: string }).user_id)
  for (const method of methods)
    await tenant.request(`POST /users/${id}/authentication-methods`, method)
  return user
}

/** Asks for a transfer, with a password where one is asked for. */
async function ask(user?: User): Promise<Stop> {
  const url = tenant.client.authorizeUrl({ audience: BANKING, scope: 'openid transfer:funds' })
  const page = await browser.open(url)
  return user === undefined ? page : logIn(browser, page, user)
}

/** What the tokens say with which the application ends up, or what the user sees in place of them. */
async function outcome(stop: Stop): Promise<unknown> {
  const summary = summaryOf(stop)
  if (summary !== 'logged in') return summary
  const tokens = await tenant.client.redeem(stop)
  const { amr, [RULES]: rules } = decodeJwt(tokens.id_token ?? '')
  return { scope: await scopesIn(tenant.client, tokens.access_token), amr, rules }
}

const STEPPED_UP = { scope: 'openid transfer:funds', amr: ['mfa'], rules: ['transfer-funds'] }
const NOT_SET_UP =
  'access_denied: this request needs an authentication factor that is not set up (step-up: not-enrolled)'

describe('a rule that takes a code by email', () => {
  beforeAll(() => tenant.usePolicy(policy('{ factors: [email], maxAge: 300 }')))

  test('is passed with the verified address, and again when that is too old', async () => {
    const page = await ask(await newUser('mail'))
    expect(summaryOf(page)).toBe('Check your email')
    expect(await outcome(await browser.submit(page, { code: await inbox.code() }))).toEqual(
      STEPPED_UP,
    )
    await tenant.skip(240)
    expect(await outcome(await ask())).toMatchObject({ scope: 'openid transfer:funds' })
    await tenant.skip(61)
    expect(summaryOf(await ask())).toBe('Check your email')
  })

  test('is not passed with another factor', async () => {
    const otp = { type: 'totp', totp_secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' }
    const page = await ask(await newUser('mail-and-otp', otp))
    expect(summaryOf(page)).toBe('Check your email')
    const code = await tenant.newOtp(otp.totp_secret)
    expect(await outcome(await browser.submit(page, { code, factor: 'otp' }))).toBe(
      'Check your email',
    )
  })
})

describe('a rule that takes a phone', () => {
  beforeAll(() => tenant.usePolicy(policy('{ factors: [phone] }', 'enroll')))

  test('is passed with a text message', async () => {
    const phone = { type: 'phone', phone_number: '+15550142' }
    const page = await ask(await newUser('phone', phone))
    expect(summaryOf(page)).toBe('Check your phone')
    expect((await inbox.newest()).to).toBe('+15550142')
    expect(await outcome(await browser.submit(page, { code: await inbox.code() }))).toEqual(
      STEPPED_UP,
    )
  })

  test('lets whoever has none add one, and takes it from then on', async () => {
    const page = await ask(await newUser('no-phone'))
    expect(summaryOf(page)).toBe('Add your phone')
    const sent = await browser.submit(page, { phone: '+1 555 0177 000', channel: 'sms' })
    expect(await outcome(await browser.submit(sent, { code: await inbox.code() }))).toEqual(
      STEPPED_UP,
    )
    expect(summaryOf(await ask())).toBe('Check your phone')
  })

  test('asks whoever has a verified address for that first', async () => {
    const page = await ask(await newUser('mail-no-phone'))
    expect(summaryOf(page)).toBe('Check your email')
    const next = await browser.submit(page, { code: await inbox.code() })
    expect(summaryOf(next)).toBe('Add your phone')
  })
})

describe('a rule that takes a push notification', () => {
  const enrol = async (user: User): Promise<Stop> => {
    const page = await ask(user)
    expect(summaryOf(page)).toBe('Set up push notifications')
    await inbox.answer('approved')
    return browser.submit(page)
  }

  beforeAll(() => tenant.usePolicy(policy('{ factors: [push-notification] }', 'enroll')))

  test('is passed with a device that is enrolled for it, then with its approval', async () => {
    expect(await outcome(await enrol(await newUser('push')))).toEqual(STEPPED_UP)
    const page = await ask()
    expect(await outcome(await browser.submit(page))).toBe('Check your device')
    const opened = await browser.open('/sandbox/inbox')
    expect(summaryOf(await browser.submit(opened, { answer: 'approved' }))).toBe('Inbox')
    expect(await outcome(await browser.submit(page))).toEqual(STEPPED_UP)
  })

  test('is not passed with a code of the device', async () => {
    await enrol(await newUser('push-by-code'))
    const page = await ask()
    expect(JSON.stringify(page)).not.toContain('Enter a code of the device')
    const answered = await browser.submit(page, { manual: 'yes', code: '000000' })
    expect(await outcome(answered)).toBe('Check your device')
  })

  test('is not passed where the user says no', async () => {
    await enrol(await newUser('push-rejected'))
    const page = await ask()
    await inbox.answer('rejected')
    const answered = await browser.submit(page)
    expect([summaryOf(answered), answered]).toEqual([
      'Check your device',
      expect.objectContaining({
        html: expect.stringContaining('The request was rejected on the device') as unknown,
      }),
    ])
  })
})

describe('a rule that takes one of two', () => {
  beforeAll(() => tenant.usePolicy(policy('{ factors: [push-notification, phone] }')))

  test('asks for what the user has', async () => {
    const phone = { type: 'phone', phone_number: '+15550143' }
    expect(summaryOf(await ask(await newUser('one-of-two', phone)))).toBe('Check your phone')
  })

  test('denies whoever has neither, the verified address notwithstanding', async () => {
    expect(await outcome(await ask(await newUser('mail-and-neither')))).toBe(NOT_SET_UP)
  })
})
