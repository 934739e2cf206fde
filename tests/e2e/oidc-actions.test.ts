// Actions in a login: what they see, when they run, and what becomes of what they ask for.
import { type OidcBrowser, type Stop, summaryOf } from '../support/oidc-browser.ts'
import type { Parameters } from '../support/oidc-client.ts'
import { API, ALICE, BOB, startWorld, type World } from '../support/oidc-world.ts'

const MULTI_FACTOR = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor'
const ANY_STRING: unknown = expect.any(String)
const ANY_NUMBER: unknown = expect.any(Number)

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.sandbox.stop())

/** A browser that has logged in before any Action was bound. */
async function loggedIn(user?: string): Promise<OidcBrowser> {
  await world.bindActions()
  return world.loggedIn(user)
}

function ask(browser: OidcBrowser, parameters: Parameters = {}): Promise<Stop> {
  const { client } = world
  return browser.open(client.authorizeUrl({ audience: API, scope: 'openid', ...parameters }))
}

/** Puts a value that an Action computes into the ID token. */
const show = (name: string, value: string): string =>
  `api.idToken.setCustomClaim('https://test.example/${name}', ${value})`

async function shown(stop: Stop, name: string): Promise<unknown> {
  const tokens = await world.client.redeem(stop)
  const claims = await world.client.verify(tokens.id_token, world.clientId)
  return claims[`https://test.example/${name}`]
}

describe('the event', () => {
  test('names protocol, scopes, API, methods and session', async () => {
    const { bindActions, client, logIn, newBrowser } = world
    await bindActions(
      show(
        'event',
        `({
        transaction: { ...event.transaction, id: typeof event.transaction.id, state: undefined },
        resource_server: event.resource_server,
        methods: event.authentication.methods,
        session: event.session,
        client: event.client,
        connection: { ...event.connection, id: undefined },
        query: event.request.query.scope,
        user: { id: event.user.user_id, factors: event.user.enrolledFactors },
        hidden: [event.user.password_hash, event.user.authentication_methods],
        stats: event.stats,
      })`,
      ),
    )
    const browser = newBrowser()
    const page = await browser.open(
      client.authorizeUrl({
        audience: API,
        scope: 'openid transfer:funds',
        acr_values: MULTI_FACTOR,
      }),
    )
    expect(await shown(await logIn(browser, page, BOB), 'event')).toEqual({
      transaction: {
        id: 'string',
        protocol: 'oidc-basic-profile',
        requested_scopes: ['openid', 'transfer:funds'],
        acr_values: [MULTI_FACTOR],
        response_type: ['code'],
        redirect_uri: 'http://localhost:3999/callback',
        locale: 'en',
        metadata: {},
      },
      resource_server: { identifier: API },
      methods: [{ name: 'pwd', timestamp: ANY_STRING }],
      session: { id: ANY_STRING, created_at: ANY_STRING, metadata: {} },
      client: { client_id: 'web-app', name: 'Web app', metadata: {} },
      connection: { name: 'Username-Password-Authentication', strategy: 'auth0' },
      query: 'openid transfer:funds',
      user: { id: BOB, factors: [] },
      hidden: [null, null],
      stats: { logins_count: ANY_NUMBER },
    })
  })

  // prettier-ignore
  test.each<[name: string, parameters: Parameters, protocol: string]>([
    ['code',     {},                                                                        'oidc-basic-profile'],
    ['implicit', { response_type: 'id_token', nonce: 'n', response_mode: 'fragment' },      'oidc-implicit-profile'],
    ['hybrid',   { response_type: 'code id_token', nonce: 'n' },                            'oidc-hybrid-profile'],
  ])('knows the protocol of %s', async (_name, parameters, protocol) => {
    const browser = await loggedIn()
    await world.bindActions(`api.access.deny(event.transaction.protocol)`)
    expect(summaryOf(await ask(browser, parameters))).toBe(`access_denied: ${protocol}`)
  })
})

