import type { TenantFile } from '../../tenant/tenant-file.ts'
import type {
  AudienceScopes,
  ClientFacts,
  ClientGrantFacts,
  Part,
  ResourceServerFacts,
  TenantFacts,
} from './facts.ts'

const UNSEEN = { seen: 'nothing' } as const

/** What tenant.yaml says of a tenant. It names what a deploy manages, so there may be more. */
export function factsFromFile(tenantFile: TenantFile, file: string): TenantFacts {
  const [action] = tenantFile.actions
  return {
    source: { kind: 'tenant-file', file },
    resourceServers: listed(tenantFile.resourceServers?.map(resourceServer)),
    clients: listed(tenantFile.clients?.map(client)),
    clientGrants: listed(tenantFile.clientGrants?.map(clientGrant)),
    enabledFactors: listed(
      tenantFile.guardianFactors?.filter(({ enabled }) => enabled).map(({ name }) => name),
    ),
    mfaPolicy: mfaPolicy(tenantFile),
    customizeMfa: customizeMfa(tenantFile),
    ourAction:
      action === undefined
        ? UNSEEN
        : {
            seen: 'all',
            value: { name: action.name, state: 'planned', runtime: action.runtime },
          },
    flow: UNSEEN,
  }
}

function listed<T>(value: readonly T[] | undefined): Part<readonly T[]> {
  return value === undefined ? UNSEEN : { seen: 'listed', value }
}

function customizeMfa({ tenant }: TenantFile): Part<boolean> {
  const value = tenant?.['customize_mfa_in_postlogin_action']
  return typeof value === 'boolean' ? { seen: 'all', value } : UNSEEN
}

function mfaPolicy({ guardianPolicies }: TenantFile): TenantFacts['mfaPolicy'] {
  if (guardianPolicies === undefined) return UNSEEN
  const [policy] = guardianPolicies.policies
  const value =
    policy === undefined ? 'never' : policy === 'all-applications' ? 'always' : 'adaptive'
  return { seen: 'all', value }
}

// In the file a grant knows its client by name.
function clientGrant(entry: NonNullable<TenantFile['clientGrants']>[number]): ClientGrantFacts {
  return {
    ...(entry.client_id !== undefined && { clientId: entry.client_id }),
    audience: entry.audience,
    scopes: entry.scope ?? [],
    subject: entry.subject_type ?? 'client',
    allowsAllScopes: entry.allow_all_scopes ?? false,
  }
}

type ResourceServerEntry = NonNullable<TenantFile['resourceServers']>[number]

function resourceServer(entry: ResourceServerEntry): ResourceServerFacts {
  const userAccess = userPolicyOf(entry.subject_type_authorization)
  return {
    identifier: entry.identifier,
    isSystem: false,
    scopes: (entry.scopes ?? []).map(({ value }) => value),
    ...defined({
      tokenDialect: entry.token_dialect,
      enforcePolicies: entry.enforce_policies,
      allowOfflineAccess: entry.allow_offline_access,
      allowOnlineAccess: entry.allow_online_access,
      tokenLifetimeSeconds: entry.token_lifetime,
      tokenLifetimeForWebSeconds: entry.token_lifetime_for_web,
      userAccess,
    }),
  }
}

function client(entry: Readonly<Record<string, unknown>> & { readonly name: string }): ClientFacts {
  const { refresh_token: refreshToken, grant_types: grantTypes } = entry
  const policies = (refreshToken as { policies?: unknown } | undefined)?.policies
  return {
    id: entry.name,
    name: entry.name,
    ...(isStrings(grantTypes) && { grantTypes }),
    ...(Array.isArray(policies) && { refreshPolicies: policies.map(audienceScopes) }),
  }
}

function audienceScopes(policy: unknown): AudienceScopes {
  const { audience, scope } = (policy ?? {}) as Readonly<Record<string, unknown>>
  return { audience: String(audience), scopes: isStrings(scope) ? scope : [] }
}

function userPolicyOf(authorization: unknown): string | undefined {
  const { user } = (authorization ?? {}) as { user?: { policy?: unknown } }
  return typeof user?.policy === 'string' ? user.policy : undefined
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

/** The object without the fields that are undefined. */
function defined<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [K in keyof T]?: NonNullable<T[K]> }
}
