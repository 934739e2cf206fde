// A browser that is remembered after a challenge: for what, for whom, how long.
import { type OidcBrowser, type Stop, summaryOf } from '../support/oidc-browser.ts'
import type { Parameters } from '../support/oidc-client.ts'
import { API, BOB, startWorld, type World } from '../support/oidc-world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.sandbox.stop())

/** A browser that has logged in before any Action was bound. */
async function loggedIn(): Promise<OidcBrowser> {
  await world.bindActions()
  return world.loggedIn()
}

function ask(browser: OidcBrowser, parameters: Parameters = {}): Promise<Stop> {
  const { client } = world
  return browser.open(client.authorizeUrl({ audience: API, scope: 'openid', ...parameters }))
}

describe('a remembered browser', () => {
  const DAYS = 86_400
  const ENABLE = `api.multifactor.enable('any', { allowRememberBrowser: true })`

  async function remembered(): Promise<OidcBrowser> {
    const browser = await loggedIn()
    await world.bindActions(ENABLE)
    await world.passOtp(browser, await ask(browser), { remember: 'on' })
    return browser
  }

  test('is not challenged, and its tokens do not claim that it was', async () => {
    const browser = await remembered()
    const tokens = await world.client.redeem(await ask(browser))
    const id = await world.client.verify(tokens.id_token, world.clientId)
    expect([id['acr'], id['amr']]).toEqual([undefined, undefined])
  })

  // prettier-ignore
  test.each<[name: string, actions: string[]]>([
    ['an Action does not allow it',   [`api.multifactor.enable('any', { allowRememberBrowser: false })`]],
    ['an Action challenges in place', [`api.authentication.challengeWith({ type: 'otp' })`]],
  ])('is challenged where %s', async (_name, actions) => {
    const browser = await remembered()
    await world.bindActions(...actions)
    expect(summaryOf(await ask(browser))).toBe('Verify your identity')
  })

  test('is not remembered where the page did not offer it', async () => {
    const browser = await loggedIn()
    await world.bindActions(`api.multifactor.enable('any')`)
    await world.passOtp(browser, await ask(browser), { remember: 'on' })
    await world.bindActions(ENABLE)
    expect(summaryOf(await ask(browser))).toBe('Verify your identity')
  })

  test('is remembered for its user alone', async () => {
    const browser = await remembered()
    const login = await ask(browser, { prompt: 'login' })
    expect(summaryOf(await world.logIn(browser, login, BOB))).toBe('Set up an authenticator app')
  })

  test('is forgotten after seven days without use, and after thirty days', async () => {
    const browser = await remembered()
    const seen = []
    // The session does not last that long, and neither does the token of the Management API.
    for (const days of [6, 6, 6, 6, 5, 2]) {
      await world.advanceClock(days * DAYS)
      const page = await ask(browser)
      seen.push(
        summaryOf(
          page.at === 'page' && page.title === 'Log in' ? await world.logIn(browser, page) : page,
        ),
      )
    }
    expect(seen).toEqual([...Array<string>(5).fill('logged in'), 'Verify your identity'])
  })
})
