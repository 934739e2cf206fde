// Actions that send the user away and take the user back, and what they leave on session and refresh token.
import { createHmac } from 'node:crypto'
import { summaryOf, type OidcBrowser, type Stop } from '../support/oidc-browser.ts'
import { startGrantsWorld, outcome, type GrantsWorld } from '../support/grants-world.ts'
import { ALICE } from '../support/oidc-world.ts'

let world: GrantsWorld
beforeAll(async () => {
  world = await startGrantsWorld()
})
afterAll(() => world.sandbox.stop())

const SITE = 'https://site.example/terms'
const SECRET = 'a secret of the Action and of the site'
const SEND = `exports.onExecutePostLogin = async (event, api) => {
  if (!event.authentication.methods.some(({ name }) => name === '${SITE}')) {
    api.redirect.sendUserTo('${SITE}', { query: { lang: 'en' } })
  }
}`
const CLAIM = 'https://test.example/claim'

function show(value: string): string {
  return `api.idToken.setCustomClaim('${CLAIM}', ${value})`
}

function goOn(body: string): {
  readonly code: string
  readonly secrets: { name: string; value: string }[]
} {
  return {
    code: `${SEND}\nexports.onContinuePostLogin = async (event, api) => { ${body} }`,
    secrets: [{ name: 'KEY', value: SECRET }],
  }
}

/** @returns the browser of Alice, who stands at the site */
async function sentAway(parameters = {}): Promise<{ browser: OidcBrowser; away: Stop }> {
  const browser = world.newBrowser()
  const page = await browser.open(world.client.authorizeUrl(parameters))
  return { browser, away: await world.logIn(browser, page, ALICE) }
}

