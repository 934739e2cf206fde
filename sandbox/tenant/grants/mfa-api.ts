// The MFA API beside its grants: what a user can be challenged with, and how a first authenticator is added.
import { ok, type Reply, type TenantRequest } from '../http.ts'
import { newOtpSecret, otpUri } from '../mfa/otp.ts'
import { firstRecoveryCode } from '../mfa/recovery-code.ts'
import { enrolments } from '../oidc/factors.ts'
import type { MfaTokenRecord } from '../oidc/oidc-state.ts'
import { splitScope } from '../oidc/resource-servers.ts'
import { findUser } from '../management/users.ts'
import type { Route } from '../router.ts'
import type { Tenant } from '../tenant.ts'
import { authenticateClient, readParameters } from './client-authentication.ts'
import { GrantError, forbidden, requireParameters, unauthorized } from './grant-error.ts'
import { requireFactor, taskOfToken, unsupportedChallengeType } from './mfa-challenge.ts'
import { findMfaToken, findMfaTokenOf } from './mfa-token.ts'

export const MFA_ROUTES: readonly Route[] = [
  { method: 'POST', path: '/mfa/challenge', handler: challenge },
  { method: 'GET', path: '/mfa/authenticators', handler: listAuthenticators },
  { method: 'POST', path: '/mfa/associate', handler: associate },
]

/**
 * Challenges a user. For a one-time password nothing is sent, so this only says that it will be taken.
 *
 * @see https://auth0.com/docs/api/authentication/multi-factor-authentication/request-mfa-challenge
 */
function challenge(tenant: Tenant, request: TenantRequest): Reply {
  const parameters = readParameters(request)
  const { client_id: clientId } = authenticateClient(tenant, parameters)
  requireParameters(parameters, 'mfa_token')
  const record = findMfaTokenOf(tenant, clientId, String(parameters['mfa_token']))
  const types = splitScope(parameters['challenge_type'] ?? 'otp oob')
  requireFactor(tenant, record, 'otp')
  const chosen = parameters['authenticator_id']
  if (!types.includes('otp') || (chosen !== undefined && !isOtpOf(tenant, record, chosen))) {
    throw unsupportedChallengeType()
  }
  return ok({ challenge_type: 'otp' })
}

function isOtpOf(tenant: Tenant, record: MfaTokenRecord, id: string): boolean {
  return enrolmentsOf(tenant, record).some(
    ({ factor, method }) => factor === 'otp' && method['id'] === id,
  )
}

/** @see https://auth0.com/docs/api/authentication/multi-factor-authentication/list-authenticators */
function listAuthenticators(tenant: Tenant, request: TenantRequest): Reply {
  const found = enrolmentsOf(tenant, bearerOf(tenant, request))
  return ok(
    found.map(({ factor, method: { id, name } }) => ({
      id,
      ...(OUT_OF_BAND.has(factor)
        ? { authenticator_type: 'oob', oob_channel: OUT_OF_BAND.get(factor) }
        : { authenticator_type: factor }),
      active: true,
      ...(name === undefined ? {} : { name }),
    })),
  )
}

const OUT_OF_BAND: ReadonlyMap<string, string> = new Map([
  ['phone', 'sms'],
  ['email', 'email'],
])

/**
 * Offers the secret of a first authenticator app; `mfa-otp` confirms it.
 *
 * INVARIANT: a password and an `mfa_token` add an authenticator only to a user who is to enrol one.
 *
 * @see https://auth0.com/docs/api/authentication/multi-factor-authentication/add-an-authenticator
 */
function associate(tenant: Tenant, request: TenantRequest): Reply {
  const record = bearerOf(tenant, request)
  const { userId } = record.flow.transaction
  const { authenticator_types: types } = (request.body ?? {}) as { authenticator_types?: unknown }
  if (!Array.isArray(types) || !types.includes('otp')) {
    throw new GrantError(400, {
      error: 'invalid_request',
      error_description: 'The sandbox can associate authenticators of type `otp` only.',
    })
  }
  const isFirst = record.association === undefined
  record.association ??= newAssociation(tenant, record)
  const { secret } = record.association
  return ok({
    authenticator_type: 'otp',
    secret,
    barcode_uri: otpUri(tenant, userId, secret),
    ...(isFirst ? recoveryCodes(tenant, userId) : {}),
  })
}

function newAssociation(tenant: Tenant, record: MfaTokenRecord): { secret: string } {
  const task = taskOfToken(tenant, record)
  if (task.kind !== 'enrol') throw forbidden('access_denied', 'User is already enrolled.')
  if (!task.factors.includes('otp')) {
    throw forbidden('access_denied', 'The factor is not enabled or was not asked for.')
  }
  return { secret: newOtpSecret() }
}

/** Told the first time that an authenticator is added. */
function recoveryCodes(tenant: Tenant, userId: string): object {
  const code = firstRecoveryCode(tenant, userId)
  return code === undefined ? {} : { recovery_codes: [code] }
}

function enrolmentsOf({ store }: Tenant, { flow }: MfaTokenRecord): ReturnType<typeof enrolments> {
  return enrolments(findUser(store.state, flow.transaction.userId))
}

/** @throws GrantError 401 without a token, 403 for one that does not hold */
function bearerOf(tenant: Tenant, { headers }: TenantRequest): MfaTokenRecord {
  const token = /^Bearer (.+)$/i.exec(headers['authorization'] ?? '')?.[1]
  if (token === undefined) throw unauthorized()
  return findMfaToken(tenant, token)
}
