import { readFileSync } from 'node:fs'
import { placeBinding } from '../../tenant/bindings.ts'
import type { Position } from '../../tenant/environment.ts'
import type { BoundAction } from '../../tenant/our-part.ts'
import { UserError } from '../../terminal/user-error.ts'
import type { FlowAction } from './facts.ts'

/** What a tenant file binds to post-login, in the order that a deploy gives it, with the code as far as it is there. */
export function flowInFile(
  bound: readonly BoundAction[],
  position: Position,
): readonly FlowAction[] {
  return placed(bound, position).map(({ actionName: name, runtime = '', code }) => ({
    ...{ name, runtime },
    code: code === undefined ? '' : textOf(code),
  }))
}

function placed(bound: readonly BoundAction[], position: Position): readonly BoundAction[] {
  const ours = bound.find(({ isOurs }) => isOurs)
  if (ours === undefined) return bound
  try {
    return placeBinding(bound, ours, position)
  } catch (error) {
    // The Action that the position names may be in the tenant alone.
    if (error instanceof UserError) return bound
    throw error
  }
}

// Without its file an Action is one whose source cannot be seen.
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