/** A token as the site signs it for the way back. */
function signed(claims: object): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const head = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`
  return `${head}.${createHmac('sha256', SECRET).update(head).digest('base64url')}`
}

async function claimOf(stop: Stop): Promise<unknown> {
  const { id_token: token } = await world.client.redeem(stop)
  return (await world.client.verify(token, world.clientId))[CLAIM]
}

describe('a redirect', () => {
  test('sends the user away with a state, and goes on in the same Action when the user is back', async () => {
    await world.bindCode(goOn(`api.transaction.setMetadata('seen', event.request.query.answer)`), {
      code: `exports.onExecutePostLogin = async (event, api) => ${show('event.transaction.metadata.seen')}`,
    })
    const { browser, away } = await sentAway()
    const { origin, pathname, searchParams } = away.url
    expect([origin + pathname, searchParams.get('lang')]).toEqual([SITE, 'en'])
    const back = await browser.open(`/continue?state=${searchParams.get('state')}&answer=yes`)
    expect(await claimOf(back)).toBe('yes')
  })

  test('records a method, so that the next login need not go there', async () => {
    await world.bindCode(goOn(`api.authentication.recordMethod('${SITE}')`))
    const { browser, away } = await sentAway()
    await browser.open(`/continue?state=${away.url.searchParams.get('state')}`)
    const again = await browser.open(world.client.authorizeUrl())
    expect(summaryOf(again)).toBe('logged in')
  })

  const withState = (state: string): object => ({ state, color: 'red', exp: 9_999_999_999 })
  // prettier-ignore
  test.each<[name: string, claims: (state: string) => object, result: string]>([
    ['a token of the site',          withState,                                          'red'],
    ['one for another login',        () => withState('other'),                           'access_denied: The session token is invalid: state does not match'],
    ['one that has expired',         (state) => ({ ...withState(state), exp: 1 }),       'access_denied: The session token is invalid: jwt expired'],
    ['one without an end',           (state) => ({ state, color: 'red' }),               'access_denied: The session token is invalid: jwt expired'],
  ])('%s', async (_name, claims, result) => {
    const validate = `api.redirect.validateToken({ secret: event.secrets.KEY, tokenParameterName: 'token' })`
    await world.bindCode(goOn(show(`${validate}.color`)))
    const { browser, away } = await sentAway()
    const state = away.url.searchParams.get('state') ?? ''
    const back = await browser.open(`/continue?state=${state}&token=${signed(claims(state))}`)
    expect('error' in (back.at === 'page' ? {} : back.response) ? summaryOf(back) : await claimOf(back)).toBe(result)
  })

  test('without its state ends nothing, and the right one still counts', async () => {
    await world.bindCode(goOn(''))
    const { browser, away } = await sentAway()
    expect(await browser.open('/continue?state=guess')).toMatchObject({ at: 'page', status: 400 })
    const other = await world
      .newBrowser()
      .open(`/continue?state=${away.url.searchParams.get('state')}`)
    expect(other).toMatchObject({ at: 'page', status: 400 })
    expect(
      summaryOf(await browser.open(`/continue?state=${away.url.searchParams.get('state')}`)),
    ).toBe('logged in')
  })

  test('cannot be made silently', async () => {
    await world.bindCode(goOn(''))
    const { browser } = await sentAway()
    const silent = await browser.open(world.client.authorizeUrl({ prompt: 'none' }))
    expect(summaryOf(silent)).toBe('interaction_required: Interaction required')
  })

  test('cannot be made in an exchange without a browser', async () => {
    await world.bindCode(goOn(''))
    expect(outcome(await world.askWithPassword())).toBe(
      '403 interaction_required: This flow cannot redirect the user.',
    )
  })

  test('does not make an MFA forgotten that was asked for before it', async () => {
    await world.bindCode(
      {
        code: `exports.onExecutePostLogin = async (event, api) => { api.multifactor.enable('any') }`,
      },
      goOn(''),
    )
    const { browser, away } = await sentAway()
    const back = await browser.open(`/continue?state=${away.url.searchParams.get('state')}`)
    expect(summaryOf(back)).toBe('Verify your identity')
  })
})

test('the request is seen as it was sent', async () => {
  await world.bindActions(show('event.request.query'))
  const page = await world
    .newBrowser()
    .open(`${world.client.authorizeUrl({ scope: 'openid  openid', state: 's' })}&own=1&own=2`)
  expect(page.at).toBe('page')
  const browser = world.newBrowser()
  const url = `${world.client.authorizeUrl({ scope: 'profile openid' })}&own=1&own=2`
  const stop = await world.logIn(browser, await browser.open(url), ALICE)
  expect(await claimOf(stop)).toEqual({
    ...Object.fromEntries(new URLSearchParams(url.split('?')[1])),
    scope: 'profile openid',
    own: ['1', '2'],
  })
})

describe('the session', () => {
  const visit = async (browser: OidcBrowser): Promise<Stop> =>
    browser.open(world.client.authorizeUrl())

  test('keeps metadata from login to login', async () => {
    await world.bindActions(
      `${show('event.session.metadata')}
       api.session.setMetadata('visits', String(Number(event.session.metadata.visits ?? 0) + 1))`,
    )
    const browser = await world.loggedIn()
    expect(await claimOf(await visit(browser))).toEqual({ visits: '1' })
    await world.bindActions(`api.session.evictMetadata()`)
    await visit(browser)
    await world.bindActions(show('event.session.metadata'))
    expect(await claimOf(await visit(browser))).toEqual({})
  })

  // prettier-ignore
  test.each<[name: string, command: string, result: string]>([
    ['ends when an Action revokes it',     `api.session.revoke('not here')`,                             'access_denied: not here'],
    ['ends at the time that is set',       `api.session.setExpiresAt(Date.now() + 60_000)`,              'logged in'],
    ['ends when it is idle for long',      `api.session.setIdleExpiresAt(Date.now() + 60_000)`,          'logged in'],
  ])('%s', async (_name, command, result) => {
    await world.bindActions()
    const browser = await world.loggedIn()
    await world.bindActions(command)
    expect(summaryOf(await visit(browser))).toBe(result)
    await world.bindActions()
    await world.advanceClock(61)
    expect(summaryOf(await visit(browser))).toBe('Log in')
  })

  test('takes its refresh tokens with it, unless they are preserved', async () => {
    const refresh = async (options: string): Promise<string> => {
      await world.bindActions()
      const browser = world.newBrowser()
      const scope = 'openid offline_access'
      const page = await browser.open(
        world.client.authorizeUrl({ audience: 'https://api.example', scope }),
      )
      const { refresh_token = '' } = await world.client.redeem(
        await world.logIn(browser, page, ALICE),
      )
      await world.bindActions(`api.session.revoke('out', ${options})`)
      await visit(browser)
      await world.bindActions()
      return outcome(await world.client.token({ grant_type: 'refresh_token', refresh_token }))
    }
    expect([await refresh('{}'), await refresh('{ preserveRefreshTokens: true }')]).toEqual([
      '403 invalid_grant: Unknown or invalid refresh token.',
      'granted: openid offline_access',
    ])
  })
})

describe('the refresh token', () => {
  const refresh = async (refresh_token = ''): Promise<string> =>
    outcome(await world.client.token({ grant_type: 'refresh_token', refresh_token }))

  test('keeps metadata', async () => {
    await world.bindActions(`api.refreshToken.setMetadata('device', 'phone')`)
    const { refresh_token } = await world.logInOffline()
    await world.bindActions(`api.access.deny(JSON.stringify(event.refresh_token.metadata))`)
    expect(await refresh(refresh_token)).toBe('403 access_denied: {"device":"phone"}')
  })

  // prettier-ignore
  test.each<[name: string, command: string, result: RegExp]>([
    ['ends when an Action revokes it', `api.refreshToken.revoke('stolen')`,                        /^403 access_denied: stolen$/],
    ['ends at the time that is set',   `api.refreshToken.setExpiresAt(Date.now() + 60_000)`,       /^granted/],
    ['ends when it is idle for long',  `api.refreshToken.setIdleExpiresAt(Date.now() + 60_000)`,   /^granted/],
  ])('%s', async (_name, command, result) => {
    await world.bindActions()
    const { refresh_token } = await world.logInOffline()
    await world.bindActions(command)
    expect(await refresh(refresh_token)).toMatch(result)
    await world.bindActions()
    await world.advanceClock(61)
    expect(await refresh(refresh_token)).toBe('403 invalid_grant: Unknown or invalid refresh token.')
  })
})

describe('a credentials exchange', () => {
  const ask = async (code: string): Promise<{ status: number; body: Record<string, unknown> }> => {
    await world.bindCode({ code, trigger: 'credentials-exchange' })
    return world.client.token({ grant_type: 'client_credentials', audience: 'https://api.example' })
  }
  beforeAll(() =>
    world.request('POST /client-grants', {
      client_id: 'web-app',
      audience: 'https://api.example',
      scope: ['read:accounts'],
    }),
  )
  afterAll(() =>
    world.request('PATCH /actions/triggers/credentials-exchange/bindings', { bindings: [] }),
  )

  test('carries the claims of its Actions', async () => {
    const { body } = await ask(`exports.onExecuteCredentialsExchange = async (event, api) => {
      api.accessToken.setCustomClaim('${CLAIM}', [event.client.client_id, event.resource_server.identifier, event.accessToken.scope])
    }`)
    const claims = await world.client.verify(String(body['access_token']), 'https://api.example')
    expect(claims[CLAIM]).toEqual(['web-app', 'https://api.example', ['read:accounts']])
  })

  // prettier-ignore
  test.each<[name: string, command: string, result: string]>([
    ['is denied with a code',           `api.access.deny('invalid_scope', 'not that one')`,    '400 invalid_scope: not that one'],
    ['is not denied with another code', `api.access.deny('access_denied')`,                    '403 access_denied: The code must be one of: invalid_scope, invalid_request, server_error.'],
    ['fails at what is not emulated',   `api.transaction.clearTargetScopes()`,                 '403 access_denied: `api.transaction.clearTargetScopes` is not emulated by the sandbox.'],
  ])('%s', async (_name, command, result) => {
    expect(outcome(await ask(`exports.onExecuteCredentialsExchange = async (event, api) => { ${command} }`))).toBe(result)
  })
})

test('an Action can call its own tenant', async () => {
  await world.bindActions(
    `const response = await fetch('https://' + event.request.hostname + '/.well-known/openid-configuration')
     ${show('(await response.json()).issuer')}`,
  )
  const browser = world.newBrowser()
  const stop = await world.logIn(browser, await browser.open(world.client.authorizeUrl()), ALICE)
  expect(await claimOf(stop)).toBe(`https://${world.sandbox.domain}/`)
})

test('what an Action prints is kept with its run, and the log names the run', async () => {
  await world.bindActions(
    `console.log('seen', { user: event.user.user_id })`,
    `throw new Error('oops')`,
  )
  await world.loggedIn()
  const { body: log } = await world.request('GET /logs?per_page=1')
  const [{ details }] = log as [{ details: { actions: { executions: [string] } } }]
  const [id] = details.actions.executions
  expect((await world.request(`GET /actions/executions/${id}`)).body).toMatchObject({
    id,
    trigger_id: 'post-login',
    status: 'final',
    results: [{ error: null }, { error: { msg: 'oops' } }],
  })
  const response = await world.sandbox.fetch('/sandbox/executions')
  const [newest] = (await response.json()) as {
    id: string
    result: { logs: { lines: string[] }[] }
  }[]
  expect([newest?.id, newest?.result.logs.map(({ lines }) => lines)]).toEqual([
    id,
    [["seen { user: 'auth0|alice' }"], []],
  ])
})
