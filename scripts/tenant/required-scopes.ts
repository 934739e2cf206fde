import type { Connection } from './connection.ts'
import type { Setting, SettingSection } from './setting.ts'
import { missingScopes } from './tenant-error.ts'

const FOR_THE_ACTION = ['read:actions', 'create:actions', 'update:actions']

// auth0-deploy-cli lists the clients whenever it writes resource servers.
const FOR_SECTION: Readonly<Record<SettingSection, readonly string[]>> = {
  resourceServers: [
    'read:resource_servers',
    'create:resource_servers',
    'update:resource_servers',
    'read:clients',
  ],
  clients: ['read:clients', 'create:clients', 'update:clients'],
  clientGrants: [
    'read:client_grants',
    'create:client_grants',
    'update:client_grants',
    'read:clients',
  ],
  guardianPolicies: ['read:mfa_policies', 'update:mfa_policies'],
  guardianFactors: ['read:guardian_factors', 'update:guardian_factors'],
  tenant: ['read:tenant_settings', 'update:tenant_settings'],
}

/** What `forecast` reads of the users and of what they can be asked for. */
export const FOR_FORECAST = ['read:users', 'read:authentication_methods', 'read:guardian_factors']

/** All that `audit --tenant` looks at; what it may not read it says. */
export const FOR_AUDIT = [
  'read:actions',
  'read:resource_servers',
  'read:clients',
  'read:client_grants',
  'read:guardian_factors',
  'read:mfa_policies',
  'read:tenant_settings',
  'read:prompts',
]

/** By which `plan` and `deploy` judge whether anybody can satisfy the rules; what they may not read they say. */
export const FOR_PREFLIGHT = ['read:guardian_factors', 'read:tenant_settings']

/** `read` for a command that only looks, `write` for one that deploys. */
export type AccessMode = 'read' | 'write'

/** The Management API scopes that a command needs for these settings and the Action. */
export function requiredScopes(
  settings: readonly Setting[],
  access: AccessMode,
): readonly string[] {
  const sections = settings.flatMap(({ section }) => FOR_SECTION[section])
  const scopes = [...new Set([...FOR_THE_ACTION, ...sections])]
  return access === 'write' ? scopes : scopes.filter((scope) => scope.startsWith('read:'))
}

/** @throws UserError that names every scope the credentials are known to lack */
export function assertScopes({ scopes, domain }: Connection, required: readonly string[]): void {
  if (scopes === undefined) return
  const missing = required.filter((scope) => !scopes.has(scope))
  if (missing.length > 0) throw missingScopes(missing, domain)
}
