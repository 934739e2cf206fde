import { FACTORS } from '../../actions/step-up/policy.ts'
import type { PolicyFile } from '../policy/schema.ts'
import type { Connection } from './connection.ts'
import type { Setting } from './setting.ts'

/** One request put to the deployed Actions, and what came of it. */
export interface Tryout {
  readonly scope: string
  readonly flow: 'browser' | 'refresh token'
  readonly outcome: string
}

/** What the sandbox says after it has run the Actions that are bound to post-login. */
interface Run {
  readonly outcome: 'continue' | 'denied' | 'challenge' | 'error'
  readonly reason?: string
  readonly accessToken: { readonly removedScopes: readonly string[] }
}

/** The time limit of a trigger, and some more. */
const TIMEOUT_MS = 30_000

interface Request {
  readonly audience: string
  readonly scope: string
  readonly flow: Tryout['flow']
}

/**
 * Runs the code that is deployed to the embedded tenant on an everyday scope and on a high-value scope,
 * in a browser and on a refresh token.
 */
export async function tryDeployedCode(
  connection: Connection,
  policy: PolicyFile,
  settings: readonly Setting[],
): Promise<readonly Tryout[]> {
  const tryouts: Tryout[] = []
  for (const request of exampleRequests(policy, settings)) {
    const { scope, flow } = request
    tryouts.push({ scope, flow, outcome: describe(await run(connection, request), scope) })
  }
  return tryouts
}

/** The requests worth trying: none where the policy protects no scope. */
function exampleRequests(policy: PolicyFile, settings: readonly Setting[]): readonly Request[] {
  const { audience, scopes = [] } =
    policy.rules.map(({ protects }) => protects).find((target) => target.scopes) ?? {}
  const [highValue] = scopes
  if (audience === undefined || highValue === undefined) return []
  const highValues = policy.rules
    .filter(({ protects }) => protects.audience === audience)
    .flatMap(({ protects }) => protects.scopes ?? [])
  const everyday = declaredOn(audience, settings).find((scope) => !highValues.includes(scope))
  return [
    ...(everyday === undefined ? [] : [{ audience, scope: everyday, flow: 'browser' as const }]),
    { audience, scope: highValue, flow: 'browser' },
    { audience, scope: highValue, flow: 'refresh token' },
  ]
}

function declaredOn(audience: string, settings: readonly Setting[]): readonly string[] {
  const server = settings.find(
    ({ section, name }) => section === 'resourceServers' && name === audience,
  )
  const scopes = (server?.values['scopes'] ?? []) as readonly { readonly value: string }[]
  return scopes.map(({ value }) => value)
}

async function run({ domain, fetch }: Connection, request: Request): Promise<Run> {
  const response = await fetch(`https://${domain}/sandbox/triggers/post-login/run`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ event: eventFor(request) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (!response.ok) throw new Error(`the sandbox answered ${response.status} to a run`)
  return (await response.json()) as Run
}

function eventFor({ audience, scope, flow }: Request): object {
  const isBrowser = flow === 'browser'
  return {
    client: { client_id: 'web-app', name: 'Web app', metadata: {} },
    connection: { id: 'con_1', name: 'Username-Password-Authentication', strategy: 'auth0' },
    request: {
      body: isBrowser ? {} : { grant_type: 'refresh_token', scope },
      query: isBrowser ? { scope } : {},
      geoip: {},
      ip: '192.0.2.1',
      method: isBrowser ? 'GET' : 'POST',
    },
    resource_server: { identifier: audience },
    secrets: {},
    stats: { logins_count: 1 },
    tenant: { id: 'sandbox' },
    transaction: isBrowser
      ? { protocol: 'oidc-basic-profile', requested_scopes: [scope], metadata: {} }
      : { protocol: 'oauth2-refresh-token', metadata: {} },
    user: { user_id: 'auth0|ada', enrolledFactors: FACTORS.map((type) => ({ type })) },
    ...(isBrowser && {
      authentication: { methods: [{ name: 'pwd', timestamp: new Date().toISOString() }] },
    }),
  }
}

function describe({ outcome, reason, accessToken }: Run, scope: string): string {
  switch (outcome) {
    case 'continue':
      return accessToken.removedScopes.includes(scope) ? 'continues without the scope' : 'continues'
    case 'challenge':
      return 'is challenged with MFA'
    case 'denied':
      return `is denied: ${reason ?? 'no reason given'}`
    case 'error':
      return `fails: ${reason ?? 'no reason given'}`
  }
}
