// The Guardian app on a phone of the user: it is asked by push notifications, and shows one-time passwords too.
import { findUser } from '../find-user.ts'
import { randomUUID } from 'node:crypto'
import { enrolments } from '../login/factors.ts'
import type { Tenant } from '../tenant.ts'
import type { Message } from './message.ts'
import { addMethod } from './methods.ts'
import { newOtpSecret, otpUri } from './otp.ts'
import { askDevice } from './out-of-band.ts'

/** A device that is being enrolled. */
export interface NewDevice {
  readonly secret: string
  /** what its owner is asked, and has to approve */
  readonly message: Message | undefined
}

/** Also of one that a seed does not name. */
export const DEVICE_NAME = 'Guardian on the sandbox phone'

/** Offers a device to the inbox, in place of the QR code that an app would scan. */
export function offerDevice(tenant: Tenant, userId: string): NewDevice {
  const message = askDevice(tenant, { userId, to: DEVICE_NAME }, 'Add this account to Guardian?')
  return { secret: newOtpSecret(), message }
}

/** @returns what the app scans */
export function deviceUri(tenant: Tenant, userId: string, { secret, message }: NewDevice): string {
  return `${otpUri(tenant, userId, secret)}&enrollment_tx_id=${message?.id ?? ''}`
}

/**
 * Enrols a device whose owner has approved it.
 *
 * Documented: whoever enrols for push notifications is enrolled for one-time passwords as well, and both go together.
 *
 * @see https://auth0.com/docs/secure/multi-factor-authentication/manage-mfa-auth0-apis/manage-authenticator-factors-mfa-api
 */
export function enrolDevice(tenant: Tenant, userId: string, secret: string): void {
  const device = randomUUID()
  addMethod(tenant, userId, { type: 'push', name: DEVICE_NAME, device })
  const user = findUser(tenant.store.state, userId)
  if (enrolments(tenant, user).some(({ factor }) => factor === 'otp')) return
  addMethod(tenant, userId, { type: 'totp', name: DEVICE_NAME, totp_secret: secret, device })
}
