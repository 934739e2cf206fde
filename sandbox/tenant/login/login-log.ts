import type { KoaContextWithOIDC } from 'oidc-provider'
import { addLogEntry } from '../log.ts'
import type { Tenant } from '../tenant.ts'

export interface LoginEvent {
  /**
   * `s`, `f` login; `ssa`, `fsa` silent; `seacft`, `sertft`, `sepft`, `secte` exchange of a code, a refresh token,
   * a password, a token; `fe…` failed; `fp` wrong password; `slo` logout; `gd_auth_…` MFA
   */
  readonly type: string
  readonly transaction: {
    readonly clientId?: string
    readonly userId?: string
    readonly executions?: readonly string[]
  }
  readonly description?: string | undefined
}

/** Writes a login into the tenant's log. */
export function logLogin(
  tenant: Tenant,
  { type, transaction: { clientId, userId, executions = [] }, description }: LoginEvent,
): void {
  const user = tenant.store.state.users.find(({ user_id }) => user_id === userId)
  const details = {
    user_id: user?.user_id,
    user_name: user?.['email'],
    ...(executions.length === 0 ? {} : { details: { actions: { executions } } }),
  }
  addLogEntry(tenant, { type, description, clientId, details })
}

/** @returns who asks for tokens and for whom, as far as that has been found out */
export function partiesOf({ oidc }: KoaContextWithOIDC): LoginEvent['transaction'] {
  const { client, account } = oidc
  return {
    ...(client === undefined ? {} : { clientId: client.clientId }),
    ...(account === undefined ? {} : { userId: account.accountId }),
  }
}
