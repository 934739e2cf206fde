import type { ManagementClient } from 'auth0'
import { UserError } from '../terminal/user-error.ts'
import { writeAction } from './action-write.ts'
import { placeBinding } from './bindings.ts'
import type { Connection } from './connection.ts'
import { importSettings, type ImportOptions } from './deploy-cli.ts'
import type { Desired } from './desired.ts'
import type { ActionChange, BindingChange, Change, Plan, SettingChange } from './plan.ts'
import { findAction, readBindings } from './read.ts'

export interface ApplyOptions extends ImportOptions {
  /** Says what is going on. */
  readonly progress: (text: string) => void
}

/**
 * Carries out a plan: the Action, its binding, then the settings, so that no high-value scope is live
 * before the Action that guards it. Writes nothing where nothing changes.
 * @throws UserError when the tenant refuses or the build fails; ManagementError
 */
export async function applyPlan(
  plan: Plan,
  desired: Desired,
  connection: Connection,
  options: ApplyOptions,
): Promise<void> {
  const { management } = connection
  const action = plan.changes.find(isActionChange)
  const binding = plan.changes.find(isBindingChange)
  const settings = plan.changes.filter(isSettingChange)

  if (action !== undefined) {
    options.progress(`Auth0 builds and deploys "${action.name}"`)
    await writeAction(management, action, desired.action)
  }
  if (binding !== undefined) {
    options.progress(`binding "${binding.name}" to post-login`)
    await writeBinding(management, desired)
  }
  if (settings.length > 0) {
    options.progress('auth0-deploy-cli writes the settings, which takes it about 35 seconds')
    await importSettings(settings, connection, options)
  }
}

// The request replaces the whole list, so the list is read anew: another team may just have bound theirs.
async function writeBinding(management: ManagementClient, desired: Desired): Promise<void> {
  const { name, displayName } = desired.action
  const [action, before] = await Promise.all([
    findAction(management, name),
    readBindings(management),
  ])
  if (action?.id === undefined) {
    throw new UserError({
      message: `the Action \`${name}\` has disappeared from the tenant`,
      hint: 'run the same command again: it creates the Action anew',
    })
  }
  const ours = { actionId: action.id, actionName: name, displayName }
  const after = placeBinding(before, ours, desired.position)
  if (after === before) return
  await management.actions.triggers.bindings.updateMany('post-login', {
    bindings: after.map(({ actionId, displayName: display_name }) => ({
      ref: { type: 'action_id', value: actionId },
      display_name,
    })),
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
