import { notEmulated } from '../not-emulated.ts'
import type { ClientGrant } from '../state.ts'
import type { Tenant } from '../tenant.ts'
import { forbidden, notImplemented } from './grant-error.ts'

export interface ClientAccess {
  readonly clientId: string
  readonly audience: string
}

/** @returns what a client may do on an API for itself @throws GrantError 403 */
export function clientGrantOf(
  { store }: Tenant,
  { clientId, audience }: ClientAccess,
): ClientGrant {
  const grant = store.state.clientGrants.find(
    (one) =>
      one.client_id === clientId &&
      one.audience === audience &&
      (one['subject_type'] ?? 'client') === 'client',
  )
  if (grant === undefined) {
    throw forbidden(
      'access_denied',
      `Client is not authorized to access "${audience}". You need to create a "client-grant" associated to this API. See: https://auth0.com/docs/api/v2#!/Client_Grants/post_client_grants`,
    )
  }
  if (grant['organization_usage'] === 'require') {
    throw notImplemented(notEmulated('The setting `organization_usage` of this client grant'))
  }
  return grant
}
