// Where an application asks for the organization: on a page before the login, or on one after it.
import { decodeJwt } from 'jose'
import { asPage, summaryOf, type Stop } from '../support/oidc-browser.ts'
import { ALICE, BOB, startWorld, type World } from '../support/oidc-world.ts'

let world: World
const ids: Record<string, string> = {}

beforeAll(async () => {
  world = await startWorld()
  const { body } = await world.request('GET /connections')
  const [connection] = body as { id: string }[]
  for (const name of ['acme', 'globex', 'lonely']) {
    const created = await world.request('POST /organizations', { name, display_name: name })
    const { id } = created.body as { id: string }
    ids[name] = id
    await world.request(`POST /organizations/${id}/enabled_connections`, {
      connection_id: connection?.id,
    })
    const members = name === 'lonely' ? [] : name === 'acme' ? [ALICE, BOB] : [ALICE]
    if (members.length > 0) await world.request(`POST /organizations/${id}/members`, { members })
  }
})
afterAll(() => world.sandbox.stop())

const configure = async (
  organization_usage: string,
  organization_require_behavior: string,
  more: object = {},
): Promise<void> => {
  await world.request('PATCH /clients/web-app', {
    organization_usage,
    organization_require_behavior,
    organization_discovery_methods: ['name'],
    ...more,
  })
}

/** @returns the organization of the tokens, or why there are none */
async function organizationOf(stop: Stop): Promise<string> {
  if (stop.at === 'page' || stop.response['code'] === undefined) return summaryOf(stop)
  const { id_token: token = '' } = await world.client.redeem(stop)
  const { org_id: id } = decodeJwt(token)
  return Object.keys(ids).find((name) => ids[name] === id) ?? 'none'
}

const open = (parameters = {}, browser = world.newBrowser()) =>
  browser.open(world.client.authorizeUrl(parameters)).then((stop) => ({ browser, stop }))

describe('before the login', () => {
  beforeEach(() => configure('require', 'pre_login_prompt'))

  test('its name is asked for, and the login is through it', async () => {
    const { browser, stop } = await open()
    expect(asPage(stop).title).toBe('Enter your organization')
    const wrong = await browser.submit(stop, { organization: 'nobody' })
    expect([asPage(wrong).status, asPage(wrong).html]).toEqual([
      400,
      expect.stringContaining('There is no such organization'),
    ])
    const login = await browser.submit(wrong, { organization: 'ACME' })
    expect(asPage(login).title).toBe('Log in')
    expect(await organizationOf(await world.logIn(browser, login))).toBe('acme')
  })

  test('one of which the user is no member is refused after the login', async () => {
    const { browser, stop } = await open()
    const login = await browser.submit(stop, { organization: 'globex' })
    expect(await organizationOf(await world.logIn(browser, login, BOB))).toBe(
      `access_denied: user ${BOB} is not part of the ${ids['globex']} organization`,
    )
  })

  test('is not asked for where the request names it, and not forgotten by a second login', async () => {
    const { browser, stop } = await open({ organization: ids['globex'] ?? '' })
    expect(await organizationOf(await world.logIn(browser, stop))).toBe('globex')
    const again = await open({}, browser)
    expect(asPage(again.stop).title).toBe('Enter your organization')
    expect(await organizationOf(await browser.submit(again.stop, { organization: 'acme' }))).toBe(
      'acme',
    )
  })

  test('a silent login is refused, as nobody can be asked', async () => {
    const browser = await loggedIn()
    const { stop } = await open({ prompt: 'none' }, browser)
    expect(summaryOf(stop)).toBe('interaction_required: Organization required')
  })

  test('nothing that the application sends counts for a choice', async () => {
    const { stop } = await open({ chosen_organization: 'personal' })
    expect(asPage(stop).title).toBe('Enter your organization')
  })

  test('a personal account can be chosen only where the application allows it', async () => {
    const first = await open()
    const refused = await first.browser.submit(first.stop, { organization: 'personal' })
    expect(asPage(refused).title).toBe('Enter your organization')
    await configure('allow', 'pre_login_prompt')
    const { browser, stop } = await open()
    const login = await browser.submit(stop, { organization: 'personal' })
    expect(await organizationOf(await world.logIn(browser, login))).toBe('none')
  })

  test('to be found by an email address is refused by name', async () => {
    await configure('require', 'pre_login_prompt', { organization_discovery_methods: ['email'] })
    expect(summaryOf((await open()).stop)).toContain(
      'The way `email` of `organization_discovery_methods` is not emulated by the sandbox',
    )
  })
})

/** A browser whose user has a session, by an application that asks for nothing. */
async function loggedIn(user = ALICE) {
  const { body } = await world.request('GET /clients/web-app')
  const { organization_usage: usage, organization_require_behavior: behavior } = body as Record<
    string,
    string
  >
  await configure('deny', 'no_prompt')
  const browser = await world.loggedIn(user)
  await configure(usage ?? 'deny', behavior ?? 'no_prompt')
  return browser
}

describe('after the login', () => {
  beforeEach(() => configure('require', 'post_login_prompt'))

  test('one of several is chosen, by a member', async () => {
    const { browser, stop } = await open()
    const picker = await world.logIn(browser, stop)
    expect(asPage(picker).title).toBe('Select an organization')
    expect(asPage(picker).html).not.toContain('lonely')
    const foreign = await browser.submit(picker, { organization: ids['lonely'] ?? '' })
    expect(asPage(foreign).title).toBe('Select an organization')
    const stopAt = await browser.submit(foreign, { organization: ids['globex'] ?? '' })
    expect(await organizationOf(stopAt)).toBe('globex')
  })

  test('the only one need not be chosen', async () => {
    const { browser, stop } = await open()
    expect(await organizationOf(await world.logIn(browser, stop, BOB))).toBe('acme')
  })

  test('Actions see what was chosen, and how the user has logged in', async () => {
    await world.bindActions(`api.idToken.setCustomClaim('https://test.example/seen',
      [event.organization?.name, event.authentication.methods.map(({ name }) => name)])`)
    const { browser, stop } = await open()
    const picker = await world.logIn(browser, stop)
    const { id_token: token = '' } = await world.client.redeem(
      await browser.submit(picker, { organization: ids['acme'] ?? '' }),
    )
    expect(decodeJwt(token)['https://test.example/seen']).toEqual(['acme', ['pwd']])
    await world.bindActions()
  })

  test('with a session only the choice is left', async () => {
    const browser = await loggedIn()
    const { stop } = await open({}, browser)
    expect(asPage(stop).title).toBe('Select an organization')
    expect(
      await organizationOf(await browser.submit(stop, { organization: ids['acme'] ?? '' })),
    ).toBe('acme')
  })

  test('where it need not be one, a personal account is among them', async () => {
    await configure('allow', 'post_login_prompt')
    const { browser, stop } = await open()
    const picker = await world.logIn(browser, stop)
    expect(await organizationOf(await browser.submit(picker, { organization: 'personal' }))).toBe(
      'none',
    )
  })

  test('who is in none is refused', async () => {
    await world.request(`DELETE /organizations/${ids['acme']}/members`, { members: [BOB] })
    const { browser, stop } = await open()
    expect(await organizationOf(await world.logIn(browser, stop, BOB))).toBe(
      `access_denied: user ${BOB} is not part of any organization`,
    )
  })
})
