import { acceptOtp } from '../mfa/otp.ts'
import {
  INVALID_CODE,
  codeOf,
  log,
  wantsToBeRemembered,
  type Answer,
  type Answered,
} from './answer.ts'

const USED_CODE = 'This code was used already, or a newer one was. Wait for the next one.'

/**
 * Judges the code of an authenticator app.
 * @param factor that it is asked for: an app that gets pushes shows codes, too
 */
export function judgeOtp(answer: Answer, factor: 'otp' | 'push-notification'): Answered {
  const { tenant, transaction, screen } = answer
  const verdict = acceptOtp(tenant, transaction.userId, codeOf(answer))
  switch (verdict) {
    case 'accepted':
      log(answer, 'gd_auth_succeed')
      // Assumed of the code: that it counts as the factor that it replaces.
      return { kind: 'passed', factor, rememberBrowser: wantsToBeRemembered(answer) }
    case 'used':
      log(answer, 'gd_auth_failed')
      return { kind: 'mistake', screen, error: USED_CODE }
    case 'wrong':
      log(answer, 'gd_auth_failed')
      return { kind: 'wrong', factor, error: INVALID_CODE, screen }
    case 'too-many':
      return { kind: 'too-many', factor }
    default:
      return verdict satisfies never
  }
}
