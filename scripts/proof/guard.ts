import { completeValue } from './complete-event.ts'

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
