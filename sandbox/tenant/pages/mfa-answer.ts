import { enrolOtp } from '../mfa/otp.ts'
import { spendRecoveryCode } from '../mfa/recovery-code.ts'
import { acceptWebAuthn, enrolWebAuthn } from '../mfa/webauthn.ts'
import {
  INVALID_CODE,
  codeOf,
  enrolled,
  log,
  saveCode,
  wantsToBeRemembered,
  type Answer,
  type Answered,
} from './answer.ts'
import { judgeDevice, judgePhone, judgePush, judgeSentCode } from './message-answers.ts'
import { judgeOtp } from './otp-answer.ts'
import { dropScreen, factorScreen, type Screen } from './mfa-screen.ts'

type WebAuthnScreen = Extract<Screen, { factor: unknown }>

const WEBAUTHN_FAILED = 'Your device could not be verified. Try again.'

/** Judges what the user has answered to a screen, and logs it. */
export function judge(answer: Answer): Answered | Promise<Answered> {
  const { screen } = answer
  switch (screen.name) {
    case 'challenge-otp':
      return judgeOtp(answer, 'otp')
    case 'challenge-recovery-code':
      return judgeRecoveryCode(answer)
    case 'challenge-webauthn':
      return judgeWebAuthn(answer, screen)
    case 'challenge-phone':
    case 'challenge-email':
    case 'confirm-phone':
      return judgeSentCode(answer, screen)
    case 'challenge-push-notification':
      return judgePush(answer, screen)
    case 'enrol-phone':
      return judgePhone(answer, screen)
    case 'enrol-push-notification':
      return judgeDevice(answer, screen)
    case 'enrol-otp':
      return judgeOtpEnrolment(answer, screen)
    case 'enrol-webauthn':
      return judgeWebAuthnEnrolment(answer, screen)
    case 'save-recovery-code':
      return answer.form.has('saved')
        ? { kind: 'passed', factor: screen.passed, rememberBrowser: screen.rememberBrowser }
        : { kind: 'mistake', screen, error: 'Save the code, then confirm that you have' }
  }
}

function judgeRecoveryCode(answer: Answer): Answered {
  const factor = 'recovery-code'
  const spent = spendRecoveryCode(answer.tenant, answer.transaction.userId, codeOf(answer))
  if (spent.verdict === 'too-many') return { kind: 'too-many', factor }
  if (spent.verdict === 'wrong') {
    log(answer, 'gd_recovery_failed')
    return { kind: 'wrong', factor, error: INVALID_CODE }
  }
  log(answer, 'gd_recovery_succeed')
  const rememberBrowser = wantsToBeRemembered(answer)
  return saveCode({ code: spent.replacement, passed: factor, rememberBrowser, task: answer.task })
}

async function judgeWebAuthn(answer: Answer, screen: WebAuthnScreen): Promise<Answered> {
  const { factor } = screen
  const { tenant, transaction } = answer
  const signed = takeResponse(answer, screen)
  if (!(await acceptWebAuthn(tenant, transaction.userId, signed))) {
    log(answer, 'gd_webauthn_challenge_failed')
    return { kind: 'wrong', factor, error: WEBAUTHN_FAILED }
  }
  log(answer, 'gd_auth_succeed')
  return { kind: 'passed', factor, rememberBrowser: wantsToBeRemembered(answer) }
}

/** What the browser has signed. The challenge on the screen is good for this one answer. */
function takeResponse({ transaction, form }: Answer, { factor, options }: WebAuthnScreen) {
  dropScreen(transaction)
  return { factor, challenge: options.challenge, response: form.get('response') ?? '' }
}

function judgeOtpEnrolment(
  answer: Answer,
  screen: Extract<Screen, { name: 'enrol-otp' }>,
): Answered {
  const { secret } = screen
  const { tenant, transaction } = answer
  return enrolOtp(tenant, transaction.userId, { secret, code: codeOf(answer) })
    ? enrolled(answer, 'otp')
    : { kind: 'mistake', screen, error: INVALID_CODE }
}

async function judgeWebAuthnEnrolment(answer: Answer, shown: WebAuthnScreen): Promise<Answered> {
  const { factor } = shown
  const { tenant, transaction } = answer
  const signed = takeResponse(answer, shown)
  if (await enrolWebAuthn(tenant, transaction.userId, signed)) {
    return enrolled(answer, factor)
  }
  log(answer, 'gd_webauthn_enrollment_failed')
  const screen = await factorScreen(tenant, transaction, { kind: 'enrol', factor })
  return { kind: 'mistake', screen, error: WEBAUTHN_FAILED }
}
