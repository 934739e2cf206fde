// The parts of the SDK that are used here, in a module of their own: what is compiled has them within, since to find and
// read the hundreds of files of the SDK takes longer than all requests of a `verify`.
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

/** By the names that they have in a client of the whole SDK. */
export const PARTS = {
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
