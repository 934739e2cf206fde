// Every way to a token that the facts list, with the Action of the policy that is shipped: none leads to the
// high-value scope without a challenge.
import { decodeJwt } from 'jose'
import { BANKING } from '../support/event.ts'
import type { OidcBrowser, Stop } from '../support/oidc-browser.ts'
import type { Parameters, TokenAnswer } from '../support/oidc-client.ts'
import { startApp, transferWith } from '../support/fabrikam.ts'
import {
  ADA,
  CLIENT_SECRET,
  logIn,
  startStepUpTenant,
  type StepUpTenant,
} from '../support/step-up-tenant.ts'

const OTHER = 'https://other.fabrikam.example'
const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code'
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'

let tenant: StepUpTenant
beforeAll(async () => {
  tenant = await startStepUpTenant({
    // What SECURITY.md warns of, so that the Action stands alone.
    bankingApi: { allow_offline_access: true },
    resourceServers: [
      {
        identifier: OTHER,
        name: 'Another API',
        scopes: [{ value: 'read:other' }],
        allow_offline_access: true,
        skip_consent_for_verifiable_first_party_clients: true,
      },
    ],
    clients: [
      {
        name: 'Machine',
        client_id: 'machine',
        client_secret: CLIENT_SECRET,
        app_type: 'non_interactive',
        grant_types: ['client_credentials'],
      },
      {
        name: 'Another API',
        client_id: 'other-api',
        client_secret: CLIENT_SECRET,
        app_type: 'resource_server',
        resource_server_identifier: OTHER,
        grant_types: [TOKEN_EXCHANGE],
      },
    ],
    clientGrants: [{ client_id: 'machine', audience: BANKING, scope: ['transfer:funds'] }],
  })
})
afterAll(() => tenant.stop())

const ask = (browser: OidcBrowser, parameters: Parameters): Promise<Stop> =>
  browser.open(tenant.client.authorizeUrl({ audience: BANKING, ...parameters }))

/** A browser with a session of Ada, who has passed no challenge. */
async function loggedIn(): Promise<OidcBrowser> {
  const browser = tenant.newBrowser()
  await logIn(browser, await ask(browser, { scope: 'openid' }), ADA)
  return browser
}

/** Tokens after a challenge, the high-value scope among theirs. */
async function steppedUp(parameters: Parameters) {
  const browser = await loggedIn()
  const page = await ask(browser, { scope: 'openid transfer:funds', ...parameters })
  const stop = await browser.submit(page, { code: await tenant.newOtp() })
  return tenant.client.redeem(stop)
}

/** Where a request of a browser ends: at a page, with an error, or with scopes in a token. */
async function ending(stop: Stop): Promise<string> {
  if (stop.at === 'page') return stop.title
  const { error, error_description: why, access_token: token } = stop.response
  if (error !== undefined) return `${error}: ${why ?? ''}`
  return scopesIn(token ?? (await tenant.client.redeem(stop)).access_token)
}

/** What the token endpoint answers: scopes in a token, or an error. */
async function answered({ status, body }: TokenAnswer): Promise<string> {
  if (status === 200) return scopesIn(body['access_token'] as string)
  return `${status} ${String(body['error'])}`
}

/** The scopes of a verified token, with its audience unless that is the banking API. */
async function scopesIn(token: string): Promise<string> {
  const [audience = ''] = [decodeJwt(token).aud ?? []].flat()
  const { scope } = await tenant.client.verify(token, audience)
  return `${typeof scope === 'string' ? scope : 'none'}${audience === BANKING ? '' : ` on ${audience}`}`
}

