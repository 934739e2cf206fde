import { findUser } from '../find-user.ts'
import { enrolledFactors } from './factors.ts'
import { findClient } from './clients.ts'
import { organizationOfEvent } from './organization-claims.ts'
import { without } from '../fields.ts'
import { rolesOf } from '../rbac.ts'
import type { User } from '../state.ts'
import type { Tenant } from '../tenant.ts'
import type { SessionRecord } from './oidc-state.ts'
import type { EventRequest, Transaction } from './transaction.ts'

/** Never shown to an Action. */
const SECRET_PARAMETERS = [
  'client_secret',
  'client_assertion',
  'password',
  'refresh_token',
  'mfa_token',
  'otp',
  'oob_code',
  'binding_code',
  'recovery_code',
  'subject_token',
  'actor_token',
]

/**
 * Builds `event` as a post-login Action sees it at this moment of a transaction.
 *
 * @see https://auth0.com/docs/actions/reference/post-login/post-login-event-object
 */
export function buildEvent(
  tenant: Tenant,
  transaction: Transaction,
  request: EventRequest,
): Readonly<Record<string, unknown>> {
  const { store } = tenant
  const user = findUser(store.state, transaction.userId)
  const client = findClient(tenant, transaction.clientId)
  const connection = store.state.connections.find(({ name }) => name === transaction.connection)
  const session = sessionOf(tenant, transaction)
  const { methods } = session ?? transaction
  const whereabouts = { user, organization: transaction.organization }
  const enrolled = enrolledFactors(tenant, user)
  return {
    transaction: {
      ...(session === undefined ? {} : { id: transaction.id }),
      protocol: transaction.protocol,
      ...transaction.event,
      metadata: transaction.metadata,
    },
    // Documented: absent where the token is for no API.
    ...(transaction.audience === undefined
      ? {}
      : { resource_server: { identifier: transaction.audience } }),
    authentication: { methods, ...riskOf(user) },
    ...(session === undefined
      ? {}
      : {
          session: {
            id: transaction.sessionUid,
            created_at: new Date(session.createdAtMs).toISOString(),
            metadata: session.life.metadata,
          },
        }),
    ...(transaction.refreshToken === undefined ? {} : { refresh_token: transaction.refreshToken }),
    client: {
      client_id: transaction.clientId,
      name: client?.name ?? '',
      metadata: client?.['client_metadata'] ?? {},
      ...refreshTokenPolicies(client?.['refresh_token']),
    },
    connection: {
      id: connection?.id ?? '',
      name: transaction.connection,
      strategy: connection?.strategy ?? 'auth0',
    },
    request: requestOf(tenant, request),
    stats: { logins_count: Number(user['logins_count'] ?? 0) },
    tenant: { id: 'sandbox' },
    user: {
      ...without(user, 'authentication_methods', 'password_hash', 'permissions', 'risk_assessment'),
      app_metadata: user['app_metadata'] ?? {},
      user_metadata: user['user_metadata'] ?? {},
      enrolledFactors: enrolled.map((type) => ({ type })),
      // Observed: never anything else, and without the factor email (community 115069).
      multifactor: enrolled.some((factor) => factor !== 'email') ? ['guardian'] : [],
    },
    ...organizationOfEvent(tenant, transaction.organization),
    authorization: { roles: rolesOf(store.state, whereabouts).map(({ name }) => name) },
  }
}

/** What `event.request` tells of a request. */
export function requestOf({ domain }: Tenant, request: EventRequest): object {
  return {
    method: request.method,
    ip: request.ip,
    hostname: domain,
    user_agent: request.userAgent,
    geoip: {},
    query: withoutSecrets(request.query),
    body: withoutSecrets(request.body),
  }
}

function sessionOf({ oidc }: Tenant, { sessionUid }: Transaction): SessionRecord | undefined {
  return sessionUid === undefined ? undefined : oidc.sessions.get(sessionUid)
}

function refreshTokenPolicies(settings: unknown): object {
  const policies = (settings as { policies?: unknown } | null | undefined)?.policies
  return Array.isArray(policies) ? { refresh_token: { policies: policies as unknown[] } } : {}
}

/** A seed may say what Adaptive MFA would have found out about a user. */
function riskOf({ risk_assessment: risk }: User): object {
  return risk === undefined ? {} : { riskAssessment: risk }
}

function withoutSecrets(parameters: Readonly<Record<string, unknown>>): object {
  return without(parameters as Record<string, unknown>, ...SECRET_PARAMETERS)
}
