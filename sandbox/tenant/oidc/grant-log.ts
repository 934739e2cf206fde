import type { KoaContextWithOIDC, Provider } from 'oidc-provider'
import type { Tenant } from '../tenant.ts'
import { logLogin, partiesOf } from '../login/login-log.ts'

/** Log types of an exchange that went well, and of one that failed. */
const TYPES: ReadonlyMap<string, readonly [success: string, failure: string]> = new Map([
  ['authorization_code', ['seacft', 'feacft']],
  ['urn:ietf:params:oauth:grant-type:device_code', ['sede', 'fede']],
])

/** Writes the exchanges that oidc-provider itself makes into the tenant's log. */
export function logGrants(tenant: Tenant, provider: Provider): void {
  provider.on('grant.success', (ctx) => {
    const type = typesOf(ctx)?.[0]
    if (type !== undefined) logLogin(tenant, { type, transaction: partiesOf(ctx) })
  })
  provider.on('grant.error', (ctx, { error, error_description: text }) => {
    const type = typesOf(ctx)?.[1]
    if (type === undefined || error === 'authorization_pending') return
    logLogin(tenant, { type, transaction: partiesOf(ctx), description: text ?? error })
  })
}

function typesOf({ oidc }: KoaContextWithOIDC): readonly [string, string] | undefined {
  return TYPES.get(String(oidc.params?.['grant_type']))
}
