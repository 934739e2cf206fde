import { acceptOtp, enrolOtp } from '../mfa/otp.ts'
import { firstRecoveryCode, spendRecoveryCode } from '../mfa/recovery-code.ts'
import { acceptWebAuthn, enrolWebAuthn } from '../mfa/webauthn.ts'
import type { ChallengeableFactor } from '../oidc/factors.ts'
import { logLogin } from '../oidc/login-log.ts'
import type { Transaction } from '../oidc/transaction.ts'
import type { Tenant } from '../tenant.ts'
import { dropScreen, factorScreen, type PossibleTask, type Screen } from './mfa-screen.ts'

export interface Answer {
  readonly tenant: Tenant
  readonly transaction: Transaction
  readonly form: URLSearchParams
  readonly screen: Exclude<Screen, { name: 'pick' }>
  readonly task: PossibleTask
}

/** What comes of an answer. */
export type Answered =
  | {
      readonly kind: 'passed'
      readonly factor: ChallengeableFactor
      readonly rememberBrowser: boolean
    }
  /** the user has more to do */
  | { readonly kind: 'screen'; readonly screen: Screen }
  /** no attempt to guess: the same screen again */
  | { readonly kind: 'mistake'; readonly screen: Screen; readonly error: string }
  | { readonly kind: 'wrong'; readonly factor: ChallengeableFactor; readonly error: string }
  | { readonly kind: 'too-many'; readonly factor: ChallengeableFactor }

type WebAuthnScreen = Extract<Screen, { factor: unknown }>

const INVALID_CODE = 'The code you entered is invalid'
const USED_CODE = 'This code was used already. Wait for the next one.'
const WEBAUTHN_FAILED = 'Your device could not be verified. Try again.'

/** Judges what the user has answered to a screen, and logs it. */
export function judge(answer: Answer): Answered | Promise<Answered> {
  const { screen } = answer
  switch (screen.name) {
    case 'challenge-otp':
      return judgeOtp(answer, screen)
    case 'challenge-recovery-code':
      return judgeRecoveryCode(answer)
    case 'challenge-webauthn':
      return judgeWebAuthn(answer, screen)
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

function judgeOtp(answer: Answer, screen: Screen): Answered {
  const verdict = acceptOtp(answer.tenant, answer.transaction.userId, codeOf(answer))
  if (verdict === 'too-many') return { kind: 'too-many', factor: 'otp' }
  if (verdict === 'wrong') {
    log(answer, 'gd_auth_failed')
    return { kind: 'wrong', factor: 'otp', error: INVALID_CODE }
  }
  if (verdict === 'used') {
    log(answer, 'gd_auth_failed')
    return { kind: 'mistake', screen, error: USED_CODE }
  }
  log(answer, 'gd_auth_succeed')
  return { kind: 'passed', factor: 'otp', rememberBrowser: wantsToBeRemembered(answer) }
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

function enrolled(answer: Answer, factor: ChallengeableFactor): Answered {
  const { tenant, transaction } = answer
  log(answer, 'gd_enrollment_complete')
  const code = firstRecoveryCode(tenant, transaction.userId)
  if (code === undefined) return { kind: 'passed', factor, rememberBrowser: false }
  return saveCode({ code, passed: factor, rememberBrowser: false, task: answer.task })
}

function saveCode(
  content: Omit<Extract<Screen, { name: 'save-recovery-code' }>, 'name'>,
): Answered {
  return { kind: 'screen', screen: { name: 'save-recovery-code', ...content } }
}

/** Only a task that allows it is asked. */
function wantsToBeRemembered({ task, form }: Answer): boolean {
  return task.kind === 'challenge' && task.canRemember && form.has('remember')
}

function codeOf({ form }: Answer): string {
  return form.get('code') ?? ''
}

function log({ tenant, transaction }: Answer, type: string): void {
  logLogin(tenant, { type, transaction })
}
