import type { Provider } from 'oidc-provider'
import type { Tenant } from '../tenant.ts'

/** The grant types that a client can be allowed, by their names on the wire. */
export const GRANT_TYPES: ReadonlySet<string> = new Set([
  'authorization_code',
  'implicit',
  'refresh_token',
  'urn:ietf:params:oauth:grant-type:device_code',
])

/** Adds the grants that oidc-provider does not have. */
export function registerGrants(tenant: Tenant, provider: Provider): void {
  if (provider.issuer !== `https://${tenant.domain}/`) throw new Error('another tenant')
}
