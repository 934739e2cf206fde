import type { Connection } from '../tenant/connection.ts'
import { readBindings } from '../tenant/read.ts'
import { SETTING_SECTIONS } from '../tenant/setting.ts'
import { apiOf, isForLogins, type Api, type Found, type FoundAction } from './found.ts'

const PER_PAGE = 100
/** More may be cut to this, and the SDK takes a page that is not full for the last one. */
const RESOURCE_SERVERS_PER_PAGE = 50

/** Nobody asks a living tenant for all that it has. */
const NOT_READ = 'whatever else the tenant has, which was not read'

/** Reads a living tenant, and changes nothing. @throws ManagementError */
export async function findInTenant({ management, domain }: Connection): Promise<Found> {
  const [apis, actions, bindings, factors] = await Promise.all([
    readApis(management),
    readActions(management),
    readBindings(management),
    management.guardian.factors.list(),
  ])
  const bound = new Set(bindings.map(({ actionName }) => actionName))
  return {
    source: domain,
    apis,
    actions: actions.map((action) => ({ ...action, isBound: bound.has(action.name) })),
    enabledFactors: factors.filter(({ enabled }) => enabled).map(({ name }) => name ?? ''),
    sections: [...SETTING_SECTIONS.filter((one) => one !== 'resourceServers'), NOT_READ],
    domain,
    remarks: [],
  }
}

async function readApis(management: Connection['management']): Promise<readonly Api[]> {
  const apis: Api[] = []
  const page = { per_page: RESOURCE_SERVERS_PER_PAGE, include_totals: true }
  for await (const server of await management.resourceServers.list(page)) {
    apis.push(apiOf({ ...server }))
  }
  return apis
}

async function readActions(
  management: Connection['management'],
): Promise<readonly Omit<FoundAction, 'isBound'>[]> {
  const actions: Omit<FoundAction, 'isBound'>[] = []
  for await (const action of await management.actions.list({ per_page: PER_PAGE })) {
    actions.push({
      name: action.name ?? '',
      code: action.deployed_version?.code ?? action.code,
      isPostLogin: isForLogins(action.supported_triggers),
    })
  }
  return actions
}
