import { completeValue } from './complete-event.ts'
import { guard, isHarmless, markAsOfEvent, namesIn } from './guard.ts'
import { CLOCK, PRESENT, THROWS, valuesAt, type Partition } from './partition.ts'

/** An event whose fields get their values when they are read first. */
export interface LazyEvent {
  readonly event: object
  /** The time of this run, in epoch milliseconds; asking for it is a choice, too. */
  readonly now: () => number
  /** Forgets the choices of the last run, or goes back to those that were kept. */
  reset(to?: readonly number[]): void
  /** The class taken for each partition, in their order; -1 for a field that was not read. */
  readonly chosen: readonly number[]
  /**
   * The part of all combinations of classes that this run stands for, from 0 to 1: whatever the classes
   * of fields that nobody read.
   */
  share(): number
  /** Replaces the class of a field that was read, for a variation of the same event. */
  replace(field: number, index: number): void
}

export interface LazyEventOptions {
  readonly partitions: readonly Partition[]
  /** Answers the class of a field, by its place in `partitions`. */
  readonly choose: (field: number, count: number) => number
  readonly onUnknown: (path: string) => void
}

interface Field {
  readonly id: number
  /** Representatives for each class of the clock, each made when first needed. */
  readonly tables: (Table | undefined)[]
  readonly followsClock: boolean
  readonly partition: Partition
  readonly known: ReadonlySet<string>
  readonly object: object
}

interface Table {
  readonly values: readonly unknown[]
  readonly guarded: unknown[]
}

// One for all, as making an error takes longer than a run.
const UNREADABLE = new Error('this value cannot be read')

/**
 * Makes an event of proxies: what is not read is not chosen, `in` and the listing of keys count as reading,
 * and reading what has no partition is reported.
 */
export function newLazyEvent(options: LazyEventOptions): LazyEvent {
  const { partitions, choose, onUnknown } = options
  const clock = partitions.findIndex(({ path }) => path === CLOCK)
  const times = (partitions[clock]?.values ?? []) as readonly number[]
  const ordinary = partitions.map((partition) => valuesAt(partition, times[0] ?? 0))
  const counts = ordinary.map(({ length }) => length)
  const chosen = partitions.map(() => -1)

  const take = (id: number): number => {
    const known = chosen[id] ?? -1
    if (known >= 0) return known
    const index = choose(id, counts[id] ?? 0)
    chosen[id] = index
    return index
  }
  const tick = (): number => take(clock)

  const valueOf = (field: Field): unknown => {
    const at = field.followsClock ? tick() : 0
    const index = take(field.id)
    const value = representative((field.tables[at] ??= tableOf(field, at)), index, field)
    if (value === THROWS) throw UNREADABLE
    return value
  }

  const tableOf = ({ id, partition }: Field, at: number): Table => {
    const values = at === 0 ? ordinary[id] : valuesAt(partition, times[at] ?? 0)
    return { values: values ?? [], guarded: [] }
  }

  const representative = (table: Table, index: number, field: Field): unknown => {
    const ready = table.guarded[index]
    if (ready !== undefined) return ready
    const { partition, known, object } = field
    const value = table.values[index]
    const made = value === PRESENT ? object : guard(value, partition.path, { known, onUnknown })
    table.guarded[index] = made
    return made
  }

  const objectAt = (path: string): object => {
    const fields = new Map<PropertyKey, Field>()
    partitions.forEach((partition, id) => {
      const name = partition.path.slice(path.length)
      if (id === clock || !partition.path.startsWith(path) || name.includes('.')) return
      fields.set(name, fieldOf(partition, id))
    })
    return lazyObject(fields, path)
  }

  const fieldOf = (partition: Partition, id: number): Field => {
    const values = ordinary[id] ?? []
    return {
      id,
      partition,
      tables: [],
      followsClock: typeof partition.values === 'function',
      known: new Set(namesIn(values)),
      object: values.includes(PRESENT) ? objectAt(`${partition.path}.`) : {},
    }
  }

  const lazyObject = (fields: ReadonlyMap<PropertyKey, Field>, path: string): object => {
    const read = (name: PropertyKey): unknown => {
      const field = fields.get(name)
      if (field !== undefined) return valueOf(field)
      if (typeof name === 'string' && !isHarmless(name)) {
        onUnknown(path + name)
        return completeValue(path + name)
      }
      return Reflect.get(Object.prototype, name)
    }
    const keys = () => {
      onUnknown(`${path}*`)
      return [...fields.keys()].filter((name) => read(name) !== undefined) as string[]
    }
    const proxy: object = new Proxy(
      {},
      {
        get: (_target, name) => read(name),
        has: (_target, name) => read(name) !== undefined,
        ownKeys: keys,
        getOwnPropertyDescriptor: (_target, name) => {
          const value = fields.has(name) ? read(name) : undefined
          return value === undefined
            ? undefined
            : { value, enumerable: true, configurable: true, writable: false }
        },
        set: () => false,
        defineProperty: () => false,
        deleteProperty: () => false,
      },
    )
    return markAsOfEvent(proxy)
  }

  return {
    event: objectAt(''),
    now: () => times[tick()] ?? 0,
    reset(to) {
      for (let id = 0; id < chosen.length; id++) chosen[id] = to?.[id] ?? -1
    },
    chosen,
    share: () =>
      chosen.reduce((share, index, id) => (index < 0 ? share : share / (counts[id] ?? 1)), 1),
    replace: (field, index) => void (chosen[field] = index),
  }
}