// prettier-ignore
test.each<[name: string, actions: string[], outcome: string]>([
  ['a denial ends the login with its reason',     [`api.access.deny('not you')`, `throw new Error('ran')`], 'access_denied: not you'],
  ['an error is a denial',                        [`event.nothing.at.all`],                                 "access_denied: Cannot read properties of undefined (reading 'at')"],
  ['a provider that there is not',                [`api.multifactor.enable('bogus')`],                      'access_denied: Unknown multifactor provider bogus'],
  ['MFA that a later Action takes back',          [`api.multifactor.enable('any')`, `api.multifactor.enable('none')`], 'logged in'],
  ['MFA that is put off',                         [`api.multifactor.enable('any')`],                        'Verify your identity'],
  ['a challenge in place',                        [`api.authentication.challengeWith({ type: 'otp' })`],    'Verify your identity'],
  ['a factor that the user lacks',                [`api.authentication.challengeWith({ type: 'phone' })`],  'access_denied: None of the requested factors is enabled and usable.'],
])('%s', async (_name, actions, outcome) => {
  const browser = await loggedIn()
  await world.bindActions(...actions)
  expect(summaryOf(await ask(browser))).toBe(outcome)
})

describe('a challenge', () => {
  test('suspends the Actions: the next one sees it passed, those before are not run again', async () => {
    const browser = await loggedIn()
    await world.bindActions(
      `api.transaction.setMetadata('runs', (event.transaction.metadata.runs ?? 0) + 1)
       api.accessToken.removeScope('read:accounts')`,
      `api.authentication.challengeWith({ type: 'otp' })
       api.transaction.setMetadata('before', event.authentication.methods.map(({ name }) => name).join())`,
      `${show(
        'last',
        `({
        metadata: event.transaction.metadata,
        methods: event.authentication.methods,
        query: event.request.query })`,
      )}
       api.accessToken.addScope('added:late')`,
    )
    const page = await ask(browser, { scope: 'openid read:accounts transfer:funds' })
    const tokens = await world.client.redeem(await world.passOtp(browser, page))
    const id = await world.client.verify(tokens.id_token, world.clientId)
    expect(tokens.scope).toBe('openid transfer:funds added:late')
    expect(id['https://test.example/last']).toEqual({
      metadata: { runs: 1, before: 'pwd' },
      methods: [
        { name: 'pwd', timestamp: ANY_STRING },
        { name: 'mfa', timestamp: ANY_STRING, type: 'otp' },
      ],
      query: {},
    })
    expect({ acr: id['acr'], amr: id['amr'] }).toEqual({ acr: MULTI_FACTOR, amr: ['mfa'] })
  })

  test('leaves the claims set before it, which a later Action can take back', async () => {
    const browser = await loggedIn()
    await world.bindActions(
      `${show('kept', '1')}; ${show('gone', '1')}
       api.accessToken.setCustomClaim('https://test.example/kept', 1)
       api.accessToken.setCustomClaim('https://test.example/gone', 1)
       api.authentication.challengeWith({ type: 'otp' })`,
      `${show('gone', 'null')}; api.accessToken.setCustomClaim('https://test.example/gone', null)`,
    )
    const page = await ask(browser)
    const tokens = await world.client.redeem(await world.passOtp(browser, page))
    const claims = [
      await world.client.verify(tokens.id_token, world.clientId),
      await world.client.verify(tokens.access_token, API),
    ].map((token) => [token['https://test.example/kept'], token['https://test.example/gone']])
    expect(claims).toEqual([
      [1, undefined],
      [1, undefined],
    ])
  })

  test('that was passed in this transaction is not asked for again at its end', async () => {
    const browser = await loggedIn()
    await world.bindActions(
      `api.authentication.challengeWith({ type: 'otp' })`,
      `api.authentication.challengeWith({ type: 'otp' })`,
      `api.multifactor.enable('any')`,
    )
    expect(summaryOf(await world.passOtp(browser, await ask(browser)))).toBe('logged in')
  })

  test('that was passed in an earlier transaction is asked for again', async () => {
    const browser = await loggedIn()
    await world.bindActions(`api.multifactor.enable('any')`)
    expect(summaryOf(await world.passOtp(browser, await ask(browser)))).toBe('logged in')
    expect(summaryOf(await ask(browser))).toBe('Verify your identity')
  })

  test('under prompt=none is `login_required`, and no token comes of it', async () => {
    const browser = await loggedIn()
    await world.bindActions(`api.multifactor.enable('any')`)
    expect(summaryOf(await ask(browser, { prompt: 'none' }))).toBe(
      'login_required: Multifactor authentication required',
    )
  })

  test('in the session makes later Actions see it, and later ID tokens say nothing of it', async () => {
    const browser = await loggedIn()
    await world.bindActions(
      `if (!event.authentication.methods.some(({ name }) => name === 'mfa')) api.multifactor.enable('any')`,
    )
    await world.passOtp(browser, await ask(browser))
    const tokens = await world.client.redeem(await ask(browser, { prompt: 'none' }))
    const id = await world.client.verify(tokens.id_token, world.clientId)
    expect([id['acr'], id['amr']]).toEqual([undefined, undefined])
  })

  test('ends the login when the code is wrong three times', async () => {
    const browser = await loggedIn()
    await world.bindActions(`api.multifactor.enable('any')`)
    let stop = await ask(browser)
    for (const code of ['000000', '000001', '000002']) stop = await browser.submit(stop, { code })
    expect(summaryOf(stop)).toMatch(/^access_denied: Too many failed codes/)
    expect(summaryOf(await ask(browser, { prompt: 'none' }))).toBe(
      'login_required: Multifactor authentication required',
    )
  })
})

