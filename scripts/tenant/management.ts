import type { ManagementClient as WholeClient } from 'auth0'
import type { PARTS } from './management-parts.ts'

/** The Management API of a tenant, as far as it is used here. */
export type ManagementClient = Pick<WholeClient, keyof typeof PARTS>

/** Makes a client for the Management API of a tenant. */
export async function managementClient(
  domain: string,
  token: string,
  send: typeof fetch,
): Promise<ManagementClient> {
  const { PARTS: parts } = await import('./management-parts.ts')
  const options = { baseUrl: `https://${domain}/api/v2`, token, fetch: send }
  const clients = Object.entries(parts).map(([name, Part]) => [name, new Part(options)])
  return Object.fromEntries(clients) as ManagementClient
}
