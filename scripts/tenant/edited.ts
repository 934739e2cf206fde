import { authorshipOf } from '../policy/banner.ts'
import { UserError } from '../terminal/user-error.ts'
import type { Reading } from './reading.ts'

/** Code of our Action that somebody has changed in the tenant, and that a deploy would replace. */
export interface Edited {
  /** Name of the Action. */
  readonly name: string
  readonly what: 'live code' | 'draft'
  readonly code: string
}

/** Finds the code that a deploy must not replace without being told to. */
export function findEdited({ snapshot: { action }, plan }: Reading): Edited | undefined {
  const change = plan.changes.find(({ section }) => section === 'actions')
  if (action === undefined || change === undefined) return undefined
  const { deployed, code } = action
  const { name } = change
  if (deployed !== undefined && authorshipOf(deployed.code) === 'edited') {
    return { name, what: 'live code', code: deployed.code }
  }
  const isReplaced = 'write' in change && change.write === 'update' && code !== ''
  return isReplaced && authorshipOf(code) !== 'ours' ? { name, what: 'draft', code } : undefined
}

/** @throws UserError when a deploy would replace code that was edited in the tenant */
export function assertUnedited(reading: Reading): void {
  const edited = findEdited(reading)
  if (edited === undefined) return
  throw new UserError({
    where: reading.domain,
    message: `the ${edited.what} of the Action \`${edited.name}\` was edited by hand or by another tool`,
    hint: 'take the edit over into this repository, or replace it with `--overwrite`',
  })
}
