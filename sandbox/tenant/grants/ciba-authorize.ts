import { randomBytes } from 'node:crypto'
import { usableFactors } from '../login/factors.ts'
import { logLogin } from '../login/login-log.ts'
import { newTransaction } from '../login/transaction.ts'
import { addresseesOf, askDevice } from '../mfa/out-of-band.ts'
import { ok, type Reply, type TenantRequest } from '../http.ts'
import { REFUSED_OUTSIDE_OF_AUTHORIZE, notEmulated, refusalOf } from '../not-emulated.ts'
import { listOf } from '../login/clients.ts'
import {
  audienceOf,
  findResourceServer,
  grantableScopes,
  splitScope,
} from '../login/resource-servers.ts'
import type { Client, User } from '../state.ts'
import type { Tenant } from '../tenant.ts'
import {
  authenticateConfidentialClient,
  readParameters,
  type TokenParameters,
} from './client-authentication.ts'
import {
  GrantError,
  grantTypeNotAllowed,
  requireParameters,
  badRequest,
  notImplemented,
} from './grant-error.ts'
import { requestedApi } from './grant.ts'
import { tooManyMessages } from './mfa-associate.ts'

export const CIBA = 'urn:openid:params:grant-type:ciba'

/** Documented: beyond the first the user is asked by email, and not on a device. */
const PUSH_LIFETIME_SECONDS = 300
const LONGEST_LIFETIME_SECONDS = 259_200

/** Documented. */
const POLL_SECONDS = 5

/**
 * Asks a user on their device for what a client wants; the question is in the inbox of the sandbox. The words of
 * all that is refused as a bad request are assumed.
 *
 * @see https://auth0.com/docs/api/authentication/login/start-back-channel-login
 */
export async function authorizeByDevice(tenant: Tenant, request: TenantRequest): Promise<Reply> {
  const parameters = readParameters(request)
  const client = await authenticateConfidentialClient(tenant, parameters)
  try {
    const reply = ask(tenant, client, parameters)
    logLogin(tenant, { type: 'ciba_start_succeeded', transaction: { clientId: client.client_id } })
    return reply
  } catch (error) {
    if (error instanceof GrantError) {
      logLogin(tenant, {
        type: 'ciba_start_failed',
        transaction: { clientId: client.client_id },
        description: error.message,
      })
    }
    throw error
  }
}

function ask(tenant: Tenant, client: Client, parameters: TokenParameters): Reply {
  const { client_id: clientId } = client
  requireAllowed(client)
  requireEmulated(tenant, client, parameters)
  requireParameters(parameters, 'login_hint', 'scope', 'binding_message')
  const requested = splitScope(parameters['scope'])
  if (!requested.includes('openid')) throw badRequest('scope must include openid')
  const message = String(parameters['binding_message'])
  if (!BINDING_MESSAGE.test(message)) {
    throw badRequest('binding_message must have at most 64 characters of A-Z a-z 0-9 + - _ . , : #')
  }
  const seconds = lifetimeOf(client, parameters['requested_expiry'])
  const audience = requestedApi(tenant, parameters['audience'])
  const user = hintedUser(tenant, String(parameters['login_hint']))
  const { user_id: userId } = user
  const [device] = usableFactors(tenant, user).includes(PUSH)
    ? addresseesOf(tenant, userId, PUSH)
    : []
  if (device === undefined) throw badRequest('The user has no device for push notifications.')
  const question = askDevice(tenant, { userId, to: device.to }, `${client.name}: ${message}`)
  if (question === undefined) throw tooManyMessages()
  const transaction = newTransaction({
    protocol: 'oidc-ciba',
    clientId,
    userId,
    connection: user.identities[0]?.connection ?? '',
    audience,
    scopes: grantableScopes(tenant, { audience, requested, user }),
    event: { requested_scopes: requested },
    sessionUid: undefined,
  })
  const id = randomBytes(32).toString('base64url')
  tenant.oidc.deviceQuestions.set(id, {
    transaction,
    question,
    expiresAtMs: tenant.now() + seconds * 1_000,
    intervalSeconds: POLL_SECONDS,
    nextPollMs: 0,
  })
  return ok({ auth_req_id: id, expires_in: seconds, interval: POLL_SECONDS })
}

const PUSH = 'push-notification'

/** Documented; the space is that of the examples. */
const BINDING_MESSAGE = /^[A-Za-z0-9 +\-_.,:#]{1,64}$/

/** Documented: confidential (which has been seen to), first-party, OIDC conformant. */
function requireAllowed(client: Client): void {
  const isAllowed =
    listOf(client, 'grant_types').includes(CIBA) &&
    client['is_first_party'] !== false &&
    client['oidc_conformant'] !== false
  if (!isAllowed) throw grantTypeNotAllowed(CIBA)
}

function requireEmulated(tenant: Tenant, client: Client, given: TokenParameters): void {
  const audience = audienceOf(tenant, given['audience'])
  const fields = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as [string, string]],
  )
  const api = audience === undefined ? undefined : findResourceServer(tenant, audience)
  const refusal = refusalOf(
    { parameters: new URLSearchParams(fields), client, api },
    REFUSED_OUTSIDE_OF_AUTHORIZE,
  )
  if (refusal !== undefined) throw notImplemented(refusal)
}

function lifetimeOf(client: Client, requested: string | undefined): number {
  const seconds = requested === undefined ? PUSH_LIFETIME_SECONDS : Number(requested)
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > LONGEST_LIFETIME_SECONDS) {
    throw badRequest(`requested_expiry must be from 1 to ${LONGEST_LIFETIME_SECONDS} seconds`)
  }
  if (seconds > PUSH_LIFETIME_SECONDS) {
    throw notImplemented(
      notEmulated(`A \`requested_expiry\` of more than 300, which asks by email,`),
    )
  }
  const channels = client['async_approval_notification_channels']
  if (Array.isArray(channels) && !channels.includes('guardian-push')) {
    throw badRequest('The notification channel guardian-push is not enabled for the client.')
  }
  return seconds
}

/** `{ "format": "iss_sub", "iss": "https://TENANT/", "sub": "USER" }` */
function hintedUser({ store, domain }: Tenant, hint: string): User {
  const { format, iss, sub } = parse(hint)
  if (format !== 'iss_sub' || iss !== `https://${domain}/`) {
    throw badRequest('login_hint must be of the format iss_sub, and of this tenant')
  }
  const user = store.state.users.find(({ user_id }) => user_id === sub)
  if (user === undefined || user['blocked'] === true) {
    throw new GrantError(400, {
      error: 'unknown_user_id',
      error_description: 'The user of the login_hint does not exist or is blocked.',
    })
  }
  return user
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(text) ?? {}) as Record<string, unknown>
  } catch {
    return {}
  }
}