describe('in a browser', () => {
  // prettier-ignore
  test.each<[string, Parameters, string]>([
    ['the everyday scope',            { scope: 'openid read:accounts' },                           'openid read:accounts'],
    ['the high-value scope',          { scope: 'transfer:funds' },                                 'Verify your identity'],
    ['it among others',               { scope: 'openid read:accounts transfer:funds' },            'Verify your identity'],
    ['it twice, with spaces',         { scope: '  transfer:funds   transfer:funds ' },             'Verify your identity'],
    ['it in another case',            { scope: 'openid TRANSFER:FUNDS' },                          'openid'],
    ['it for another audience',       { scope: 'openid transfer:funds', audience: OTHER },         `openid on ${OTHER}`],
    ['it without a page',             { scope: 'transfer:funds', prompt: 'none' },                 'login_required: Multifactor authentication required'],
    ['it with a resource on the side',{ scope: 'transfer:funds', audience: OTHER, resource: BANKING }, `openid on ${OTHER}`],
    ['it by the implicit flow',       { scope: 'openid transfer:funds', response_type: 'id_token token', nonce: 'n' }, 'Verify your identity'],
    ['no scope at all',               { scope: '' },                                               'openid'],
    ['an MFA that the app asserts',   { scope: 'transfer:funds', acr_values: 'mfa', max_age: '99999' }, 'Verify your identity'],
  ])('%s', async (_name, parameters, expected) => {
    expect(await ending(await ask(await loggedIn(), parameters))).toBe(expected)
  })

  test('a default audience protects as an audience that is asked for', async () => {
    await tenant.request('PATCH /tenants/settings', { default_audience: BANKING })
    const stop = await (
      await loggedIn()
    ).open(tenant.client.authorizeUrl({ scope: 'transfer:funds' }))
    await tenant.request('PATCH /tenants/settings', { default_audience: '' })
    expect(await ending(stop)).toBe('Verify your identity')
  })
})

describe('with a refresh token', () => {
  test.each<[string, Parameters, string]>([
    ['no scope', {}, 'openid offline_access read:accounts'],
    ['the scope', { scope: 'transfer:funds' }, 'none'],
    ['everything', { scope: 'openid read:accounts transfer:funds' }, 'openid read:accounts'],
  ])('after a step-up, a refresh that asks for %s', async (_name, parameters, scopes) => {
    const scope = 'openid offline_access read:accounts transfer:funds'
    const tokens = await steppedUp({ scope })
    expect(await scopesIn(tokens.access_token)).toContain('transfer:funds')
    const answer = await tenant.client.token({
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token ?? '',
      ...parameters,
    })
    expect(await answered(answer)).toBe(scopes)
  })

  test.each<[string, Parameters, string]>([
    ['no scope', {}, 'openid offline_access read:accounts'],
    ['the scope', { scope: 'transfer:funds' }, 'none'],
  ])(
    'of another API whose policy adds the scope, a refresh that asks for %s',
    async (_name, parameters, scopes) => {
      await tenant.request('PATCH /clients/any-grant', {
        refresh_token: {
          rotation_type: 'non-rotating',
          expiration_type: 'non-expiring',
          policies: [{ audience: BANKING, scope: ['read:accounts', 'transfer:funds'] }],
        },
      })
      const browser = await loggedIn()
      const scope = 'openid offline_access read:other'
      const { refresh_token: token = '' } = await tenant.client.redeem(
        await ask(browser, { scope, audience: OTHER }),
      )
      const answer = await tenant.client.token({
        grant_type: 'refresh_token',
        refresh_token: token,
        audience: BANKING,
        ...parameters,
      })
      expect(await answered(answer)).toBe(scopes)
    },
  )

  test('of the API whose policy adds the scope, a refresh that names an everyday scope', async () => {
    await tenant.request('PATCH /clients/any-grant', {
      refresh_token: {
        rotation_type: 'non-rotating',
        expiration_type: 'non-expiring',
        policies: [{ audience: BANKING, scope: ['transfer:funds'] }],
      },
    })
    const scope = 'openid offline_access read:accounts'
    const { refresh_token: token = '' } = await tenant.client.redeem(
      await ask(await loggedIn(), { scope }),
    )
    const answer = await tenant.client.token({
      grant_type: 'refresh_token',
      refresh_token: token,
      audience: BANKING,
      scope: 'read:accounts',
    })
    expect(await answered(answer)).toBe('openid offline_access read:accounts')
  })
})

/** Confirms a device that wants the high-value scope. */
async function confirmDevice(browser: OidcBrowser) {
  const response = await tenant.sandbox.fetch('/oauth/device/code', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      client_id: 'any-grant',
      client_secret: CLIENT_SECRET,
      audience: BANKING,
      scope: 'openid transfer:funds',
    }).toString(),
  })
  const device = (await response.json()) as Record<string, string>
  const code = await browser.open(device['verification_uri_complete'] ?? '')
  return {
    page: await browser.submit(code, { user_code: device['user_code'] ?? '', confirm: 'yes' }),
    answer: () =>
      tenant.client.token({
        grant_type: DEVICE_CODE,
        device_code: device['device_code'] ?? '',
      }),
  }
}

