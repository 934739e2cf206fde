import type { LifeChanges, TriggerResult } from '../action-runtime/messages.ts'
import type { Tenant } from '../tenant.ts'
import type { Life, Transaction } from './transaction.ts'

/** Keeps what Actions have asked for of the session and of the refresh token, also of a login that is denied. */
export function keepLifeChanges(
  tenant: Tenant,
  transaction: Transaction,
  { session: ofSession, refreshToken, recordedMethods }: TriggerResult,
): void {
  change(transaction.refreshTokenLife, refreshToken)
  if (refreshToken.revocation !== undefined) transaction.refreshTokenLife.expiresAtMs = 0
  const { sessionUid = '' } = transaction
  const session = tenant.oidc.sessions.get(sessionUid)
  if (session === undefined) return
  change(session.life, ofSession)
  if (ofSession.cookieMode !== undefined)
    session.isPersistent = ofSession.cookieMode === 'persistent'
  const timestamp = new Date(tenant.now()).toISOString()
  session.methods = [
    ...session.methods.filter(({ name }) => !recordedMethods.includes(name)),
    ...recordedMethods.map((name) => ({ name, timestamp })),
  ]
  if (ofSession.revocation !== undefined) {
    session.life.expiresAtMs = 0
    if (!ofSession.revocation.preserveRefreshTokens) endRefreshTokens(tenant, sessionUid)
  }
}

/** Documented: a time can be made earlier, not later. */
function change(life: Life, { expiresAtMs, idleExpiresAtMs, metadata }: LifeChanges): void {
  if (expiresAtMs !== undefined) {
    life.expiresAtMs = Math.min(life.expiresAtMs ?? Infinity, expiresAtMs)
  }
  if (idleExpiresAtMs !== undefined) life.idleExpiresAtMs = idleExpiresAtMs
  if (metadata !== undefined) life.metadata = metadata
}

/** Ends the refresh tokens of a session. */
export function endRefreshTokens({ oidc }: Tenant, sessionUid: string): void {
  for (const { transaction } of oidc.outcomes.values()) {
    if (transaction.sessionUid === sessionUid) transaction.refreshTokenLife.expiresAtMs = 0
  }
}
