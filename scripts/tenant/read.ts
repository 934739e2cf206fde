import type { Management } from 'auth0'
import type { ManagementClient } from './management.ts'
import { authorshipOf } from '../policy/banner.ts'
import { UserError } from '../terminal/user-error.ts'
import type { Binding } from './bindings.ts'
import { listClients } from './clients.ts'
import type { Desired } from './desired.ts'
import type { ActionSnapshot, Snapshot, Twin } from './plan.ts'
import { asWritten } from './as-written.ts'
import { SETTING_SECTIONS, nameIn, type Setting, type SettingSection } from './setting.ts'
import { shownAs } from './settings.ts'

/** A trigger has at most 20 bindings. */
const BINDINGS_PER_PAGE = 50
const PER_PAGE = 100

/**
 * Reads of a tenant what the desired state is about, with one request for each kind of thing.
 * @throws ManagementError
 */
export async function readTenant(
  management: ManagementClient,
  desired: Desired,
): Promise<Snapshot> {
  const { name } = desired.action
  const [action, bindings, ...settings] = await Promise.all([
    findAction(management, name),
    listBindings(management),
    ...SETTING_SECTIONS.map((section) => readSection(management, section, desired)),
  ])
  return {
    ...(action !== undefined && { action: actionSnapshot(action) }),
    bindings: bindings.map(asBinding),
    twins: await findTwins(management, { name, isThere: action !== undefined, bindings }),
    settings: settings.flat(),
  }
}

/** The Action of that name with its deployed version. @throws ManagementError */
export async function findAction(
  management: ManagementClient,
  name: string,
): Promise<Management.Action | undefined> {
  const { data } = await management.actions.list({ actionName: name, per_page: PER_PAGE })
  return data.find((action) => action.name === name)
}

/** An Action, and whether it is bound to post-login: it runs in no login otherwise. */
export interface FoundAction {
  readonly action: Management.Action
  readonly isBound: boolean
}

/** The same with one request where the Action is bound: a binding shows it whole. @throws ManagementError */
export async function findActionByBinding(
  management: ManagementClient,
  name: string,
): Promise<FoundAction | undefined> {
  const bound = (await listBindings(management)).find(({ action }) => action?.name === name)?.action
  if (bound?.deployed_version !== undefined) return { action: bound, isBound: true }
  const action = await findAction(management, name)
  return action && { action, isBound: bound !== undefined }
}

/** The Action of that name, which a deploy has seen before. @throws UserError when it is gone; ManagementError */
export async function existingAction(
  management: ManagementClient,
  name: string,
): Promise<Management.Action & { readonly id: string }> {
  const action = await findAction(management, name)
  if (action?.id !== undefined) return { ...action, id: action.id }
  throw new UserError({
    message: `the Action \`${name}\` has disappeared from the tenant`,
    hint: 'run the same command again: it creates the Action anew',
  })
}

/** The bindings of post-login in the order in which they run. @throws ManagementError */
export async function readBindings(management: ManagementClient): Promise<readonly Binding[]> {
  return (await listBindings(management)).map(asBinding)
}

function asBinding({ action, display_name: displayName }: Management.ActionBinding): Binding {
  return {
    actionId: action?.id ?? '',
    actionName: action?.name ?? '',
    displayName: displayName ?? action?.name ?? '',
  }
}

interface AroundOurs {
  /** Of our Action. */
  readonly name: string
  readonly isThere: boolean
  readonly bindings: readonly Management.ActionBinding[]
}

/**
 * Finds the Actions of other names that have code of this package deployed. Those that are bound are seen by their
 * bindings; the others matter where ours is not there, since it may have been renamed. @throws ManagementError
 */
