import type { Management, ManagementClient } from 'auth0'
import { listClients } from '../../tenant/clients.ts'
import type { Connection } from '../../tenant/connection.ts'
import { findAction } from '../../tenant/read.ts'
import { statusOf } from '../../tenant/tenant-error.ts'
import type {
  ClientGrantFacts,
  OurAction,
  Part,
  ResourceServerFacts,
  TenantFacts,
} from './facts.ts'
import type { ClientFacts, FlowAction } from './facts.ts'

const PER_PAGE = 100
/** More may be cut to this, and the SDK takes a page that is not full for the last one. */
const RESOURCE_SERVERS_PER_PAGE = 50
/** A trigger has at most 20 bindings. */
const BINDINGS_PER_PAGE = 50

const CLIENT_FIELDS = ['client_id', 'name', 'grant_types', 'refresh_token']

/**
 * Reads a tenant, and changes nothing. A part that the credentials may not read is unknown.
 * @param actionName the name of our Action in tenant.yaml
 * @throws ManagementError for everything but a missing Management API scope
 */
export async function factsFromTenant(
  { management, domain }: Connection,
  actionName: string,
): Promise<TenantFacts> {
  const [resourceServers, clients, clientGrants, enabledFactors, mfaPolicy, ...rest] =
    await Promise.all([
      readable('read:resource_servers', () => readResourceServers(management)),
      part('read:clients', () => readClients(management)),
      part('read:client_grants', () => readClientGrants(management)),
      part('read:guardian_factors', () => readEnabledFactors(management)),
      part('read:mfa_policies', () => readMfaPolicy(management)),
      part('read:tenant_settings', () => readCustomizeMfa(management)),
      part('read:actions', () => readOurAction(management, actionName)),
      part('read:actions', () => readFlow(management)),
    ])
  const [customizeMfa, ourAction, flow] = rest
  return {
    source: { kind: 'tenant', domain },
    ...{ resourceServers, clients, clientGrants, enabledFactors, mfaPolicy },
    ...{ customizeMfa, ourAction, flow },
  }
}

function part<T>(scope: string, read: () => Promise<T>): Promise<Part<T>> {
  return readable(scope, async () => ({ seen: 'all', value: await read() }))
}

async function readable<T>(scope: string, read: () => Promise<Part<T>>): Promise<Part<T>> {
  try {
    return await read()
  } catch (error) {
    if (statusOf(error) === 403) return { seen: 'nothing', lacks: scope }
    throw error
  }
}

// Auth0 has only pages with numbers for them, and these may end before all are listed.
async function readResourceServers(
  management: ManagementClient,
): Promise<Part<readonly ResourceServerFacts[]>> {
  const value: ResourceServerFacts[] = []
  const page = { per_page: RESOURCE_SERVERS_PER_PAGE, include_totals: true }
  const servers = await management.resourceServers.list(page)
  const { total = 0 } = servers.response
  for await (const server of servers) value.push(resourceServer(server))
  return { seen: value.length < total ? 'listed' : 'all', value }
}

// What Auth0 leaves out of an answer has its default: a token lives a day, anything else is off.
function resourceServer(server: Management.ResourceServer): ResourceServerFacts {
  return {
    identifier: server.identifier ?? '',
    isSystem: server.is_system ?? false,
    scopes: (server.scopes ?? []).map(({ value }) => value),
    tokenDialect: server.token_dialect ?? 'access_token',
    enforcePolicies: server.enforce_policies ?? false,
    allowOfflineAccess: server.allow_offline_access ?? false,
    allowOnlineAccess: server.allow_online_access ?? false,
    tokenLifetimeSeconds: server.token_lifetime ?? 86_400,
    tokenLifetimeForWebSeconds: server.token_lifetime_for_web ?? 86_400,
    userAccess: server.subject_type_authorization?.user?.policy ?? 'allow_all',
  }
}

async function readClients(management: ManagementClient): Promise<ClientFacts[]> {
  const clients: ClientFacts[] = []
  for await (const client of listClients(management, CLIENT_FIELDS)) {
    clients.push({
      id: client.client_id ?? '',
      name: client.name ?? client.client_id ?? '',
      ...(client.grant_types && { grantTypes: client.grant_types }),
      refreshPolicies: (client.refresh_token?.policies ?? []).map(({ audience, scope }) => ({
        audience,
        scopes: scope,
      })),
    })
  }
  return clients
}

async function readClientGrants(management: ManagementClient): Promise<ClientGrantFacts[]> {
  const grants: ClientGrantFacts[] = []
  for await (const grant of await management.clientGrants.list({ take: PER_PAGE })) {
    grants.push({
      ...(grant.client_id !== undefined && { clientId: grant.client_id }),
      audience: grant.audience ?? '',
      scopes: grant.scope ?? [],
      subject: grant.subject_type === 'user' ? 'user' : 'client',
      allowsAllScopes: grant.allow_all_scopes ?? false,
    })
  }
  return grants
}

async function readEnabledFactors(management: ManagementClient): Promise<string[]> {
  const factors = await management.guardian.factors.list()
  return factors.filter(({ enabled }) => enabled).map(({ name }) => name ?? '')
}

async function readMfaPolicy(
  management: ManagementClient,
): Promise<'never' | 'always' | 'adaptive'> {
  const policies = await management.guardian.policies.list()
  if (policies.includes('all-applications')) return 'always'
  return policies.includes('confidence-score') ? 'adaptive' : 'never'
}

async function readCustomizeMfa(management: ManagementClient): Promise<boolean> {
  const fields = 'customize_mfa_in_postlogin_action'
  const settings = await management.tenants.settings.get({ fields })
  return settings.customize_mfa_in_postlogin_action ?? false
}

async function readOurAction(management: ManagementClient, name: string): Promise<OurAction> {
  const action = await findAction(management, name)
  if (action === undefined) return { name, state: 'missing' }
  const { deployed_version: deployed } = action
  if (deployed === undefined) return { name, state: 'not-deployed' }
  return { name, state: 'deployed', runtime: deployed.runtime ?? '', code: deployed.code ?? '' }
}

async function readFlow(management: ManagementClient): Promise<FlowAction[]> {
  const page = { per_page: BINDINGS_PER_PAGE }
  const { data } = await management.actions.triggers.bindings.list('post-login', page)
  return data.map(({ action }) => ({
    name: action?.name ?? '',
    runtime: action?.deployed_version?.runtime ?? action?.runtime ?? '',
    code: action?.deployed_version?.code ?? action?.code ?? '',
  }))
}
