import { CLOCK, PRESENT, THROWS, valuesAt, type Partition } from './partition.ts'

/** An event as Auth0 would send it, and the time at which it is handled. */
export interface PlainEvent {
  readonly event: object
  readonly nowMs: number
}

/** Writes out the event of one combination: only what was read, with a getter where reading throws. */
export function plainEvent(
  partitions: readonly Partition[],
  chosen: readonly number[],
): PlainEvent {
  const clock = partitions.findIndex(({ path }) => path === CLOCK)
  const times = partitions[clock]?.values as readonly number[]
  const nowMs = times[Math.max(chosen[clock] ?? 0, 0)] ?? 0
  const event = {}
  partitions.forEach((partition, id) => {
    const index = chosen[id] ?? -1
    if (id === clock || index < 0) return
    place(event, partition.path.split('.'), valuesAt(partition, nowMs)[index])
  })
  return { event, nowMs }
}

function place(into: object, [name = '', ...rest]: readonly string[], value: unknown): void {
  const property = Object.getOwnPropertyDescriptor(into, name)
  if (rest.length > 0) {
    const child: unknown = property?.value
    if (typeof child === 'object' && child !== null) place(child, rest, value)
  } else if (value === THROWS) {
    Object.defineProperty(into, name, {
      get: throwUnreadable,
      enumerable: true,
      configurable: true,
    })
  } else if (value !== undefined) {
    Object.defineProperty(into, name, {
      value: value === PRESENT ? {} : withoutMissing(value),
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
}

function throwUnreadable(): never {
  throw new Error('this value cannot be read')
}

function withoutMissing(value: unknown): unknown {
  return copyWithout(value, undefined)
}

/** One place in an event: names and indexes from its root. */
export type Place = readonly string[]

/** All places in a value, outer ones first. */
export function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return []
  const properties = Object.entries(Object.getOwnPropertyDescriptors(value)).filter(
    ([name]) => !(Array.isArray(value) && name === 'length'),
  )
  return [
    ...properties.map(([name]) => [name]),
    ...properties.flatMap(([name, { value: child }]) =>
      placesIn(child).map((place) => [name, ...place]),
    ),
  ]
}

/** Copies a value, getters as they are, and leaves out one place and what is `undefined`. */
export function copyWithout(value: unknown, place: Place | undefined): unknown {
  if (typeof value !== 'object' || value === null) return value
  const [head, ...rest] = place ?? []
  const isLeftOut = (name: string) => name === head && rest.length === 0
  const below = (name: string) => (name === head ? rest : undefined)
  if (Array.isArray(value)) {
    return value.flatMap((each: unknown, i) =>
      isLeftOut(String(i)) ? [] : [copyWithout(each, below(String(i)))],
    )
  }
  const copy = {}
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
    if (isLeftOut(name) || ('value' in property && property.value === undefined)) continue
    const copied =
      'value' in property
        ? { ...property, value: copyWithout(property.value, below(name)) }
        : property
    Object.defineProperty(copy, name, copied)
  }
  return copy
}
