import type { ManagementClient } from '../../tenant/management.ts'
import { listClients } from '../../tenant/clients.ts'
import type { Connection } from '../../tenant/connection.ts'
import { findAction } from '../../tenant/read.ts'
import { statusOf, UnexpectedAnswer } from '../../tenant/tenant-error.ts'
import {
  clientFacts,
  clientGrantFacts,
  resourceServerFacts,
  UNREAD_CLIENT_SETTINGS,
} from './entities.ts'
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
  const [resourceServers, clients, clientGrants, enabledFactors, mfaPolicies, ...rest] =
    await Promise.all([
      readable('read:resource_servers', () => readResourceServers(management)),
      part('read:clients', () => readClients(management)),
      part('read:client_grants', () => readClientGrants(management)),
      part('read:guardian_factors', () => readEnabledFactors(management)),
      part('read:mfa_policies', () => management.guardian.policies.list()),
      part('read:tenant_settings', () => readCustomizeMfa(management)),
      part('read:prompts', () => readLoginExperience(management)),
      part('read:actions', () => readOurAction(management, named.action)),
      part('read:actions', () => readFlow(management)),
      part('read:organizations', () => readOrganizations(management, named.organizations)),
    ])
  const [customizeMfa, loginExperience, ourAction, flow, organizations] = rest
  const unknown = [
    ...unknownOf('MFA factor', enabledFactors, KNOWN_FACTORS),
    ...unknownOf('MFA policy', mfaPolicies, KNOWN_MFA_POLICIES),
  ]
  return {
    source: { kind: 'tenant', domain },
    ...{ resourceServers, clients, clientGrants, enabledFactors },
    mfaPolicy: mfaPolicyOf(mfaPolicies),
    ...{ customizeMfa, loginExperience, ourAction, flow, organizations },
    ...(unknown.length > 0 && { unknownSettings: unknown }),
  }
}

// prettier-ignore
const KNOWN_FACTORS = ['sms', 'push-notification', 'otp', 'email', 'duo', 'webauthn-roaming', 'webauthn-platform', 'recovery-code']
const KNOWN_MFA_POLICIES = ['all-applications', 'confidence-score']

function unknownOf(
  what: string,
  names: Part<readonly string[]>,
  known: readonly string[],
): readonly string[] {
  if (names.seen === 'nothing') return []
  return names.value.filter((name) => !known.includes(name)).map((name) => `${what}: ${name}`)
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
  if (!Array.isArray(servers.response.resource_servers)) {
    throw new UnexpectedAnswer(200, servers.response)
  }
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
  let page = await management.clientGrants.list({ take: PER_PAGE })
  for (;;) {
    const { response } = page
    // The SDK takes an answer of another shape for an empty page.
    if (!Array.isArray(response.client_grants)) throw new UnexpectedAnswer(200, response)
    grants.push(...response.client_grants.map((grant) => clientGrantFacts({ ...grant })))
    if (!page.hasNextPage()) break
    page = await page.getNextPage()
  }
  return grants
}

async function readEnabledFactors(management: ManagementClient): Promise<string[]> {
  const factors = await management.guardian.factors.list()
  return factors.filter(({ enabled }) => enabled).map(({ name }) => name ?? '')
}

// What a policy that is not known asks for is not known either.
function mfaPolicyOf(policies: Part<readonly string[]>): TenantFacts['mfaPolicy'] {
  if (policies.seen === 'nothing') return policies
  const { value } = policies
  if (value.includes('all-applications')) return { seen: 'all', value: 'always' }
  if (value.includes('confidence-score')) return { seen: 'all', value: 'adaptive' }
  return value.length === 0 ? { seen: 'all', value: 'never' } : { seen: 'nothing' }
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
