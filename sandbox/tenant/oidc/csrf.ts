import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Tenant } from '../tenant.ts'

/** @returns what the forms of one interaction must send back */
export function csrfToken({ store }: Tenant, uid: string): string {
  return createHmac('sha256', `csrf ${store.state.tokenKey}`).update(uid).digest('base64url')
}

export function isCsrfToken(tenant: Tenant, uid: string, given: string | null): boolean {
  const expected = Buffer.from(csrfToken(tenant, uid))
  const actual = Buffer.from(given ?? '')
  return actual.length === expected.length && timingSafeEqual(actual, expected)
}