describe('the MFA policy of the tenant', () => {
  afterAll(() => world.request('PUT /guardian/policies', []))

  // prettier-ignore
  test.each<[name: string, actions: string[], outcome: string]>([
    ['challenges where no Action does',         [],                                'Verify your identity'],
    ['gives way to an Action that says none',   [`api.multifactor.enable('none')`], 'logged in'],
  ])('%s', async (_name, actions, outcome) => {
    const browser = await loggedIn()
    await world.bindActions(...actions)
    await world.request('PUT /guardian/policies', ['all-applications'])
    const stop = await ask(browser)
    await world.request('PUT /guardian/policies', [])
    expect(summaryOf(stop)).toBe(outcome)
  })
})

describe('what Actions change', () => {
  test('are scopes and claims of this request alone', async () => {
    const browser = await loggedIn()
    await world.bindActions(`
      if (event.transaction.requested_scopes.includes('transfer:funds')) {
        api.accessToken.setCustomClaim('https://test.example/level', 'high')
        api.accessToken.addScope('extra')
      }`)
    const claims = []
    for (const scope of ['transfer:funds', 'read:accounts']) {
      const tokens = await world.client.redeem(await ask(browser, { scope }))
      const { scope: granted, ...access } = await world.client.verify(tokens.access_token, API)
      claims.push([granted, access['https://test.example/level']])
    }
    expect(claims).toEqual([
      ['transfer:funds extra', 'high'],
      ['read:accounts', undefined],
    ])
  })

  test('is the metadata of the user too, even when the login is denied', async () => {
    const browser = await loggedIn()
    await world.bindActions(`
      api.user.setAppMetadata('seen', 'yes')
      api.access.deny('no')`)
    await ask(browser)
    const { body } = await world.request(`GET /users/${encodeURIComponent(ALICE)}`)
    expect((body as { app_metadata: object }).app_metadata).toEqual({ seen: 'yes' })
  })
})

test('the log tells how each login went', async () => {
  const browser = await loggedIn()
  await world.bindActions(`
    if (event.transaction.requested_scopes.includes('transfer:funds')) api.access.deny('too much')
    if (event.transaction.requested_scopes.includes('read:accounts')) api.multifactor.enable('any')`)
  const logged = await world.watchLog()
  await world.client.redeem(await ask(browser))
  await ask(browser, { scope: 'transfer:funds' })
  await ask(browser, { prompt: 'none' })
  await ask(browser, { prompt: 'none', scope: 'read:accounts' })
  await world.passOtp(browser, await ask(browser, { scope: 'read:accounts' }))
  await browser.open('/v2/logout')
  expect(await logged()).toEqual([
    's',
    'seacft',
    'f: too much',
    'ssa',
    'fsa: Multifactor authentication required',
    'gd_auth_succeed',
    's',
    'slo',
  ])
})
