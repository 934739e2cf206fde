import { UserError } from '../terminal/user-error.ts'
import { buildDraft, deployDraft, type Draft } from './action-write.ts'
import { writeBinding } from './binding-write.ts'
import type { Connection } from './connection.ts'
import { prepareSettings, type ImportOptions, type PreparedSettings } from './deploy-cli.ts'
import type { Desired } from './desired.ts'
import { changedMeanwhile, type Meanwhile } from './meanwhile.ts'
import type { ActionChange, BindingChange, Change, SettingChange, Snapshot } from './plan.ts'
import { readReached } from './reached.ts'
import { readTenant } from './read.ts'
import type { Reading } from './reading.ts'
import { goBackOnFailure } from './restore.ts'
import { explainTenantError } from './tenant-error.ts'

interface Circumstances {
  readonly desired: Desired
  readonly connection: Connection
  readonly options: ImportOptions
}

/** A tenant after a plan was carried out. */
export interface Applied {
  readonly after: Snapshot
  /** What changed by other hands on the way. */
  readonly meanwhile: readonly Meanwhile[]
  /** Why the settings took so long. */
  readonly wholeImport?: string
}

/**
 * Carries out a plan: the Action, its binding, then the settings, so that no high-value scope is live
 * before the Action that guards it. Before the first write auth0-deploy-cli has accepted the settings. Writes
 * nothing where nothing changes. What fails before the settings is taken back.
 * @throws UserError when the tenant refuses, the build fails, or the tenant is not as wanted afterwards;
 *   ManagementError
 */
export async function applyPlan(reading: Reading, circumstances: Circumstances): Promise<Applied> {
  const { connection, options } = circumstances
  const settings = reading.plan.changes.filter(isSettingChange)
  if (settings.length === 0) {
    return { after: await pushAction(reading, circumstances), meanwhile: [] }
  }
  options.progress('auth0-deploy-cli checks the settings')
  const prepared = await prepareSettings(settings, connection, options)
  try {
    const pushed = await pushAction(reading, circumstances)
    // INVARIANT: from here on the Action is not taken back; a scope may be live that only it protects.
    try {
      return await writeSettings(settings, { ...circumstances, prepared, reading })
    } catch (error) {
      if (pushed === reading.snapshot) throw error
      throw withNewActionKept(error, settings, circumstances)
    }
  } finally {
    prepared.discard()
  }
}

async function pushAction(reading: Reading, circumstances: Circumstances): Promise<Snapshot> {
  const { plan, snapshot: before } = reading
  const { desired, connection, options } = circumstances
  const binding = plan.changes.find(isBindingChange)
  const draft = await draftFor(reading, circumstances)
  if (draft === undefined && binding === undefined) return before
  const { management, domain } = connection
  return goBackOnFailure({ before, desired, connection }, async () => {
    if (draft !== undefined) {
      options.progress(`Auth0 deploys "${draft.wanted.name}"`)
      await deployDraft(management, draft)
    }
    if (binding !== undefined) {
      options.progress(`binding "${binding.name}" to post-login`)
      await writeBinding(management, desired)
    }
    const read = () => readTenant(management, desired)
    return readReached(read, { desired: { ...desired, settings: [] }, domain })
  })
}

async function draftFor(
  { plan, snapshot }: Reading,
  { desired, connection, options }: Circumstances,
): Promise<Draft | undefined> {
  const change = plan.changes.find(isActionChange)
  if (change === undefined) return undefined
  options.progress(`Auth0 builds "${change.name}"`)
  const liveNumber = snapshot.action?.deployed?.number ?? 0
  return buildDraft(connection.management, { change, wanted: desired.action, liveNumber })
}

async function writeSettings(
  settings: readonly SettingChange[],
  {
    desired,
    connection: { management, domain },
    options,
    prepared,
    reading,
  }: Circumstances & { readonly prepared: PreparedSettings; readonly reading: Reading },
): Promise<Applied> {
  options.progress('auth0-deploy-cli writes the settings')
  const found = await prepared.write()
  const after = await readReached(() => readTenant(management, desired), { desired, domain })
  const { wholeImport } = prepared
  return {
    after,
    meanwhile: changedMeanwhile(found, settings, reading.snapshot.settings),
    ...(wholeImport !== undefined && { wholeImport }),
  }
}

function withNewActionKept(
  error: unknown,
  settings: readonly SettingChange[],
  { desired, connection }: Circumstances,
): unknown {
  const explained = explainTenantError(error, connection)
  if (!(explained instanceof UserError)) return explained
  return explained.and({
    message: `the new version of \`${desired.action.name}\` stays live and bound`,
    ...(settings.some(addsScopes) && {
      hint: 'a scope may have been written by now that the version from before does not protect',
    }),
  })
}

function addsScopes({ section, fields }: SettingChange): boolean {
  return section === 'resourceServers' && fields.some(({ field }) => field.startsWith('scope'))
}

function isActionChange(change: Change): change is ActionChange {
  return change.section === 'actions'
}

function isBindingChange(change: Change): change is BindingChange {
  return change.section === 'triggers'
}

function isSettingChange(change: Change): change is SettingChange {
  return !isActionChange(change) && !isBindingChange(change)
}
