import type { ManagementClient } from '../../tenant/management.ts'
import { listClients } from '../../tenant/clients.ts'
import type { Connection } from '../../tenant/connection.ts'
import { findAction } from '../../tenant/read.ts'
import { statusOf } from '../../tenant/tenant-error.ts'
import { clientFacts, resourceServerFacts, UNREAD_CLIENT_SETTINGS } from './entities.ts'
import type {
  ClientFacts,
  ClientGrantFacts,
  FlowAction,
  OurAction,
  Part,
  ResourceServerFacts,
  TenantFacts,
} from './facts.ts'

const PER_PAGE = 100
/** More may be cut to this, and the SDK takes a page that is not full for the last one. */
const RESOURCE_SERVERS_PER_PAGE = 50
/** A trigger has at most 20 bindings. */
const BINDINGS_PER_PAGE = 50

/** What is looked for in a tenant by its name. */
export interface Named {
  /** The name of our Action in tenant.yaml. */
  readonly action: string
  /** Ids of the organizations that the policy names. */
  readonly organizations: readonly string[]
}

/**
 * Reads a tenant, and changes nothing. A part that the credentials may not read is unknown.
 * @throws ManagementError for everything but a missing Management API scope
 */
export async function factsFromTenant(
  { management, domain }: Connection,
  named: Named,
): Promise<TenantFacts> {
  const [resourceServers, clients, clientGrants, enabledFactors, mfaPolicy, ...rest] =
    await Promise.all([
      readable('read:resource_servers', () => readResourceServers(management)),
      part('read:clients', () => readClients(management)),
      part('read:client_grants', () => readClientGrants(management)),
      part('read:guardian_factors', () => readEnabledFactors(management)),
      part('read:mfa_policies', () => readMfaPolicy(management)),
      part('read:tenant_settings', () => readCustomizeMfa(management)),
      part('read:prompts', () => readLoginExperience(management)),
      part('read:actions', () => readOurAction(management, named.action)),
      part('read:actions', () => readFlow(management)),
      part('read:organizations', () => readOrganizations(management, named.organizations)),
    ])
  const [customizeMfa, loginExperience, ourAction, flow, organizations] = rest
  return {
    source: { kind: 'tenant', domain },
    ...{ resourceServers, clients, clientGrants, enabledFactors, mfaPolicy },
    ...{ customizeMfa, loginExperience, ourAction, flow, organizations },
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
  for await (const server of servers) {
    value.push({ ...RESOURCE_SERVER_DEFAULTS, ...resourceServerFacts({ ...server }) })
  }
  return { seen: value.length < total ? 'listed' : 'all', value }
}

// What Auth0 leaves out of an answer has its default: a token lives a day, anything else is off.
const RESOURCE_SERVER_DEFAULTS = {
  tokenDialect: 'access_token',
  enforcePolicies: false,
  allowOfflineAccess: false,
  allowOnlineAccess: false,
  tokenLifetimeSeconds: 86_400,
  tokenLifetimeForWebSeconds: 86_400,
  userAccess: 'allow_all',
} satisfies Partial<ResourceServerFacts>

async function readClients(management: ManagementClient): Promise<ClientFacts[]> {
  const clients: ClientFacts[] = []
  const fields = { but: UNREAD_CLIENT_SETTINGS }
  for await (const client of listClients(management, fields)) clients.push(clientFacts(client))
  return clients
}

async function readClientGrants(management: ManagementClient): Promise<ClientGrantFacts[]> {
  const grants: ClientGrantFacts[] = []
  for await (const grant of await management.clientGrants.list({ take: PER_PAGE })) {
    grants.push({
      ...(grant.client_id !== undefined && { clientId: grant.client_id }),
      audience: grant.audience ?? '',
      scopes: grant.scope ?? [],
      subject: grant.subject_type ?? 'client',
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

async function readLoginExperience(management: ManagementClient): Promise<string> {
  const settings = await management.prompts.getSettings()
  return settings.universal_login_experience ?? 'unknown'
}

// One by one, since there may be a hundred thousand; and only where the policy names any.
async function readOrganizations(
  management: ManagementClient,
  ids: readonly string[],
): Promise<string[]> {
  const found: string[] = []
  for (const id of ids) {
    try {
      await management.organizations.get(id)
      found.push(id)
    } catch (error) {
      if (statusOf(error) !== 404) throw error
    }
  }
  return found
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
