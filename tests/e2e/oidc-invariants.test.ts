// What no detour through the pages of a login may bring about.
import { asPage, type OidcBrowser, type Stop, summaryOf } from '../support/oidc-browser.ts'
import type { Parameters } from '../support/oidc-client.ts'
import { API, ALICE, BOB, startWorld, type World } from '../support/oidc-world.ts'

const CHALLENGE_FUNDS = `
  if (event.transaction.requested_scopes.includes('transfer:funds')) api.multifactor.enable('any')`

let world: World
beforeAll(async () => {
  world = await startWorld()
  await world.bindActions(CHALLENGE_FUNDS)
})
afterAll(() => world.sandbox.stop())

async function loggedIn(user = ALICE): Promise<OidcBrowser> {
  const browser = world.newBrowser()
  await world.logIn(browser, await ask(browser, { scope: 'openid' }), user)
  return browser
}

function ask(browser: OidcBrowser, parameters: Parameters): Promise<Stop> {
  return browser.open(world.client.authorizeUrl({ audience: API, ...parameters }))
}

function askFunds(browser: OidcBrowser): Promise<Stop> {
  return ask(browser, { scope: 'openid transfer:funds' })
}

async function scopeOf(stop: Stop): Promise<string | undefined> {
  return (await world.client.redeem(stop)).scope
}

const uidOf = (stop: Stop): string => asPage(stop).url.pathname.split('/')[3] ?? ''

/** The address to which a page goes on once it is done. */
const resumeOf = (stop: Stop): string => `/authorize/${uidOf(stop)}`

test('to skip the challenge is to be challenged again', async () => {
  const browser = await loggedIn()
  const page = await askFunds(browser)
  const skipped = await browser.open(resumeOf(page))
  expect(summaryOf(skipped)).toBe('Verify your identity')
  expect(uidOf(skipped)).not.toBe(uidOf(page))
})

test('to skip the login is to be asked for it again', async () => {
  const browser = world.newBrowser()
  const page = await askFunds(browser)
  expect(summaryOf(await browser.open(resumeOf(page)))).toBe('Log in')
})

test('a challenge that was passed is good for one resumption', async () => {
  const browser = await loggedIn()
  const page = await askFunds(browser)
  expect(await scopeOf(await world.passOtp(browser, page))).toBe('openid transfer:funds')
  expect(summaryOf(await browser.open(resumeOf(page)))).toBe('Something went wrong')
  expect(summaryOf(await browser.open(asPage(page).url))).toBe('Something went wrong')
  expect(summaryOf(await world.passOtp(browser, page))).toBe('Something went wrong')
})

test('a form cannot answer the challenge of a newer request', async () => {
  const browser = await loggedIn()
  const older = asPage(await askFunds(browser))
  const newer = asPage(await askFunds(browser))
  const forged = { ...older, html: older.html.replaceAll(uidOf(older), uidOf(newer)) }
  expect(summaryOf(await world.passOtp(browser, forged))).toBe('Something went wrong')
  expect(summaryOf(await browser.open(newer.url))).toBe('Verify your identity')
})

test('two tabs have two transactions: to pass one does not pass the other', async () => {
  const browser = await loggedIn()
  const first = await askFunds(browser)
  const second = await askFunds(browser)
  expect(await scopeOf(await world.passOtp(browser, first))).toBe('openid transfer:funds')
  expect(summaryOf(await browser.open(resumeOf(second)))).toBe('Verify your identity')
})

// prettier-ignore
test.each<[name: string, csrf: string | null]>([
  ['without a token',      null],
  ['with a made-up token', 'c'.repeat(43)],
])('a form %s is refused, and its page still works', async (_name, csrf) => {
  const browser = world.newBrowser()
  const page = await askFunds(browser)
  const refused = asPage(await browser.submit(page, { csrf, username: 'alice@example.com' }))
  expect([refused.status, refused.title]).toEqual([403, 'Something went wrong'])
  expect(summaryOf(await browser.open(asPage(page).url))).toBe('Log in')
})

test('the page of another browser is no page', async () => {
  const page = asPage(await askFunds(await loggedIn()))
  const other = await loggedIn()
  expect(summaryOf(await other.open(page.url))).toBe('Something went wrong')
  expect(summaryOf(await world.passOtp(other, page))).toBe('Something went wrong')
})

test('after a logout the waiting challenge leads nowhere', async () => {
  const browser = await loggedIn()
  const page = await askFunds(browser)
  await browser.open('/v2/logout')
  expect(summaryOf(await world.passOtp(browser, page))).toBe('Something went wrong')
  expect(summaryOf(await browser.open(resumeOf(page)))).toBe('Something went wrong')
})

test('another user who logs in meanwhile cannot go on with the transaction', async () => {
  const browser = await loggedIn(ALICE)
  const page = await askFunds(browser)
  const login = await ask(browser, { scope: 'openid', prompt: 'login' })
  expect(summaryOf(await world.logIn(browser, login, BOB))).toBe('logged in')
  expect(summaryOf(await world.passOtp(browser, page))).toBe('Something went wrong')
  expect(summaryOf(await browser.open(resumeOf(page)))).toBe('Something went wrong')
})

test('another user starts with what they have proven themselves', async () => {
  const browser = await loggedIn(ALICE)
  await world.passOtp(browser, await askFunds(browser))
  await world.bindActions(`
    const names = event.authentication.methods.map(({ name }) => name)
    api.access.deny([event.user.user_id, ...names].join())`)
  const alice = summaryOf(await ask(browser, { scope: 'openid' }))
  const login = await ask(browser, { scope: 'openid', prompt: 'login' })
  const bob = summaryOf(await world.logIn(browser, login, BOB))
  await world.bindActions(CHALLENGE_FUNDS)
  expect([alice, bob]).toEqual([
    'access_denied: auth0|alice,pwd,mfa',
    'access_denied: auth0|bob,pwd',
  ])
})

test('a user who is blocked has no session any more', async () => {
  const browser = await loggedIn(BOB)
  const user = `PATCH /users/${encodeURIComponent(BOB)}`
  await world.request(user, { blocked: true })
  const silently = summaryOf(await ask(browser, { scope: 'openid', prompt: 'none' }))
  await world.request(user, { blocked: false })
  expect(silently).toBe('login_required: Login required')
})

test('what one request was granted, the next one does not get', async () => {
  const browser = await loggedIn()
  await world.passOtp(browser, await askFunds(browser))
  const everyday = await ask(browser, { scope: 'openid read:accounts' })
  expect(await scopeOf(everyday)).toBe('openid read:accounts')
  expect(summaryOf(await askFunds(browser))).toBe('Verify your identity')
})

test('a client cannot smuggle in what the sandbox calls a scope or an audience', async () => {
  const browser = await loggedIn()
  const scope = await ask(browser, { scope: 'openid', requested_scope: 'transfer:funds' })
  expect(await scopeOf(scope)).toBe('openid')
  const resource = `urn:resource-server:${encodeURIComponent(API)}`
  const tokens = await world.client.redeem(
    await browser.open(world.client.authorizeUrl({ scope: 'openid read:accounts', resource })),
  )
  expect([tokens.scope, tokens.access_token.includes('.')]).toEqual(['openid', false])
})
