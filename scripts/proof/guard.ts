import { completeValue } from './complete-event.ts'
import { isForeignKey } from '../reading/built-in-names.ts'
import { HOOKS } from '../reading/hooks.ts'
import type { Hooks } from './run-bundle.ts'

const ofEvents = new WeakSet()

/** Whether a value is an event or a part of one, of which no code makes a copy. */
export function isOfEvent(value: unknown): boolean {
  return typeof value === 'object' && value !== null && ofEvents.has(value)
}

export function markAsOfEvent<T extends object>(value: T): T {
  ofEvents.add(value)
  return value
}

/**
 * Makes a representative reportable: reading a property that no representative of its field has is
 * reported by its path. All of it is frozen, as runs share it.
 */
export function guard(value: unknown, path: string, place: Guarding): unknown {
  if (Array.isArray(value)) {
    return Object.freeze(value.map((element) => guard(element, `${path}[]`, place)))
  }
  if (typeof value !== 'object' || value === null) return value
  const copy = Object.create(reporter(path, place)) as object
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
    const child = 'value' in property ? guard(property.value, `${path}.${name}`, place) : undefined
    const guarded = 'value' in property ? { ...property, value: child } : property
    Object.defineProperty(copy, name, guarded)
  }
  return markAsOfEvent(Object.freeze(copy))
}

// As the prototype it is asked only for what an object does not have: a proxy of the object itself would
// make each read slow.
function reporter(path: string, { known, onUnknown }: Guarding): object {
  const tell = (name: PropertyKey) => {
    if (typeof name === 'string' && !known.has(name) && !isHarmless(name)) {
      onUnknown(`${path}.${name}`)
    }
  }
  return new Proxy(
    {},
    {
      get(target, name, receiver) {
        tell(name)
        if (typeof name === 'string' && !known.has(name) && !isHarmless(name)) {
          return completeValue(`${path}.${name}`)
        }
        return Reflect.get(target, name, receiver) as unknown
      },
      has(target, name) {
        tell(name)
        return Reflect.has(target, name)
      },
      set: () => false,
    },
  )
}

export interface Guarding {
  /** Every property name of every representative of the field. */
  readonly known: ReadonlySet<string>
  readonly onUnknown: (path: string) => void
}

/** Collects the property names in a value, at any depth. */
export function namesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(Object.getOwnPropertyDescriptors(value)).flatMap(([name, property]) => [
    ...(Array.isArray(value) ? [] : [name]),
    ...namesIn(property.value),
  ])
}

/** Whether any object answers to this name, or the language itself asks for it. */
export function isHarmless(name: string): boolean {
  return name in Object.prototype || name === 'then'
}

/** Code that tells which way it goes. */
export interface WatchedCode {
  readonly code: string
  /** How many places it tells of. */
  readonly points: number
}

/** For each point whether it was ever false, and whether it was ever true: two bytes. */
export type Seen = Uint8Array

function isNothing(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === undefined || value === null
  const { length, size } = value as { readonly length?: unknown; readonly size?: unknown }
  return length === 0 || size === 0
}

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
    [HOOKS.given]: (point: number, value: unknown) =>
      isNothing(value) ? value : note(point, value, true),
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
