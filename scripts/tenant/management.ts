import { createRequire } from 'node:module'
import type { ManagementClient as WholeClient } from 'auth0'

const load = createRequire(import.meta.url)

/** As much of the SDK as is used here, each part loaded when it is: to load the whole takes half a second. */
const PARTS = {
  actions: () => (load('auth0/actions') as typeof import('auth0/actions')).ActionsClient,
  clientGrants: () =>
    (load('auth0/clientGrants') as typeof import('auth0/clientGrants')).ClientGrantsClient,
  clients: () => (load('auth0/clients') as typeof import('auth0/clients')).ClientsClient,
  guardian: () => (load('auth0/guardian') as typeof import('auth0/guardian')).GuardianClient,
  logs: () => (load('auth0/logs') as typeof import('auth0/logs')).LogsClient,
  organizations: () =>
    (load('auth0/organizations') as typeof import('auth0/organizations')).OrganizationsClient,
  prompts: () => (load('auth0/prompts') as typeof import('auth0/prompts')).PromptsClient,
  resourceServers: () =>
    (load('auth0/resourceServers') as typeof import('auth0/resourceServers')).ResourceServersClient,
  tenants: () => (load('auth0/tenants') as typeof import('auth0/tenants')).TenantsClient,
  users: () => (load('auth0/users') as typeof import('auth0/users')).UsersClient,
}

/** The Management API of a tenant, as far as it is used here. */
export type ManagementClient = Pick<WholeClient, keyof typeof PARTS>

/** Makes a client for the Management API of a tenant. */
export function managementClient(
  domain: string,
  token: string,
  send: typeof fetch,
): ManagementClient {
  const options = { baseUrl: `https://${domain}/api/v2`, token, fetch: send }
  const management = {}
  for (const [name, part] of Object.entries(PARTS)) {
    let client: object | undefined
    Object.defineProperty(management, name, { get: () => (client ??= new (part())(options)) })
  }
  return management as ManagementClient
}
