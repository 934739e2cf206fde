import { randomBytes } from 'node:crypto'
import type { Tenant } from '../tenant.ts'
import type { RememberedBrowser } from '../login/oidc-state.ts'

export const REMEMBER_COOKIE = 'auth0-mf'

/** Observed: forgotten after seven days without use, and after thirty days at the latest (knowledge base). */
const IDLE_MS = 7 * 24 * 60 * 60 * 1_000
const LONGEST_MS = 30 * 24 * 60 * 60 * 1_000

interface Browser {
  readonly cookie: string | undefined
  readonly userId: string
}

/** Whether this browser has been remembered for this user. To ask is to use it. */
export function isRememberedBrowser(tenant: Tenant, { cookie, userId }: Browser): boolean {
  const now = tenant.now()
  const remembered = tenant.oidc.rememberedBrowsers.get(cookie ?? '')
  if (remembered?.userId !== userId) return false
  if (isForgotten(remembered, now)) return false
  remembered.usedMs = now
  return true
}

/** Whether a browser counts no more, at a time in milliseconds since the epoch. */
export function isForgotten({ usedMs, sinceMs }: RememberedBrowser, nowMs: number): boolean {
  return nowMs - usedMs > IDLE_MS || nowMs - sinceMs > LONGEST_MS
}

/** Remembers a browser. @returns its cookie, as a `Set-Cookie` header */
export function rememberCookie(tenant: Tenant, userId: string): string {
  const cookie = randomBytes(24).toString('base64url')
  const now = tenant.now()
  tenant.oidc.rememberedBrowsers.set(cookie, { userId, sinceMs: now, usedMs: now })
  return `${REMEMBER_COOKIE}=${cookie}; Max-Age=${LONGEST_MS / 1_000}; Path=/; HttpOnly; Secure; SameSite=None`
}
