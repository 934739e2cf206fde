import { SandboxError } from '../sandbox-error.ts'
import type { TenantState } from '../state.ts'

/** What is printed on stdout when the tenant serves. */
export interface ReadyLine {
  readonly domain: string
  readonly issuer: string
  /** path, for NODE_EXTRA_CA_CERTS */
  readonly certificate: string
  /** of the management client */
  readonly clientId: string
  readonly clientSecret: string
}

/** @throws SandboxError where nobody could use the tenant */
export function readyLine(state: TenantState, certificate: string): ReadyLine {
  const client = state.clients.find(({ client_id }) => client_id === state.managementClientId)
  if (client === undefined) {
    throw new SandboxError(
      'the management client of this tenant has been deleted; start with another state',
    )
  }
  const { domain } = state
  const { client_id: clientId, client_secret: clientSecret } = client
  return { domain, issuer: `https://${domain}/`, certificate, clientId, clientSecret }
}
