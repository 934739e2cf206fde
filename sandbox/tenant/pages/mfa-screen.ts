import type { PendingMfa } from '../action-runtime/messages.ts'
import { offerDevice, type NewDevice } from '../mfa/device.ts'
import { phoneChannels, type PhoneChannel } from '../mfa/factor-options.ts'
import type { Message } from '../mfa/message.ts'
import { newOtpSecret } from '../mfa/otp.ts'
import { addresseesOf, askDevice, isOutOfBand, sendCode } from '../mfa/out-of-band.ts'
import type { MfaTask } from '../mfa/task.ts'
import {
  authenticationOptions,
  isWebAuthn,
  registrationOptions,
  type WebAuthnFactor,
} from '../mfa/webauthn.ts'
import type { ChallengeableFactor } from '../login/factors.ts'
import type { Transaction } from '../login/transaction.ts'
import type { Tenant } from '../tenant.ts'

/** What the user sees of a challenge or an enrolment, with what must not be in the form. */
export type Screen =
  | { readonly name: 'pick' }
  | { readonly name: 'challenge-otp' }
  | { readonly name: 'challenge-recovery-code' }
  | SentScreen
  | { readonly name: 'challenge-push-notification'; readonly message: Message | undefined }
  | { readonly name: 'enrol-otp'; readonly secret: string }
  | { readonly name: 'enrol-phone' }
  | { readonly name: 'enrol-push-notification'; readonly device: NewDevice }
  | {
      readonly name: 'challenge-webauthn' | 'enrol-webauthn'
      readonly factor: WebAuthnFactor
      readonly options: { readonly challenge: string }
    }
  | {
      readonly name: 'save-recovery-code'
      readonly code: string
      /** the factor with which the step is passed once the code is saved */
      readonly passed: ChallengeableFactor
      readonly rememberBrowser: boolean
      /** what the user has done already */
      readonly task: PossibleTask
    }

/** A code has been sent to an address or a number; without a message there were too many. */
export interface SentScreen {
  readonly name: 'challenge-phone' | 'challenge-email' | 'confirm-phone'
  readonly to: string
  readonly message: Message | undefined
}

export type PossibleTask = Exclude<MfaTask, { kind: 'impossible' }>

/** The screen of each transaction; one of an older step counts as none. */
const screens = new WeakMap<Transaction, { readonly step: string; readonly screen: Screen }>()

export function screenOf(transaction: Transaction): Screen | undefined {
  const known = screens.get(transaction)
  return known?.step === transaction.pending?.id ? known?.screen : undefined
}

/** @param step identity of the pending step for which the screen was made */
export function keepScreen(transaction: Transaction, step: string, screen: Screen): void {
  screens.set(transaction, { step, screen })
}

/** A challenge of WebAuthn is good for one answer. */
export function dropScreen(transaction: Transaction): void {
  screens.delete(transaction)
}

/** Whether a screen is still of use: what the user has enrolled may have changed since it was shown. */
export function isOfTask(screen: Screen, { kind, factors }: PossibleTask): boolean {
  switch (screen.name) {
    case 'pick':
    case 'save-recovery-code':
      return true
    case 'challenge-otp':
      return kind === 'challenge' && factors.includes('otp')
    case 'challenge-recovery-code':
      return kind === 'challenge' && factors.includes('recovery-code')
    case 'challenge-phone':
      return kind === 'challenge' && factors.includes('phone')
    case 'challenge-email':
      return kind === 'challenge' && factors.includes('email')
    case 'challenge-push-notification':
      return kind === 'challenge' && factors.includes('push-notification')
    case 'challenge-webauthn':
      return kind === 'challenge' && factors.includes(screen.factor)
    case 'enrol-otp':
      return kind === 'enrol' && factors.includes('otp')
    case 'enrol-phone':
    case 'confirm-phone':
      return kind === 'enrol' && factors.includes('phone')
    case 'enrol-push-notification':
      return kind === 'enrol' && factors.includes('push-notification')
    case 'enrol-webauthn':
      return kind === 'enrol' && factors.includes(screen.factor)
  }
}

/** @returns the screen with which a task begins: a choice of what to enrol, or the default factor */
export function firstScreen(
  tenant: Tenant,
  transaction: Transaction,
  task: PossibleTask,
): Promise<Screen> {
  const [factor, ...others] = task.factors
  return task.kind === 'enrol' && others.length > 0
    ? Promise.resolve({ name: 'pick' })
    : factorScreen(tenant, transaction, { kind: task.kind, factor })
}

export interface FactorChoice {
  readonly kind: PossibleTask['kind']
  readonly factor: ChallengeableFactor
  /** how a code is to come to a phone; the default if left out */
  readonly channel?: PhoneChannel | undefined
}

/** @returns the screen that challenges or enrols one factor; what it needs is sent */
export function factorScreen(
  tenant: Tenant,
  transaction: Transaction,
  choice: FactorChoice,
): Promise<Screen> {
  return choice.kind === 'enrol'
    ? enrolmentScreen(tenant, transaction, choice.factor)
    : challengeScreen(tenant, transaction, choice)
}

async function enrolmentScreen(
  tenant: Tenant,
  { userId }: Transaction,
  factor: ChallengeableFactor,
): Promise<Screen> {
  if (factor === 'phone') return { name: 'enrol-phone' }
  if (factor === 'push-notification') {
    return { name: 'enrol-push-notification', device: offerDevice(tenant, userId) }
  }
  if (!isWebAuthn(factor)) return { name: 'enrol-otp', secret: newOtpSecret() }
  const options = await registrationOptions(tenant, userId, factor)
  return { name: 'enrol-webauthn', factor, options }
}

async function challengeScreen(
  tenant: Tenant,
  { userId, pending }: Transaction,
  { factor, channel }: FactorChoice,
): Promise<Screen> {
  if (isOutOfBand(factor)) {
    const [addressee] = addresseesOf(tenant, userId, factor)
    const to = addressee?.to ?? ''
    switch (factor) {
      case 'push-notification':
        return {
          name: 'challenge-push-notification',
          message: askDevice(tenant, { userId, to }, 'Are you logging in?'),
        }
      case 'phone': {
        const recipient = { userId, to, channel: channelOf(tenant, pending?.mfa, channel) }
        return { name: 'challenge-phone', to, message: sendCode(tenant, recipient) }
      }
      case 'email': {
        const message = sendCode(tenant, { userId, to, channel: 'email' })
        return { name: 'challenge-email', to, message }
      }
    }
  }
  if (!isWebAuthn(factor)) {
    return { name: factor === 'otp' ? 'challenge-otp' : 'challenge-recovery-code' }
  }
  const options = await authenticationOptions(tenant, userId, factor)
  return { name: 'challenge-webauthn', factor, options }
}

/** @returns the way that was asked for, if it is there; otherwise the default */
export function channelOf(
  tenant: Tenant,
  mfa: PendingMfa | undefined,
  wanted: string | null | undefined,
): PhoneChannel {
  const channels = mfa === undefined ? [] : phoneChannels(tenant, mfa)
  return channels.find((channel) => channel === wanted) ?? channels[0] ?? 'sms'
}
