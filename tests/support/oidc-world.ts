// A sandbox tenant with an application, an API and users, as the tests of the login need it.
import { Secret, TOTP } from 'otpauth'
import { deployDraft } from './live-action.ts'
import { asPage, newOidcBrowser, type OidcBrowser, type Stop } from './oidc-browser.ts'
import { newOidcClient, type OidcClient } from './oidc-client.ts'
import { managementRequest, type ManagementRequest } from './sandbox-request.ts'
import { startSandbox, type Sandbox, type SandboxOptions } from './sandbox.ts'

export const CALLBACK = 'http://localhost:3999/callback'
export const API = 'https://api.example'
export const PASSWORD = 'correct horse battery staple'
const OTP_SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'

/** Alice has a one-time password, Bob has nothing but his password. */
export const ALICE = 'auth0|alice'
export const BOB = 'auth0|bob'

export interface World {
  readonly sandbox: Sandbox
  readonly request: ManagementRequest
  readonly client: OidcClient
  readonly clientId: string
  readonly newBrowser: () => OidcBrowser
  /** Binds an Action to post-login, in place of those that are bound; an empty list unbinds all. */
  readonly bindActions: (...bodies: readonly string[]) => Promise<void>
  /** The same for Actions with more than a handler body; their trigger is post-login unless they say otherwise. */
  readonly bindCode: (...drafts: readonly ActionDraft[]) => Promise<void>
  /** Deploys an Action without binding it. @returns its id */
  readonly deploy: (draft: ActionDraft) => Promise<string>
  /** @returns a browser whose user has just logged in; Alice unless said otherwise */
  readonly loggedIn: (user?: string) => Promise<OidcBrowser>
  /** @returns where the browser is after the login page */
  readonly logIn: (browser: OidcBrowser, stop: Stop, user?: string) => Promise<Stop>
  /** @returns where the browser is after the one-time password, which no test can use twice */
  readonly passOtp: (
    browser: OidcBrowser,
    stop: Stop,
    fields?: Readonly<Record<string, string>>,
  ) => Promise<Stop>
  readonly advanceClock: (seconds: number) => Promise<void>
  /** @returns what lists the logins, with type and description, that were logged since then, oldest first */
  readonly watchLog: () => Promise<() => Promise<string[]>>
}

export interface ActionDraft {
  readonly code: string
  readonly secrets?: readonly { readonly name: string; readonly value: string }[]
  readonly dependencies?: readonly { readonly name: string; readonly version: string }[]
  readonly trigger?: 'post-login' | 'credentials-exchange' | 'custom-token-exchange'
}

export async function startWorld(options: SandboxOptions = {}): Promise<World> {
  const sandbox = await startSandbox({ seed: SEED, ...options })
  const request = await managementRequest(sandbox)
  const client = newOidcClient(sandbox, {
    clientId: 'web-app',
    clientSecret: 'web-app-secret',
    redirectUri: CALLBACK,
  })

  const { now, advanceClock } = sandbox.control

  async function deploy({ trigger = 'post-login', ...draft }: ActionDraft): Promise<string> {
    const { status, body } = await request('POST /actions/actions', {
      name: `Action ${(actionCount += 1)}`,
      runtime: 'node22',
      supported_triggers: [{ id: trigger }],
      ...draft,
    })
    if (status !== 201) throw new Error(JSON.stringify(body))
    const { id } = body as { id: string }
    await deployDraft({ sandbox, request }, id)
    return id
  }

  async function bindCode(...drafts: readonly ActionDraft[]): Promise<void> {
    const bindings = []
    for (const draft of drafts) {
      bindings.push({ ref: { type: 'action_id', value: await deploy(draft) } })
    }
    const trigger = drafts[0]?.trigger ?? 'post-login'
    await request(`PATCH /actions/triggers/${trigger}/bindings`, { bindings })
  }
  let actionCount = 0

  const newBrowser = (): OidcBrowser => newOidcBrowser(sandbox)
  const logIn: World['logIn'] = (browser, stop, user = ALICE) =>
    browser.submit(stop, {
      username: `${user.replace('auth0|', '')}@example.com`,
      password: PASSWORD,
    })

  return {
    sandbox,
    request,
    client,
    clientId: 'web-app',
    newBrowser,
    bindActions: (...bodies) =>
      bindCode(
        ...bodies.map((body) => ({
          code: `exports.onExecutePostLogin = async (event, api) => {\n${body}\n}\n`,
        })),
      ),
    bindCode,
    deploy,
    loggedIn: async (user) => {
      const browser = newBrowser()
      await logIn(browser, await browser.open(client.authorizeUrl()), user)
      return browser
    },
    logIn,
    passOtp: async (browser, stop, fields = {}) => {
      asPage(stop)
      await advanceClock(30)
      const totp = new TOTP({ secret: Secret.fromBase32(OTP_SECRET) })
      return browser.submit(stop, {
        ...fields,
        code: totp.generate({ timestamp: await now() }),
      })
    },
    advanceClock,
    watchLog: async () => {
      const { body } = await request('GET /logs?per_page=1')
      const [newest] = body as { log_id: string }[]
      return async () => {
        const path = `GET /logs?take=100&from=${newest?.log_id ?? 'none'}`
        return ((await request(path)).body as { type: string; description?: string }[])
          .filter(({ type }) => type !== 'sapi')
          .map(({ type, description: text }) => (text === undefined ? type : `${type}: ${text}`))
      }
    },
  }
}

const SEED = {
  tenant: {
    customize_mfa_in_postlogin_action: true,
    allowed_logout_urls: ['http://localhost:3999/bye', 'nowhere'],
  },
  guardianFactors: [{ name: 'otp', enabled: true }],
  resourceServers: [
    {
      identifier: API,
      name: 'API',
      scopes: [{ value: 'read:accounts' }, { value: 'transfer:funds' }],
      skip_consent_for_verifiable_first_party_clients: true,
      allow_offline_access: true,
      token_lifetime: 600,
    },
  ],
  clients: [
    {
      client_id: 'web-app',
      client_secret: 'web-app-secret',
      name: 'Web app',
      app_type: 'regular_web',
      callbacks: [CALLBACK, 'com.example.app://callback'],
      allowed_logout_urls: ['http://localhost:3999/'],
      web_origins: ['http://localhost:3999'],
      grant_types: [
        'authorization_code',
        'implicit',
        'refresh_token',
        'urn:ietf:params:oauth:grant-type:device_code',
      ],
    },
  ],
  users: ['alice', 'bob'].map((name) => ({
    connection: 'Username-Password-Authentication',
    user_id: name,
    email: `${name}@example.com`,
    email_verified: true,
    password: PASSWORD,
    ...(name === 'alice'
      ? { authentication_methods: [{ type: 'totp', totp_secret: OTP_SECRET }] }
      : {}),
  })),
}
