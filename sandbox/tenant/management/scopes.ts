import { DOCUMENT_SCOPES } from './documents.ts'
import { EMPTY_LIST_SCOPES } from './empty-lists.ts'

/** The scopes of the Management API as far as this tenant emulates it, and those its clients ask for. */
export const MANAGEMENT_SCOPES: readonly string[] = unique([
  ...scopes('actions', 'read create update delete'),
  ...scopes('client_grants', 'read create update delete'),
  ...scopes('client_credentials', 'read create update delete'),
  ...scopes('client_keys', 'read create update delete'),
  ...scopes('clients', 'read create update delete'),
  ...scopes('connections', 'read create update delete'),
  ...scopes('connections_options', 'read update'),
  ...scopes('guardian_factors', 'read update'),
  ...scopes('guardian_enrollments', 'read delete'),
  ...scopes('authentication_methods', 'read create update delete'),
  ...scopes('logs', 'read'),
  ...scopes('logs_users', 'read'),
  ...scopes('mfa_policies', 'read update'),
  ...scopes('organizations', 'read create update delete'),
  ...scopes('organization_members', 'read create delete'),
  ...scopes('organization_member_roles', 'read create delete'),
  ...scopes('organization_connections', 'read create update delete'),
  ...scopes('sessions', 'read update delete'),
  ...scopes('refresh_tokens', 'read update delete'),
  ...scopes('roles', 'read create update delete'),
  ...scopes('role_members', 'read create delete'),
  ...scopes('resource_servers', 'read create update delete'),
  ...scopes('tenant_settings', 'read update'),
  ...scopes('token_exchange_profiles', 'read create update delete'),
  ...scopes('users', 'read create update delete'),
  ...scopes('users_app_metadata', 'read create update delete'),
  ...DOCUMENT_SCOPES,
  ...EMPTY_LIST_SCOPES,
])

function scopes(resource: string, verbs: string): string[] {
  return verbs.split(' ').map((verb) => `${verb}:${resource}`)
}

/** Several resources may ask for one scope. */
function unique(scopes: readonly string[]): readonly string[] {
  return [...new Set(scopes)]
}
