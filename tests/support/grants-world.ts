// The world of the login tests, with an application that may use every grant and what a test of them asks for.
import { Secret, TOTP } from 'otpauth'
import type { Parameters, TokenAnswer, Tokens } from './oidc-client.ts'
import { ALICE, API, PASSWORD, startWorld, type World } from './oidc-world.ts'

export const OTHER_API = 'https://other.example'
export const PASSWORD_REALM = 'http://auth0.com/oauth/grant-type/password-realm'
export const MFA_OTP = 'http://auth0.com/oauth/grant-type/mfa-otp'
export const MFA_OOB = 'http://auth0.com/oauth/grant-type/mfa-oob'
export const MFA_RECOVERY_CODE = 'http://auth0.com/oauth/grant-type/mfa-recovery-code'
export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
export const ALICE_SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'

export interface GrantsWorld extends World {
  /** The password grant for Alice, with these parameters besides or instead; those that are empty are left out. */
  readonly askWithPassword: (parameters?: Parameters) => Promise<TokenAnswer>
  /** @returns the tokens of a browser login for offline access */
  readonly logInOffline: (parameters?: Parameters) => Promise<Tokens>
  /** @returns a one-time password that has not been used before */
  readonly nextOtp: (secret?: string) => Promise<string>
  /** Sends a request to the MFA API, with an `mfa_token` as the bearer where one is given. */
  readonly mfa: (line: string, body?: object, bearer?: string) => Promise<TokenAnswer>
  readonly setClient: (body: object) => Promise<void>
}

export async function startGrantsWorld(): Promise<GrantsWorld> {
  const world = await startWorld()
  const { client, request, sandbox } = world
  const setClient = async (body: object): Promise<void> => {
    await request(`PATCH /clients/${world.clientId}`, body)
  }
  await setClient({
    grant_types: [
      'authorization_code',
      'refresh_token',
      'client_credentials',
      'password',
      PASSWORD_REALM,
      MFA_OTP,
      MFA_OOB,
      MFA_RECOVERY_CODE,
      TOKEN_EXCHANGE,
    ],
  })
  await request('POST /resource-servers', {
    identifier: OTHER_API,
    name: 'Other API',
    scopes: [{ value: 'read:bills' }, { value: 'pay:bills' }],
    skip_consent_for_verifiable_first_party_clients: true,
  })

  return {
    ...world,
    setClient,
    askWithPassword: (parameters = {}) =>
      client.token(
        filled({
          grant_type: 'password',
          username: 'alice@example.com',
          password: PASSWORD,
          audience: API,
          ...parameters,
        }),
      ),
    logInOffline: async (parameters = {}) => {
      const browser = world.newBrowser()
      const scope = 'openid read:accounts transfer:funds offline_access'
      const page = await browser.open(client.authorizeUrl({ audience: API, scope, ...parameters }))
      return client.redeem(await world.logIn(browser, page, ALICE))
    },
    nextOtp: async (secret = ALICE_SECRET) => {
      await world.advanceClock(30)
      return new TOTP({ secret: Secret.fromBase32(secret) }).generate({
        timestamp: await sandbox.control.now(),
      })
    },
    mfa: async (line, body, bearer) => {
      const [method = '', path = ''] = line.split(' ')
      const response = await sandbox.fetch(path, {
        method,
        headers: {
          'content-type': 'application/json',
          ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const answer = (await response.json()) as Record<string, unknown>
      return { status: response.status, body: answer }
    },
  }
}

/** @returns the scopes that were granted, or the refusal in one line */
export function outcome({ status, body }: TokenAnswer): string {
  if (status === 200) return `granted: ${(body['scope'] as string | undefined) ?? ''}`
  return `${status} ${String(body['error'])}: ${String(body['error_description'])}`
}

function filled(parameters: Parameters): Parameters {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== ''))
}
