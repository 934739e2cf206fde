import type { ManagementClient } from './management.ts'
import { placeBinding, type Binding } from './bindings.ts'
import type { Desired } from './desired.ts'
import { existingAction, readBindings } from './read.ts'

/**
 * Binds our Action at its place. The request replaces the whole list, so the list is read anew: another
 * team may just have bound theirs.
 * @throws UserError when there is no such place or no such Action; ManagementError
 */
export async function writeBinding(management: ManagementClient, desired: Desired): Promise<void> {
  const { name, displayName } = desired.action
  const [action, before] = await Promise.all([
    existingAction(management, name),
    readBindings(management),
  ])
  const ours = { actionId: action.id, actionName: name, displayName }
  await replaceBindings(management, before, placeBinding(before, ours, desired.position))
}

/** Sends a list of bindings, unless it is the list that the tenant has. @throws ManagementError */
export async function replaceBindings(
  management: ManagementClient,
  before: readonly Binding[],
  after: readonly Binding[],
): Promise<void> {
  if (after === before) return
  await management.actions.triggers.bindings.updateMany('post-login', {
    bindings: after.map(({ actionId, displayName: display_name }) => ({
      ref: { type: 'action_id', value: actionId },
      display_name,
    })),
  })
}
