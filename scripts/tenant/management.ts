import type { ManagementClient as WholeClient } from 'auth0'
import { ActionsClient } from 'auth0/actions'
import { ClientGrantsClient } from 'auth0/clientGrants'
import { ClientsClient } from 'auth0/clients'
import { GuardianClient } from 'auth0/guardian'
import { LogsClient } from 'auth0/logs'
import { OrganizationsClient } from 'auth0/organizations'
import { PromptsClient } from 'auth0/prompts'
import { ResourceServersClient } from 'auth0/resourceServers'
import { TenantsClient } from 'auth0/tenants'
import { UsersClient } from 'auth0/users'

/** As much of the SDK as is used here: to load the whole takes half a second. */
const PARTS = {
  actions: ActionsClient,
  clientGrants: ClientGrantsClient,
  clients: ClientsClient,
  guardian: GuardianClient,
  logs: LogsClient,
  organizations: OrganizationsClient,
  prompts: PromptsClient,
  resourceServers: ResourceServersClient,
  tenants: TenantsClient,
  users: UsersClient,
}

/** The Management API of a tenant, as far as it is loaded. */
export type ManagementClient = Pick<WholeClient, keyof typeof PARTS>

/** Makes a client for the Management API of a tenant. */
export function managementClient(
  domain: string,
  token: string,
  send: typeof fetch,
): ManagementClient {
  const options = { baseUrl: `https://${domain}/api/v2`, token, fetch: send }
  const parts = Object.entries(PARTS).map(([name, Part]) => [name, new Part(options)] as const)
  const management: unknown = Object.fromEntries(parts)
  return management as ManagementClient
}
