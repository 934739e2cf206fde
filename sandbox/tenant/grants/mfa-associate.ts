import type { TenantRequest } from '../http.ts'
import { deviceUri, offerDevice } from '../mfa/device.ts'
import { newOtpSecret, otpUri } from '../mfa/otp.ts'
import { sendCode, type Recipient } from '../mfa/out-of-band.ts'
import type { Message } from '../mfa/message.ts'
import { enabledFactors } from '../login/factors.ts'
import type { Association, MfaTokenRecord } from '../login/oidc-state.ts'
import type { Tenant } from '../tenant.ts'
import { GrantError, forbidden, requireParameters, badRequest } from './grant-error.ts'
import { taskOfToken } from './mfa-challenge.ts'

/** What `/mfa/associate` is asked for. */
interface AssociateBody {
  readonly authenticator_types?: unknown
  readonly oob_channels?: unknown
  readonly phone_number?: unknown
  readonly email?: unknown
}

/**
 * Offers an authenticator to a user: a secret, a code that has been sent, or a question to a device.
 *
 * INVARIANT: a password and an `mfa_token` add an authenticator only to a user who is to enrol one.
 *
 * @returns what the client is told of it; `mfa-otp` and `mfa-oob` confirm it
 * @throws GrantError 400, 403
 */
export function associateAuthenticator(
  tenant: Tenant,
  record: MfaTokenRecord,
  request: TenantRequest,
): object {
  const body = (request.body ?? {}) as AssociateBody
  const factor = factorOf(body)
  requireEnrolment(tenant, record, factor)
  const before = record.association
  // Whoever asks again for an app sees the same secret.
  const association =
    before?.factor === 'otp' && factor === 'otp'
      ? before
      : newAssociation(tenant, record, { factor, body })
  record.association = association
  return describe(tenant, record, association)
}

function factorOf({
  authenticator_types: types,
  oob_channels,
}: AssociateBody): Association['factor'] {
  const channels = listOf(oob_channels)
  if (listOf(types).includes('otp')) return 'otp'
  if (!listOf(types).includes('oob')) {
    throw badRequest('authenticator_types must be otp or oob')
  }
  if (channels.some((channel) => channel === 'sms' || channel === 'voice')) return 'phone'
  if (channels.includes('email')) return 'email'
  if (channels.includes('auth0')) return 'push-notification'
  throw badRequest('oob_channels must be sms, voice, email or auth0')
}

/** Email has no enrolment of its own in a login; documented as possible where any factor will do. */
function requireEnrolment(
  tenant: Tenant,
  record: MfaTokenRecord,
  factor: Association['factor'],
): void {
  const task = taskOfToken(tenant, record)
  if (task.kind !== 'enrol') throw forbidden('access_denied', 'User is already enrolled.')
  const isAsked =
    factor === 'email'
      ? record.flow.transaction.pending?.mfa.when === 'end-of-flow' &&
        enabledFactors(tenant).includes('email')
      : task.factors.some((one) => one === factor)
  if (!isAsked) throw forbidden('access_denied', 'The factor is not enabled or was not asked for.')
}

function newAssociation(
  tenant: Tenant,
  { flow }: MfaTokenRecord,
  { factor, body }: { readonly factor: Association['factor']; readonly body: AssociateBody },
): Association {
  const { userId } = flow.transaction
  switch (factor) {
    case 'otp':
      return { factor, secret: newOtpSecret() }
    case 'phone': {
      requireParameters({ ...body }, 'phone_number')
      const channel = listOf(body.oob_channels).includes('sms') ? 'sms' : 'voice'
      if (!tenant.store.state.phoneMessageTypes.includes(channel)) {
        throw forbidden('access_denied', 'The factor is not enabled or was not asked for.')
      }
      return { factor, message: sent(tenant, { userId, to: String(body.phone_number), channel }) }
    }
    case 'email':
      requireParameters({ ...body }, 'email')
      return { factor, message: sent(tenant, { userId, to: String(body.email), channel: 'email' }) }
    case 'push-notification': {
      const { secret, message } = offerDevice(tenant, userId)
      if (message === undefined) throw tooManyMessages()
      return { factor, secret, message }
    }
  }
}

function sent(tenant: Tenant, recipient: Recipient): Message {
  const message = sendCode(tenant, recipient)
  if (message === undefined) throw tooManyMessages()
  return message
}

function describe(tenant: Tenant, { flow }: MfaTokenRecord, association: Association): object {
  const { userId } = flow.transaction
  switch (association.factor) {
    case 'otp': {
      const { secret } = association
      return { authenticator_type: 'otp', secret, barcode_uri: otpUri(tenant, userId, secret) }
    }
    case 'phone':
    case 'email': {
      const { id, channel } = association.message
      return {
        authenticator_type: 'oob',
        binding_method: 'prompt',
        oob_channel: channel,
        oob_code: id,
      }
    }
    case 'push-notification':
      return {
        authenticator_type: 'oob',
        barcode_uri: deviceUri(tenant, userId, association),
        oob_channel: 'auth0',
        oob_code: association.message.id,
      }
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** @returns the refusal of a challenge for a user who has been sent too many */
export function tooManyMessages(): GrantError {
  return new GrantError(429, {
    error: 'too_many_attempts',
    error_description: 'Too many messages have been sent to the user. Wait for some minutes.',
  })
}
