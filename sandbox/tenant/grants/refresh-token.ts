import type { KoaContextWithOIDC } from 'oidc-provider'
import type { Tenant } from '../tenant.ts'

/** Runs before a refresh token is used. @returns whether the token is to be replaced */
export function refreshGranted(tenant: Tenant, ctx: KoaContextWithOIDC): Promise<boolean> {
  return Promise.resolve(tenant.domain !== '' && ctx.oidc.client !== undefined)
}
