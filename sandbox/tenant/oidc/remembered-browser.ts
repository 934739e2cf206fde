import { randomBytes } from 'node:crypto'
import type { Tenant } from '../tenant.ts'

export const REMEMBER_COOKIE = 'auth0-mf'

/** Documented: forgotten after seven days without use, and after thirty days at the latest. */
const REMEMBERED_MS = 7 * 24 * 60 * 60 * 1_000

interface Browser {
  readonly cookie: string | undefined
  readonly userId: string
}

/** Whether this browser has been remembered for this user. */
export function isRememberedBrowser(tenant: Tenant, { cookie, userId }: Browser): boolean {
  const remembered = tenant.oidc.rememberedBrowsers.get(cookie ?? '')
  return remembered?.userId === userId && remembered.expiresAtMs > tenant.now()
}

/** Remembers a browser. @returns its cookie, as a `Set-Cookie` header */
export function rememberCookie(tenant: Tenant, userId: string): string {
  const cookie = randomBytes(24).toString('base64url')
  tenant.oidc.rememberedBrowsers.set(cookie, { userId, expiresAtMs: tenant.now() + REMEMBERED_MS })
  return `${REMEMBER_COOKIE}=${cookie}; Max-Age=${REMEMBERED_MS / 1_000}; Path=/; HttpOnly; Secure; SameSite=None`
}
