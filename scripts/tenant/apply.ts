import { UserError } from '../terminal/user-error.ts'
import { buildDraft, deployDraft, type Draft } from './action-write.ts'
import { writeBinding } from './binding-write.ts'
import type { Connection } from './connection.ts'
import { importSettings, type ImportOptions } from './deploy-cli.ts'
import type { Desired } from './desired.ts'
import type { ActionChange, BindingChange, Change, SettingChange, Snapshot } from './plan.ts'
import { assertReached } from './reached.ts'
import { readTenant } from './read.ts'
import type { Reading } from './reading.ts'
import { goBackOnFailure } from './restore.ts'
import { explainTenantError } from './tenant-error.ts'

export interface ApplyOptions extends ImportOptions {
  /** Says what is going on. */
  readonly progress: (text: string) => void
}

interface Circumstances {
  readonly desired: Desired
  readonly connection: Connection
  readonly options: ApplyOptions
}

/**
 * Carries out a plan: the Action, its binding, then the settings, so that no high-value scope is live
 * before the Action that guards it. Writes nothing where nothing changes. What fails before the settings
 * is taken back.
 * @returns the tenant as it is afterwards
 * @throws UserError when the tenant refuses, the build fails, or the tenant is not as wanted afterwards;
 *   ManagementError
 */
export async function applyPlan(reading: Reading, circumstances: Circumstances): Promise<Snapshot> {
  const settings = reading.plan.changes.filter(isSettingChange)
  const pushed = await pushAction(reading, circumstances)
  if (settings.length === 0) return pushed
  // INVARIANT: from here on the Action is not taken back; a scope may be live that only it protects.
  try {
    return await writeSettings(settings, circumstances)
  } catch (error) {
    if (pushed === reading.snapshot) throw error
    throw withNewActionKept(error, circumstances)
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
    const after = await readTenant(management, desired)
    assertReached(after, { ...desired, settings: [] }, domain)
    return after
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
  { desired, connection, options }: Circumstances,
): Promise<Snapshot> {
  options.progress('auth0-deploy-cli writes the settings, which takes it about 35 seconds')
  await importSettings(settings, connection, options)
  const after = await readTenant(connection.management, desired)
  assertReached(after, desired, connection.domain)
  return after
}

function withNewActionKept(error: unknown, { desired, connection }: Circumstances): unknown {
  const explained = explainTenantError(error, connection.domain)
  if (!(explained instanceof UserError)) return explained
  return explained.and({
    message: `the new version of \`${desired.action.name}\` stays live and bound`,
    hint: 'a scope may have been written by now that the version from before does not protect',
  })
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
