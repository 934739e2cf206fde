import { partitionsFor } from '../proof/partitions.ts'
import { copyWithout, placesIn, plainEvent } from '../proof/plain-event.ts'
import { circumstanceOf } from './circumstance.ts'
import { differenceIn, type Change } from './compare-kind.ts'
import type { LoadedSides } from './explore-both.ts'
import type { Kind } from './kinds.ts'
import { nameOf } from './protected.ts'
import { isSame, type Standing } from './standing.ts'

/** A request on which two policies differ, with nothing in it that does not matter. */
export interface Example {
  /** What cannot be read is written as text that says so. */
  readonly event: unknown
  /** When it is made, in ISO 8601. */
  readonly at: string
  readonly before: Standing
  readonly after: Standing
}

/** Makes the example of a change: takes away from its event whatever can go. */
export async function exampleOf(
  sides: LoadedSides,
  { target, protects }: Kind,
  { difference, chosen }: Change,
): Promise<Example> {
  const [name = ''] = protects.map(nameOf)
  const { event, nowMs } = plainEvent(partitionsFor(target), chosen)
  const { before, after } = difference

  async function shows(smaller: object): Promise<boolean> {
    const found = await sides.run(smaller, nowMs)
    const circumstance = circumstanceOf(found.facts, target)
    const other = differenceIn(found, name, circumstance)
    return (
      other !== undefined &&
      JSON.stringify(circumstance) === JSON.stringify(difference.circumstance) &&
      isSame(other.before, before) &&
      isSame(other.after, after)
    )
  }

  async function shrink(from: object): Promise<object> {
    for (const place of placesIn(from)) {
      const smaller = copyWithout(from, place) as object
      if (await shows(smaller)) return shrink(smaller)
    }
    return from
  }

  return {
    event: printable(await shrink(event)),
    at: new Date(nowMs).toISOString(),
    before,
    after,
  }
}

function printable(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(printable)
  return Object.fromEntries(
    Object.entries(Object.getOwnPropertyDescriptors(value)).map(([name, property]) => [
      name,
      'value' in property ? printable(property.value) : '(reading this throws)',
    ]),
  )
}