describe('without a browser', () => {
  const password = {
    grant_type: 'password',
    username: ADA.email,
    password: ADA.password,
    audience: BANKING,
  }

  test.each<[string, Parameters, string]>([
    ['no scope', {}, 'read:accounts'],
    ['the scope', { scope: 'transfer:funds' }, 'none'],
    ['it among others', { scope: 'openid read:accounts transfer:funds' }, 'openid read:accounts'],
  ])('the password grant with %s', async (_name, parameters, scopes) => {
    const answer = await tenant.client.token({ ...password, ...parameters })
    expect(await answered(answer)).toBe(scopes)
  })

  test.each<[string, Parameters, string]>([
    ['no scope', {}, 'read:accounts'],
    ['the scope', { scope: 'transfer:funds' }, 'none'],
  ])(
    'the exchange of a token that another API was called with, for %s',
    async (_name, parameters, scopes) => {
      const stop = await ask(await loggedIn(), { scope: 'openid read:other', audience: OTHER })
      const { access_token: token } = await tenant.client.redeem(stop)
      const answer = await tenant.client.token({
        client_id: 'other-api',
        grant_type: TOKEN_EXCHANGE,
        subject_token: token,
        subject_token_type: ACCESS_TOKEN,
        audience: BANKING,
        ...parameters,
      })
      expect(await answered(answer)).toBe(scopes)
    },
  )

  test('the device flow', async () => {
    const device = await confirmDevice(await loggedIn())
    expect(await answered(await device.answer())).toBe('openid')
  })

  test('a machine that was granted the scope gets it, and the API takes it from no machine', async () => {
    const response = await tenant.sandbox.fetch('/oauth/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        grant_type: 'client_credentials',
        client_id: 'machine',
        client_secret: CLIENT_SECRET,
        audience: BANKING,
      }),
    })
    const { access_token: token = '' } = (await response.json()) as { access_token?: string }
    expect(await scopesIn(token)).toBe('transfer:funds')
    const api = await startApp('api', {
      AUTH0_DOMAIN: tenant.sandbox.domain,
      AUDIENCE: BANKING,
      NODE_EXTRA_CA_CERTS: tenant.sandbox.certificate,
      REQUIREMENTS_FILE: tenant.requirementsFile(),
    })
    const answer = await transferWith(token, api)
    await api.stop()
    expect(answer).toEqual({ status: 401, error: 'insufficient_user_authentication' })
  })
})

describe('where the policy answers `challenge` without a browser', () => {
  beforeAll(() =>
    tenant.usePolicy(`version: 1
rules:
  - id: transfer-funds
    reason: Moves money
    protects: { audience: '${BANKING}', scopes: [transfer:funds] }
    requires: { factors: any }
    withoutBrowser: { refreshTokens: challenge, oauth2-password: challenge }
`),
  )

  test('the password grant gets the scope once a one-time password is given', async () => {
    const first = await tenant.client.token({
      grant_type: 'password',
      username: ADA.email,
      password: ADA.password,
      audience: BANKING,
      scope: 'openid transfer:funds',
    })
    expect(await answered(first)).toBe('403 mfa_required')
    const second = await tenant.client.token({
      grant_type: 'http://auth0.com/oauth/grant-type/mfa-otp',
      mfa_token: String(first.body['mfa_token']),
      otp: await tenant.newOtp(),
    })
    expect(await answered(second)).toBe('openid transfer:funds')
  })

  test('a refresh is answered with mfa_required', async () => {
    const tokens = await steppedUp({ scope: 'openid offline_access transfer:funds' })
    const answer = await tenant.client.token({
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token ?? '',
    })
    expect(await answered(answer)).toBe('403 mfa_required')
  })
})

test('a device login sets up no factor where the rule denies who has none', async () => {
  await tenant.usePolicy(`version: 1
rules:
  - id: transfer-funds
    reason: Moves money
    protects: { audience: '${BANKING}', scopes: [transfer:funds] }
    requires: { factors: any }
    whenNotEnrolled: deny
    withoutBrowser: { others: challenge }
`)
  const user = { email: 'phone@fabrikam.example', password: 'Nobody-knows-this-1789' }
  const connection = 'Username-Password-Authentication'
  const { body } = await tenant.request('POST /users', { ...user, connection })
  const id = encodeURIComponent((body as { user_id: string }).user_id)
  // Text messages are switched off, so that Auth0 has nothing to ask for.
  const phone = { type: 'phone', phone_number: '+15550100' }
  await tenant.request(`POST /users/${id}/authentication-methods`, phone)
  const browser = tenant.newBrowser()
  const { page, answer } = await confirmDevice(browser)
  const next = await logIn(browser, page, user)
  expect(next).not.toMatchObject({ title: 'Secure your account' })
  expect(await answered(await answer())).toBe('403 access_denied')
})
