import type { Tenant } from '../tenant.ts'
import { longestSessionSeconds } from '../login/lifetimes.ts'
import { isForgotten } from './remembered-browser.ts'

const SWEEP_EVERY_MS = 60_000

/** A client that goes on asking is to hear that nobody has answered. */
const QUESTION_GRACE_MS = 3_600_000

/** Lets go of what has expired and of what hangs on it, once a minute at most, so that memory follows use. */
export function dropExpired(tenant: Tenant): void {
  const { oidc } = tenant
  const now = tenant.now()
  if (now < oidc.nextSweepMs) return
  oidc.nextSweepMs = now + SWEEP_EVERY_MS
  dropWhere(oidc.records, (_key, { expiresAtMs }) => expiresAtMs <= now)
  dropWhere(oidc.outcomes, (grantId) => !oidc.records.has(`Grant:${grantId}`))
  dropWhere(oidc.deviceQuestions, (_id, { expiresAtMs }) => expiresAtMs + QUESTION_GRACE_MS <= now)
  const longestSessionMs = longestSessionSeconds(tenant) * 1_000
  dropWhere(oidc.sessions, (_uid, { createdAtMs }) => now - createdAtMs > longestSessionMs)
  dropWhere(oidc.transactions, (_id, { sessionUid = '' }) => !oidc.sessions.has(sessionUid))
  dropWhere(oidc.rememberedBrowsers, (_cookie, browser) => isForgotten(browser, now))
}

function dropWhere<V>(map: Map<string, V>, isDropped: (key: string, value: V) => boolean): void {
  for (const [key, value] of map) {
    if (isDropped(key, value)) map.delete(key)
  }
}
