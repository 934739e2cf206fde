// What users answer to factors that reach them by another way than the page.
import { enrolDevice } from '../mfa/device.ts'
import { hasOtpFallback } from '../mfa/factor-options.ts'
import type { Message } from '../mfa/message.ts'
import { addMethod } from '../mfa/methods.ts'
import { acceptCode, answerOf, sendCode } from '../mfa/out-of-band.ts'
import { channelOf, factorScreen, type Screen, type SentScreen } from './mfa-screen.ts'
import { judgeOtp } from './otp-answer.ts'
import {
  INVALID_CODE,
  codeOf,
  enrolled,
  log,
  wantsToBeRemembered,
  type Answer,
  type Answered,
} from './answer.ts'

type ScreenOf<N> = Extract<Screen, { name: N }>

/** Judges the code of a message, or sends another. */
export async function judgeSentCode(answer: Answer, screen: SentScreen): Promise<Answered> {
  const { tenant, transaction, form } = answer
  const { userId } = transaction
  const factor = screen.name === 'challenge-email' ? 'email' : 'phone'
  if (form.has('resend')) return { kind: 'screen', screen: await sentAgain(answer, screen) }
  const { message } = screen
  if (message === undefined) return { kind: 'screen', screen }
  const verdict = acceptCode(tenant, message, codeOf(answer))
  if (verdict === 'too-many') return { kind: 'too-many', factor }
  if (verdict === 'wrong') {
    log(answer, 'gd_auth_failed')
    return { kind: 'wrong', factor, error: INVALID_CODE, screen }
  }
  if (screen.name === 'confirm-phone') {
    addMethod(tenant, userId, {
      type: 'phone',
      phone_number: screen.to,
      preferred_authentication_method: message.channel,
    })
    return enrolled(answer, 'phone')
  }
  log(answer, 'gd_auth_succeed')
  return { kind: 'passed', factor, rememberBrowser: wantsToBeRemembered(answer) }
}

function sentAgain(answer: Answer, { name, to }: SentScreen): Promise<Screen> | Screen {
  const { tenant, transaction, form } = answer
  const channel = channelOf(tenant, transaction.pending?.mfa, form.get('resend'))
  if (name === 'confirm-phone') return confirmScreen(answer, to, channel)
  const factor = name === 'challenge-email' ? 'email' : 'phone'
  return factorScreen(tenant, transaction, { kind: 'challenge', factor, channel })
}

function confirmScreen(
  { tenant, transaction: { userId } }: Answer,
  to: string,
  channel: 'sms' | 'voice',
): SentScreen {
  return { name: 'confirm-phone', to, message: sendCode(tenant, { userId, to, channel }) }
}

/** E.164, with the spaces and dashes that people write. */
const NUMBER = /^\+[1-9]\d{6,14}$/

/** Takes the number of a new phone, and sends it a code. */
export function judgePhone(answer: Answer, screen: ScreenOf<'enrol-phone'>): Answered {
  const { tenant, transaction, form } = answer
  const to = (form.get('phone') ?? '').replaceAll(/[\s()-]/g, '')
  if (!NUMBER.test(to)) {
    return { kind: 'mistake', screen, error: 'Enter a number with its country code' }
  }
  const channel = channelOf(tenant, transaction.pending?.mfa, form.get('channel'))
  return { kind: 'screen', screen: confirmScreen(answer, to, channel) }
}

const REFUSALS: Readonly<Record<'rejected' | 'expired', string>> = {
  rejected: 'The request was rejected on the device',
  expired: 'The request has expired',
}

/** Looks whether the user has approved on the device, or has typed its code instead. */
export async function judgePush(
  answer: Answer,
  screen: ScreenOf<'challenge-push-notification'>,
): Promise<Answered> {
  const { tenant, transaction, form } = answer
  const factor = 'push-notification'
  if (form.has('resend')) {
    const again = await factorScreen(tenant, transaction, { kind: 'challenge', factor })
    return { kind: 'screen', screen: again }
  }
  const { pending } = transaction
  if (form.has('manual') && pending !== undefined && hasOtpFallback(pending.mfa)) {
    return judgeOtp(answer, factor)
  }
  const refusal = refusalOf(answer, screen, screen.message)
  if (refusal !== undefined) return refusal
  log(answer, 'gd_auth_succeed')
  return { kind: 'passed', factor, rememberBrowser: wantsToBeRemembered(answer) }
}

/** Enrols a device as soon as its owner has approved. */
export async function judgeDevice(
  answer: Answer,
  screen: ScreenOf<'enrol-push-notification'>,
): Promise<Answered> {
  const { tenant, transaction, form } = answer
  const factor = 'push-notification'
  if (form.has('resend')) {
    const again = await factorScreen(tenant, transaction, { kind: 'enrol', factor })
    return { kind: 'screen', screen: again }
  }
  const refusal = refusalOf(answer, screen, screen.device.message)
  if (refusal !== undefined) return refusal
  enrolDevice(tenant, transaction.userId, screen.device.secret)
  return enrolled(answer, factor)
}

/** @returns what the user sees who has not approved; `undefined` for one who has */
function refusalOf(
  answer: Answer,
  screen: Screen,
  message: Message | undefined,
): Answered | undefined {
  // Nobody has been asked, and the page says so.
  if (message === undefined) return { kind: 'screen', screen }
  const verdict = answerOf(answer.tenant, message)
  switch (verdict) {
    case 'accepted':
      return undefined
    case 'pending':
      return { kind: 'screen', screen }
    case 'rejected':
      log(answer, 'gd_auth_rejected')
      return { kind: 'mistake', screen, error: REFUSALS[verdict] }
    case 'expired':
      return { kind: 'mistake', screen, error: REFUSALS[verdict] }
  }
}
