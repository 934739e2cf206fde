// All that is emulated of the Management API: one table for each resource.
import type { Endpoint, Reply, TenantRequest } from '../http.ts'
import type { Route } from '../router.ts'
import type { Tenant } from '../tenant.ts'
import { ACTION_ENDPOINTS } from './actions.ts'
import { ACTION_VERSION_ENDPOINTS } from './action-versions.ts'
import { AUTHENTICATION_METHOD_ENDPOINTS } from './authentication-methods.ts'
import { authorize } from './authorization.ts'
import { CLIENT_CREDENTIAL_ENDPOINTS } from './client-credentials.ts'
import { CLIENT_GRANT_ENDPOINTS } from './client-grants.ts'
import { CLIENT_ENDPOINTS } from './clients.ts'
import { CONNECTION_ENDPOINTS } from './connections.ts'
import { DOCUMENT_ENDPOINTS } from './documents.ts'
import { EMPTY_LIST_ENDPOINTS } from './empty-lists.ts'
import { EXECUTION_ENDPOINTS } from './executions.ts'
import { GUARDIAN_ENDPOINTS } from './guardian.ts'
import { LOG_ENDPOINTS, logOperation } from './logs.ts'
import { ORGANIZATION_MEMBER_ENDPOINTS } from './organization-members.ts'
import { ORGANIZATION_CONNECTION_ENDPOINTS, ORGANIZATION_ENDPOINTS } from './organizations.ts'
import { withWholeQuery } from './query.ts'
import { REFRESH_TOKEN_ENDPOINTS } from './refresh-tokens.ts'
import { RESOURCE_SERVER_ENDPOINTS } from './resource-servers.ts'
import { ROLE_ENDPOINTS } from './roles.ts'
import { SESSION_ENDPOINTS } from './sessions.ts'
import { TENANT_SETTINGS_ENDPOINTS } from './tenant-settings.ts'
import { TOKEN_EXCHANGE_PROFILE_ENDPOINTS } from './token-exchange-profiles.ts'
import { TRIGGER_ENDPOINTS } from './triggers.ts'
import { USER_ROLE_ENDPOINTS } from './user-roles.ts'
import { USER_ENDPOINTS } from './users.ts'

export const MANAGEMENT_PATH = '/api/v2'

const ENDPOINTS: readonly Endpoint[] = [
  ...ACTION_ENDPOINTS,
  ...ACTION_VERSION_ENDPOINTS,
  ...TRIGGER_ENDPOINTS,
  ...EXECUTION_ENDPOINTS,
  ...RESOURCE_SERVER_ENDPOINTS,
  ...CLIENT_ENDPOINTS,
  ...CLIENT_CREDENTIAL_ENDPOINTS,
  ...CLIENT_GRANT_ENDPOINTS,
  ...CONNECTION_ENDPOINTS,
  ...GUARDIAN_ENDPOINTS,
  ...TENANT_SETTINGS_ENDPOINTS,
  ...DOCUMENT_ENDPOINTS,
  ...EMPTY_LIST_ENDPOINTS,
  ...ORGANIZATION_ENDPOINTS,
  ...ORGANIZATION_CONNECTION_ENDPOINTS,
  ...ORGANIZATION_MEMBER_ENDPOINTS,
  ...TOKEN_EXCHANGE_PROFILE_ENDPOINTS,
  ...USER_ENDPOINTS,
  ...AUTHENTICATION_METHOD_ENDPOINTS,
  ...SESSION_ENDPOINTS,
  ...REFRESH_TOKEN_ENDPOINTS,
  ...ROLE_ENDPOINTS,
  ...USER_ROLE_ENDPOINTS,
  ...LOG_ENDPOINTS,
]

/** The endpoints without their guard, for what the tenant does itself. */
export const MANAGEMENT_HANDLERS: readonly Route[] = ENDPOINTS.map(([method, path, , handler]) => ({
  method,
  path: `${MANAGEMENT_PATH}${path}`,
  handler,
}))

/** The endpoints as clients meet them: with a token, and with a log entry for each change. */
export const MANAGEMENT_ROUTES: readonly Route[] = ENDPOINTS.map(
  ([method, path, scopes, handler, description]) => ({
    method,
    path: `${MANAGEMENT_PATH}${path}`,
    handler: async (tenant: Tenant, request: TenantRequest): Promise<Reply> => {
      const authorized = { ...request, caller: authorize(tenant, request, scopes.split(' ')) }
      const reply = await withWholeQuery(authorized, (whole) => handler(tenant, whole))
      if (description !== undefined) logOperation(tenant, authorized, description)
      return reply
    },
  }),
)
