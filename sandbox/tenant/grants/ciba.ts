import type { DeviceQuestion } from '../login/oidc-state.ts'
import { answerOf } from '../mfa/out-of-band.ts'
import { notEmulated } from '../not-emulated.ts'
import { thumbprintOf } from '../login/proof-of-possession.ts'
import type { Tenant } from '../tenant.ts'
import { GrantError, forbidden, requireParameters, notImplemented } from './grant-error.ts'
import { assumeUser, type Grant } from './grant.ts'
import { runFlow } from './token-flow.ts'

/**
 * The tokens of a user who has been asked on their device (CIBA). The Actions run when the answer is fetched.
 *
 * @see https://auth0.com/docs/api/authentication/login/check-back-channel-login-status
 */
export const cibaGrant: Grant = {
  parameters: ['auth_req_id'],
  log: { success: 'ciba_exchange_succeeded', failure: 'ciba_exchange_failed' },
  handle: async (tenant, ctx) => {
    const { params, client } = ctx.oidc
    requireParameters(params, 'auth_req_id')
    if ((await thumbprintOf(ctx)) !== undefined) {
      // The documentation lists the grants that take one, and this is none of them.
      throw notImplemented(notEmulated('The header `DPoP` of this grant'))
    }
    const id = String(params.auth_req_id)
    const { deviceQuestions } = tenant.oidc
    const asked = deviceQuestions.get(id)
    if (asked?.transaction.clientId !== client.clientId) {
      throw forbidden('invalid_grant', 'Invalid or expired auth_req_id')
    }
    if (asked.expiresAtMs <= tenant.now()) throw denied()
    const { transaction } = asked
    assumeUser(tenant, ctx, transaction.userId)
    slowDown(tenant, asked, (seconds) => ctx.set('retry-after', String(seconds)))
    switch (answerOf(tenant, asked.question)) {
      case 'pending':
        throw forbidden('authorization_pending', 'The end-user authorization is pending')
      case 'rejected':
      case 'expired':
        deviceQuestions.delete(id)
        throw denied()
      case 'accepted':
        deviceQuestions.delete(id)
        return runFlow(tenant, ctx, { kind: 'ciba', transaction })
    }
  },
}

function denied(): GrantError {
  return forbidden(
    'access_denied',
    'The end-user denied the authorization request or it has been expired',
  )
}

/** Documented: whoever asks too often has to wait longer. By how much is assumed. */
function slowDown({ now }: Tenant, asked: DeviceQuestion, tell: (seconds: number) => void): void {
  const isEarly = now() < asked.nextPollMs
  if (isEarly) asked.intervalSeconds *= 2
  asked.nextPollMs = now() + asked.intervalSeconds * 1_000
  if (!isEarly) return
  const interval = asked.intervalSeconds
  tell(interval)
  throw new GrantError(429, {
    error: 'slow_down',
    error_description: `You are polling faster than allowed. Try again in ${interval} seconds.`,
    interval,
  })
}
