// The tenant of tenant.yaml with the built Action bound, the example's users, and an application that may
// use every grant: what a way around would start from.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TOTP } from 'otpauth'
import { buildBundle, type Bundle } from '../../scripts/policy/bundle.ts'
import { readTenantFile } from '../../scripts/tenant/tenant-file.ts'
import { startApplication } from './application.ts'
import { BANKING } from './event.ts'
import { editStepUp } from './live-action.ts'
import { newOidcBrowser, type OidcBrowser, type Stop } from './oidc-browser.ts'
import { newOidcClient, type OidcClient } from './oidc-client.ts'
import { managementRequest, type ManagementRequest } from './sandbox-request.ts'
import { startSandbox, type Sandbox } from './sandbox.ts'
import { exampleSeed, type User } from './seed.ts'

const SEED = exampleSeed()

/** Ada has a one-time password, Bob no factor at all. */
export const [ADA, BOB] = SEED.users

export const CLIENT_SECRET = 'at least thirty-two characters long'

export interface StepUpTenant {
  readonly sandbox: Sandbox
  readonly request: ManagementRequest
  /** An application with every grant, whose tokens are verified before they are judged. */
  readonly client: OidcClient
  /** Where that application lives: a page that does nothing. */
  readonly callback: string
  /** What the APIs demand under the policy that runs now. */
  readonly requirementsFile: () => string
  readonly newBrowser: () => OidcBrowser
  /** Builds a policy, and makes it the version that runs. */
  readonly usePolicy: (policy: string) => Promise<void>
  /** Moves the clock of the tenant. */
  readonly skip: (seconds: number) => Promise<void>
  /** A one-time password that was not used yet, of Ada unless a secret says otherwise. */
  readonly newOtp: (secret?: string) => Promise<string>
  readonly stop: () => Promise<void>
}

export interface TenantOptions {
  /** Where browsers find the apps. */
  readonly webUrl?: string
  readonly spaUrl?: string
  /** Laid over the settings of the banking API. */
  readonly bankingApi?: object
  readonly clients?: readonly object[]
  readonly clientGrants?: readonly object[]
  readonly resourceServers?: readonly object[]
}

const GRANT_TYPES = [
  'authorization_code',
  'implicit',
  'refresh_token',
  'password',
  'http://auth0.com/oauth/grant-type/mfa-otp',
  'urn:ietf:params:oauth:grant-type:device_code',
  'urn:ietf:params:oauth:grant-type:token-exchange',
]

/** Starts the tenant with the policy that is shipped. */
export async function startStepUpTenant(options: TenantOptions = {}): Promise<StepUpTenant> {
  const { webUrl = 'http://localhost:3998', spaUrl = 'http://localhost:3997' } = options
  const { tenantFile, declaredScopes } = readTenantFile('tenant.yaml', {
    name: 'test',
    file: 'test.json',
    position: 'last',
    keywords: { FABRIKAM_URL: webUrl, FABRIKAM_SPA_URL: spaUrl },
  })
  if (tenantFile === undefined) throw new Error('tenant.yaml has problems')
  const folder = mkdtempSync(join(tmpdir(), 'step-up-'))
  const build = (policyFile: string): Promise<Bundle> => buildBundle({ policyFile, declaredScopes })
  let bundle = await build('config/step-up.policy.yaml')
  const application = await startApplication()
  const { callback } = application
  const { tenant, guardianFactors, resourceServers = [], clients = [] } = tenantFile
  const sandbox = await startSandbox({
    seed: {
      tenant,
      guardianFactors,
      resourceServers: [
        ...resourceServers.map((server) => ({ ...server, ...options.bankingApi })),
        ...(options.resourceServers ?? []),
      ],
      users: SEED.users,
      clients: [
        ...clients.map((client, index) => ({
          ...client,
          client_id: ['web', 'spa'][index],
          client_secret: CLIENT_SECRET,
        })),
        {
          name: 'Any grant',
          client_id: 'any-grant',
          client_secret: CLIENT_SECRET,
          app_type: 'regular_web',
          callbacks: [callback],
          grant_types: GRANT_TYPES,
        },
        ...(options.clients ?? []),
      ],
      ...(options.clientGrants && { clientGrants: options.clientGrants }),
      actions: [
        ...SEED.actions,
        { name: 'Step-up', code: bundle.code, runtime: 'node22', bound: true },
      ],
    },
  })
  const request = await managementRequest(sandbox)

  const { advanceClock: skip, now } = sandbox.control

  return {
    sandbox,
    request,
    client: newOidcClient(sandbox, {
      clientId: 'any-grant',
      clientSecret: CLIENT_SECRET,
      redirectUri: callback,
    }),
    callback,
    requirementsFile: () => {
      const file = join(folder, 'requirements.json')
      writeFileSync(file, JSON.stringify(bundle.requirements))
      return file
    },
    newBrowser: () => newOidcBrowser(sandbox),
    usePolicy: async (policy) => {
      const file = join(folder, 'policy.yaml')
      writeFileSync(file, policy)
      bundle = await build(file)
      await editStepUp({ sandbox, request }, bundle.code)
    },
    skip,
    newOtp: async (secret = ADA.authentication_methods?.[0]?.totp_secret ?? '') => {
      await skip(30)
      return new TOTP({ secret }).generate({ timestamp: await now() })
    },
    stop: async () => {
      application.stop()
      await sandbox.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The scope claim of a token for the banking API, once it is verified; `none` where there is no token. */
export async function scopesIn(client: OidcClient, token: string | undefined): Promise<string> {
  if (token === undefined) return 'none'
  const { scope } = await client.verify(token, BANKING)
  return typeof scope === 'string' ? scope : ''
}

/** Logs a user in with a password. */
export function logIn(browser: OidcBrowser, page: Stop, user: User): Promise<Stop> {
  return browser.submit(page, { username: user.email, password: user.password })
}
