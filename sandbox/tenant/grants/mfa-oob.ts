import type { Verdict } from '../failure-limit.ts'
import { enrolDevice } from '../mfa/device.ts'
import { addMethod } from '../mfa/methods.ts'
import { acceptCode, answerOf } from '../mfa/out-of-band.ts'
import { logLogin } from '../login/login-log.ts'
import type { Association, MfaTokenRecord, OutOfBandChallenge } from '../login/oidc-state.ts'
import type { Tenant } from '../tenant.ts'
import { GrantError, forbidden, requireParameters } from './grant-error.ts'
import type { Grant, GrantContext } from './grant.ts'
import { passChallenge } from './mfa-challenge.ts'
import { findMfaTokenOf } from './mfa-token.ts'

/**
 * Goes on after an email, a text message, a call or a push notification, be it to somewhere the user has enrolled or to
 * what is enrolled by it.
 *
 * @see https://auth0.com/docs/api/authentication/multi-factor-authentication/verify-with-out-of-band
 */
export const mfaOobGrant: Grant = {
  parameters: ['mfa_token', 'oob_code', 'binding_code'],
  log: { success: 'seoobft', failure: 'feoobft' },
  handle: (tenant, ctx) => {
    const { params, client } = ctx.oidc
    requireParameters(params, 'mfa_token', 'oob_code')
    const record = findMfaTokenOf(tenant, client.clientId, String(params.mfa_token))
    const challenge = challengeOf(record, String(params.oob_code))
    if (challenge === undefined) throw forbidden('invalid_grant', 'Malformed oob_code')
    return passChallenge(tenant, ctx, {
      factor: challenge.factor,
      parameter: 'oob_code',
      wrong: 'Invalid binding_code.',
      log: {
        accepted: 'gd_auth_succeed',
        wrong: 'gd_auth_failed',
        tooMany: 'gd_otp_rate_limit_exceed',
      },
      judge: () => judge(tenant, ctx, { record, challenge }),
    })
  },
}

type Asked = OutOfBandChallenge | Exclude<Association, { factor: 'otp' }>

function challengeOf({ association, challenges }: MfaTokenRecord, code: string): Asked | undefined {
  const isAssociation =
    association !== undefined && 'message' in association && association.message.id === code
  return isAssociation ? association : challenges.get(code)
}

interface Judged {
  readonly record: MfaTokenRecord
  readonly challenge: Asked
}

/** @throws GrantError for a device that nobody has answered, or that has refused */
function judge(tenant: Tenant, ctx: GrantContext, judged: Judged): Verdict {
  const verdict =
    judged.challenge.factor === 'push-notification'
      ? judgeDevice(tenant, judged)
      : judgeCode(tenant, ctx, judged)
  if (verdict === 'accepted' && judged.challenge === judged.record.association) {
    enrol(tenant, judged.record, judged.record.association)
  }
  return verdict
}

function judgeCode(tenant: Tenant, { oidc }: GrantContext, { challenge }: Judged): Verdict {
  requireParameters(oidc.params, 'binding_code')
  return acceptCode(tenant, challenge.message, String(oidc.params.binding_code))
}

function judgeDevice(tenant: Tenant, { record, challenge }: Judged): Verdict {
  slowDown(tenant, record)
  switch (answerOf(tenant, challenge.message)) {
    case 'accepted':
      return 'accepted'
    case 'pending':
      throw forbidden(
        'authorization_pending',
        'Authorization pending: please repeat the request in a few seconds.',
      )
    case 'rejected':
      logLogin(tenant, { type: 'gd_auth_rejected', transaction: record.flow.transaction })
      throw forbidden('invalid_grant', 'MFA Authorization rejected.')
    case 'expired':
      throw forbidden('expired_token', 'oob_code is expired')
  }
}

/** Documented: twelve a minute. */
const MAX_POLLS = 12
const MINUTE_MS = 60_000

function slowDown({ now }: Tenant, record: MfaTokenRecord): void {
  const recent = record.polls.filter((at) => at > now() - MINUTE_MS)
  if (recent.length >= MAX_POLLS) {
    throw new GrantError(429, {
      error: 'slow_down',
      error_description: 'You are polling faster than allowed.',
    })
  }
  record.polls = [...recent, now()]
}

function enrol(tenant: Tenant, { flow }: MfaTokenRecord, association: Association): void {
  const { userId } = flow.transaction
  switch (association.factor) {
    case 'otp':
      return
    case 'phone': {
      const { to, channel } = association.message
      addMethod(tenant, userId, {
        type: 'phone',
        phone_number: to,
        preferred_authentication_method: channel,
      })
      return
    }
    case 'email':
      addMethod(tenant, userId, { type: 'email', email: association.message.to })
      return
    case 'push-notification':
      enrolDevice(tenant, userId, association.secret)
  }
}
