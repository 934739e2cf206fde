import { spendRecoveryCode } from '../mfa/recovery-code.ts'
import type { Grant } from './grant.ts'
import { passChallenge } from './mfa-challenge.ts'

/**
 * Goes on after a recovery code. The code that replaces it is told once, in the answer.
 *
 * @see https://auth0.com/docs/api/authentication/multi-factor-authentication/verify-with-recovery-code
 */
export const mfaRecoveryCodeGrant: Grant = {
  parameters: ['mfa_token', 'recovery_code'],
  log: { success: 'sercft', failure: 'fercft' },
  handle: async (tenant, ctx) => {
    let replacement: string | undefined
    const response = await passChallenge(tenant, ctx, {
      factor: 'recovery-code',
      parameter: 'recovery_code',
      wrong: 'Invalid recovery_code.',
      log: {
        accepted: 'gd_recovery_succeed',
        wrong: 'gd_recovery_failed',
        tooMany: 'gd_recovery_rate_limit_exceed',
      },
      judge: (_tenant, { flow }, code) => {
        const spent = spendRecoveryCode(tenant, flow.transaction.userId, code)
        if (spent.verdict === 'accepted') replacement = spent.replacement
        return spent.verdict
      },
    })
    return replacement === undefined ? response : { ...response, recovery_code: replacement }
  },
}
