// Challenges that reach the user by another way than the page: by email, by phone, by the app on a device.
import { findUser } from '../find-user.ts'
import { randomBytes, randomInt } from 'node:crypto'
import type { Verdict } from '../failure-limit.ts'
import { enrolments, type ChallengeableFactor, type Enrolment } from '../login/factors.ts'
import { logLogin } from '../login/login-log.ts'
import type { Tenant } from '../tenant.ts'
import { codeLimit, messageLimit, pushLimit } from './code-limit.ts'
import type { Channel, Message } from './message.ts'

const OUT_OF_BAND = ['phone', 'email', 'push-notification'] as const
export type OutOfBandFactor = (typeof OUT_OF_BAND)[number]

export function isOutOfBand(factor: ChallengeableFactor): factor is OutOfBandFactor {
  return OUT_OF_BAND.some((one) => one === factor)
}

/** Documented for the enrolment of a device; that codes live as long is assumed. */
const LIFETIME_MS = 300_000

/** The newest messages that the inbox keeps. */
const MAX_MESSAGES = 200

export interface Recipient {
  readonly userId: string
  readonly channel: Channel
  /** address, number or device */
  readonly to: string
}

/**
 * Sends a code to an address or a number.
 *
 * @returns `undefined` for a user who has been sent too many
 * @see https://auth0.com/docs/troubleshoot/customer-support/operational-policies/rate-limit-policy
 */
export function sendCode(tenant: Tenant, recipient: Recipient): Message | undefined {
  const code = String(randomInt(1_000_000)).padStart(6, '0')
  return send(tenant, recipient, { code, text: `${code} is your verification code.` })
}

/** Asks the owner of a device something. @returns `undefined` for a user who has been asked too often */
export function askDevice(
  tenant: Tenant,
  { userId, to }: Omit<Recipient, 'channel'>,
  text: string,
): Message | undefined {
  return send(tenant, { userId, channel: 'push', to }, { text, answer: 'none' })
}

const LOG_TYPES = {
  sms: 'gd_send_sms',
  voice: 'gd_send_voice',
  email: 'gd_send_email',
  push: 'gd_send_pn',
} as const satisfies Record<Channel, string>

function send(
  tenant: Tenant,
  recipient: Recipient,
  content: Pick<Message, 'text' | 'code' | 'answer'>,
): Message | undefined {
  const { channel, userId } = recipient
  const limit = (channel === 'push' ? pushLimit : messageLimit)(tenant)
  if (limit.isReached(userId)) return undefined
  limit.add(userId)
  const sentAtMs = tenant.now()
  const message: Message = {
    id: randomBytes(24).toString('base64url'),
    ...recipient,
    ...content,
    sentAtMs,
    expiresAtMs: sentAtMs + LIFETIME_MS,
    isSpent: false,
  }
  const { oidc } = tenant
  oidc.inbox = [...oidc.inbox.slice(-(MAX_MESSAGES - 1)), message]
  logLogin(tenant, { type: LOG_TYPES[channel], transaction: { userId } })
  tenant.report?.(`${channel} to ${recipient.to}: see https://${tenant.domain}/sandbox/inbox`)
  return message
}

/**
 * Judges the code of a message, which is good once.
 *
 * @param message the one that the challenge has sent; its code alone will do
 */
export function acceptCode(tenant: Tenant, message: Message, code: string): Verdict {
  const limit = codeLimit(tenant)
  if (limit.isReached(message.userId)) return 'too-many'
  const isRight = code.replace(/\s/g, '') === message.code && isOpen(tenant, message)
  if (!isRight) {
    limit.add(message.userId)
    return 'wrong'
  }
  message.isSpent = true
  return 'accepted'
}

export type DeviceVerdict = 'accepted' | 'rejected' | 'pending' | 'expired'

/** @returns what the owner of a device has answered; an approval is good once */
export function answerOf(tenant: Tenant, message: Message): DeviceVerdict {
  if (message.answer === 'rejected') return 'rejected'
  if (!isOpen(tenant, message)) return 'expired'
  if (message.answer !== 'approved') return 'pending'
  message.isSpent = true
  return 'accepted'
}

/** Answers a question for the owner of a device. @returns whether there was such a question to answer */
export function answerDevice(tenant: Tenant, id: string, answer: 'approved' | 'rejected'): boolean {
  const message = tenant.oidc.inbox.find((one) => one.id === id)
  if (message?.answer !== 'none' || !isOpen(tenant, message)) return false
  message.answer = answer
  return true
}

function isOpen({ now }: Tenant, { isSpent, expiresAtMs }: Message): boolean {
  return !isSpent && now() < expiresAtMs
}

/** @returns a user's enrolments of a factor that the messages of a challenge go to: the oldest is the default */
export function addresseesOf(
  tenant: Tenant,
  userId: string,
  factor: OutOfBandFactor,
): readonly (Enrolment & { readonly to: string })[] {
  const user = findUser(tenant.store.state, userId)
  return enrolments(tenant, user)
    .filter((one) => one.factor === factor)
    .map((one) => ({ ...one, to: addressOf(one) }))
}

/** @returns the number, the address or the device that an enrolment is for */
export function addressOf({ factor, method }: Enrolment): string {
  const address = method[{ phone: 'phone_number', email: 'email' }[factor] ?? 'name']
  return typeof address === 'string' ? address : ''
}

/** @returns an address or a number as a page shows it to whoever knows a password */
export function masked(to: string): string {
  const [name = '', host] = to.split('@')
  if (host !== undefined)
    return `${name.slice(0, 2)}${'*'.repeat(4)}@${host.slice(0, 1)}${'*'.repeat(4)}`
  return /^\+?[\d\s]+$/.test(to) ? `XXXXXXXX${to.slice(-4)}` : to
}