export async function findTwins(
  management: ManagementClient,
  { name, isThere, bindings }: AroundOurs,
): Promise<readonly Twin[]> {
  const bound = bindings.flatMap(({ action }) => action ?? [])
  const isSeen = isThere && bound.every(({ deployed_version: deployed }) => deployed !== undefined)
  const twins: Twin[] = []
  for await (const action of isSeen ? bound : await deployedActions(management)) {
    const { id, name: other = '', deployed_version: deployed } = action
    if (other === name || authorshipOf(deployed?.code ?? '') === 'foreign') continue
    twins.push({ name: other, isBound: bound.some((one) => one.id === id) })
  }
  return twins
}

/** All Actions that have a version deployed for post-login. @throws ManagementError */
export function deployedActions(
  management: ManagementClient,
): Promise<AsyncIterable<Management.Action>> {
  return management.actions.list({ triggerId: 'post-login', deployed: true, per_page: PER_PAGE })
}

async function listBindings(
  management: ManagementClient,
): Promise<readonly Management.ActionBinding[]> {
  const page = { per_page: BINDINGS_PER_PAGE }
  const { data } = await management.actions.triggers.bindings.list('post-login', page)
  return data
}

function actionSnapshot(action: Management.Action): ActionSnapshot {
  const { deployed_version: deployed } = action
  const [trigger] = action.supported_triggers ?? []
  return {
    id: action.id ?? '',
    trigger: { id: trigger?.id ?? '', version: trigger?.version ?? '' },
    runtime: action.runtime ?? '',
    code: action.code ?? '',
    status: action.status ?? '',
    secrets: (action.secrets ?? []).map(({ name }) => name ?? ''),
    ...(deployed && {
      deployed: {
        number: deployed.number ?? 0,
        runtime: deployed.runtime ?? '',
        code: deployed.code ?? '',
      },
    }),
  }
}

async function readSection(
  management: ManagementClient,
  section: SettingSection,
  desired: Desired,
): Promise<readonly Setting[]> {
  const wanted = desired.settings.filter((setting) => setting.section === section)
  if (wanted.length === 0) return []
  const entities = await readEntities(management, section, wanted)
  return entities.map((entity) => {
    const values = { ...entity }
    return { section, name: nameIn(section, values), values }
  })
}

async function readEntities(
  management: ManagementClient,
  section: SettingSection,
  wanted: readonly Setting[],
): Promise<readonly object[]> {
  switch (section) {
    case 'resourceServers': {
      const identifiers = wanted.map(({ name }) => name)
      const { data } = await management.resourceServers.list({ identifiers, per_page: PER_PAGE })
      return data
    }
    case 'clients':
      return readClients(management, wanted)
    case 'clientGrants':
      return readClientGrants(management)
    case 'guardianFactors':
      return management.guardian.factors.list()
    case 'guardianPolicies':
      return [{ policies: await management.guardian.policies.list() }]
    case 'tenant':
      return [await management.tenants.settings.get({ fields: fieldsOf(wanted).join(',') })]
  }
}

async function readClients(
  management: ManagementClient,
  wanted: readonly Setting[],
): Promise<readonly object[]> {
  const names = new Set(wanted.map(({ name }) => name))
  const found: object[] = []
  for await (const client of listClients(management, fieldsOf(wanted))) {
    if (names.has(client.name ?? '')) found.push(client)
  }
  return found
}

// tenant.yaml calls clients by name.
async function readClientGrants(management: ManagementClient): Promise<readonly object[]> {
  const names = new Map<string | undefined, string | undefined>()
  for await (const { client_id, name } of listClients(management, ['client_id', 'name'])) {
    names.set(client_id, name)
  }
  const grants: object[] = []
  for await (const grant of await management.clientGrants.list({ take: PER_PAGE })) {
    const { client_id } = grant
    grants.push({ ...grant, ...(client_id && { client_id: names.get(client_id) ?? client_id }) })
  }
  return grants
}

/** The names under which the tenant shows what is wanted, and what is written in its place. */
function fieldsOf(wanted: readonly Setting[]): readonly string[] {
  const names = wanted.flatMap((setting) => [
    ...Object.keys(setting.values),
    ...Object.keys(asWritten(setting, 'create').values),
    ...Object.keys(setting.values).map(shownAs),
  ])
  return [...new Set(names)]
}
