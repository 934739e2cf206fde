import { UserError } from '../terminal/user-error.ts'
import type { Position } from './environment.ts'

/** An Action bound to a trigger. */
export interface Binding {
  readonly actionId: string
  readonly actionName: string
  readonly displayName: string
}

/** As much of a binding as its place depends on. */
export type NamedBinding = Pick<Binding, 'actionName'>

/**
 * Puts our binding at its place, and moves no other. A binding that is at a place it may have stays there.
 * @returns all bindings of the trigger in the order they should have
 * @throws UserError when the Action that the position names is not bound
 */
export function placeBinding<B extends NamedBinding>(
  bindings: readonly B[],
  ours: B,
  position: Position,
): readonly B[] {
  const existing = bindings.findIndex(({ actionName }) => actionName === ours.actionName)
  const others = bindings.filter((_binding, i) => i !== existing)
  const { least, most, nearest } = placesFor(position, others)
  if (existing >= least && existing <= most) return bindings
  return others.toSpliced(nearest, 0, bindings[existing] ?? ours)
}

/**
 * Takes our binding back to where it stood before, among the others as they are now: behind the nearest
 * one that stood before it, or unbound if it was.
 * @returns `now` itself where that is so already
 */
export function restoreBinding(
  now: readonly Binding[],
  before: readonly Binding[],
  name: string,
): readonly Binding[] {
  const isOurs = ({ actionName }: Binding): boolean => actionName === name
  const others = now.filter((binding) => !isOurs(binding))
  const place = before.findIndex(isOurs)
  const ours = now.find(isOurs) ?? before[place]
  if (place === -1 || ours === undefined) return others.length === now.length ? now : others
  const predecessor = before
    .slice(0, place)
    .map(({ actionId }) => others.findIndex((other) => other.actionId === actionId))
    .findLast((index) => index !== -1)
  const after = others.toSpliced((predecessor ?? -1) + 1, 0, ours)
  return now.findIndex(isOurs) === after.indexOf(ours) ? now : after
}

/** Indexes among the other bindings: where the position holds, and where it is taken most literally. */
interface Places {
  readonly least: number
  readonly most: number
  readonly nearest: number
}

function placesFor(position: Position, others: readonly NamedBinding[]): Places {
  const end = others.length
  if (position === 'first') return { least: 0, most: 0, nearest: 0 }
  if (position === 'last') return { least: end, most: end, nearest: end }
  const after = 'after' in position
  const name = after ? position.after : position.before
  const anchor = others.findIndex(({ actionName }) => actionName === name)
  if (anchor === -1) {
    throw new UserError({
      message: `no Action \`${name}\` is bound to post-login, so there is no place ${after ? 'after' : 'before'} it`,
      hint: `bound are: ${others.map(({ actionName }) => actionName).join(', ') || 'none'}`,
    })
  }
  return after
    ? { least: anchor + 1, most: end, nearest: anchor + 1 }
    : { least: 0, most: anchor, nearest: anchor }
}
