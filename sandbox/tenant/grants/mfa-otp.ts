import { acceptOtp, enrolOtp } from '../mfa/otp.ts'
import type { Grant } from './grant.ts'
import { passChallenge, type CodeGrant } from './mfa-challenge.ts'

/**
 * Goes on after a one-time password, be it of an authenticator app that the user has or of one that is enrolled by it.
 *
 * @see https://auth0.com/docs/secure/multi-factor-authentication/authenticate-using-ropg-flow-with-mfa/enroll-and-challenge-otp-authenticators
 */
export const mfaOtpGrant: Grant = {
  parameters: ['mfa_token', 'otp'],
  log: { success: 'seotpft', failure: 'feotpft' },
  handle: (tenant, ctx) => passChallenge(tenant, ctx, OTP),
}

const OTP: CodeGrant = {
  factor: 'otp',
  parameter: 'otp',
  wrong: 'Invalid otp_code.',
  log: {
    accepted: 'gd_auth_succeed',
    wrong: 'gd_auth_failed',
    tooMany: 'gd_otp_rate_limit_exceed',
  },
  judge: (tenant, { flow, association }, code) => {
    const { userId } = flow.transaction
    if (association?.factor !== 'otp') {
      const verdict = acceptOtp(tenant, userId, code)
      return verdict === 'used' ? 'wrong' : verdict
    }
    const { secret } = association
    return enrolOtp(tenant, userId, { secret, code }) ? 'accepted' : 'wrong'
  },
}
