import { isForeignKey } from '../reading/built-in-names.ts'
import { HOOKS } from '../reading/watch.ts'
import { isOfEvent } from './guard.ts'
import type { Hooks } from './run-bundle.ts'

/** Code that tells which way it goes. */
export interface WatchedCode {
  readonly code: string
  /** How many places it tells of. */
  readonly points: number
}

/** For each point whether it was ever false, and whether it was ever true: two bytes. */
export type Seen = Uint8Array

/** What watched code calls, noting in `seen` which way it goes. */
export function watchingHooks(seen: Seen, onUnknown: (path: string) => void): Hooks {
  const note = (point: number, value: unknown, isSo: boolean) => {
    seen[2 * point + (isSo ? 1 : 0)] = 1
    return value
  }
  return {
    [HOOKS.isTrue]: (point: number, value: unknown) => note(point, value, Boolean(value)),
    [HOOKS.isMissing]: (point: number, value: unknown) =>
      note(point, value, value === undefined || value === null),
    [HOOKS.reached]: (point: number) => note(point, undefined, true),
    [HOOKS.key]: (key: unknown) => {
      if (!isForeignKey(key)) return key
      onUnknown(`the name ${String(key)}`)
      throw new Error('no key of data')
    },
    [HOOKS.copied]: (value: unknown) => {
      if (isOfEvent(value)) onUnknown('a copy of the event')
      return value
    },
  }
}
