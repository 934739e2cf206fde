// One-time passwords of an authenticator app: six digits, thirty seconds, SHA-1, as the apps assume.
import { findUser } from '../find-user.ts'
import { Secret, TOTP } from 'otpauth'
import type { Tenant } from '../tenant.ts'
import { otpLimit } from './code-limit.ts'
import type { Verdict } from '../failure-limit.ts'
import { addMethod, methodsOf, noteUse } from './methods.ts'

const PERIOD_MS = 30_000

/** Codes of the step before and after count too, for clocks that differ (RFC 6238, section 5.2). */
const WINDOW = 1

/** @returns a fresh secret in Base32 */
export function newOtpSecret(): string {
  return new Secret({ size: 20 }).base32
}

/** @returns the `otpauth:` address that an authenticator app scans */
export function otpUri({ store }: Tenant, userId: string, secret: string): string {
  const user = findUser(store.state, userId)
  const issuer = store.state.settings['friendly_name']
  return new TOTP({
    issuer: typeof issuer === 'string' ? issuer : 'Sandbox',
    label: String(user['email'] ?? user['username'] ?? user['name']),
    secret,
  }).toString()
}

/** `used` is no guess: whoever typed it had a right code, of which it or a newer one was accepted before. */
export type OtpVerdict = Verdict | 'used'

/**
 * Judges a code: whether it is right for one of the user's authenticator apps, now and for the first time.
 *
 * INVARIANT: a code that was accepted is never accepted again, nor is an older one (RFC 6238, section 5.2).
 */
export function acceptOtp(tenant: Tenant, userId: string, code: string): OtpVerdict {
  const limit = otpLimit(tenant)
  if (limit.isReached(userId)) return 'too-many'
  for (const method of methodsOf(tenant, userId, 'totp')) {
    const counter = counterOf(String(method['totp_secret']), code, tenant.now())
    const last = Number(method['last_counter'] ?? -1)
    if (counter === undefined) continue
    if (counter <= last) return 'used'
    noteUse(tenant, userId, { method, fields: { last_counter: counter } })
    return 'accepted'
  }
  limit.add(userId)
  return 'wrong'
}

/** Enrols an authenticator app that shows the right code for a secret. @returns whether it did */
export function enrolOtp(
  tenant: Tenant,
  userId: string,
  { secret, code }: { readonly secret: string; readonly code: string },
): boolean {
  const counter = counterOf(secret, code, tenant.now())
  if (counter === undefined) return false
  addMethod(tenant, userId, {
    type: 'totp',
    name: 'Authenticator app',
    totp_secret: secret,
    last_counter: counter,
  })
  return true
}

/** @returns the time step whose code it is; `undefined` for a wrong code or a secret that is none */
function counterOf(secret: string, code: string, nowMs: number): number | undefined {
  const token = code.replace(/\s/g, '')
  if (!/^\d{6}$/.test(token)) return undefined
  const key = readSecret(secret)
  if (key === undefined) return undefined
  const delta = TOTP.validate({ token, secret: key, timestamp: nowMs, window: WINDOW })
  return delta === null ? undefined : Math.floor(nowMs / PERIOD_MS) + delta
}

/** A secret that the Management API was given may be anything. */
function readSecret(secret: string): Secret | undefined {
  try {
    const key = Secret.fromBase32(secret)
    return key.bytes.length === 0 ? undefined : key
  } catch {
    return undefined
  }
}
