import type { Subject } from './explorer.ts'
import { partitionsFor } from './partitions.ts'
import { copyWithout, placesIn, plainEvent, type PlainEvent } from './plain-event.ts'
import { newShow, type Show, type Shown } from './show.ts'
import type { Found } from './tally.ts'
import type { Unit } from './units.ts'
import type { Call } from './run-bundle.ts'

/** An invariant that does not hold, with the smallest event that shows it. */
export interface Violation {
  readonly invariant: string
  readonly rule?: string
  /** In how many cases. */
  readonly count: number
  /** With getters where a field cannot be read; what is not in it does not matter. */
  readonly event: object
  readonly nowMs: number
  readonly calls: readonly Call[]
  readonly expected: string
}

/**
 * Makes a violation out of what an exploration found: takes away from its event whatever can go without
 * the breach going too.
 */
export async function counterexample(
  subject: Subject,
  { target }: Unit,
  found: Found,
): Promise<Violation> {
  const { invariant, rule, count, expected } = found
  const show = newShow(subject, target, found)
  const first = plainEvent(partitionsFor(target), found.chosen)
  const shown = (await show(first)) ?? { expected, calls: [] }
  const smallest = await shrink({ ...first, ...shown }, show)
  return { invariant, ...(rule !== undefined && { rule }), count, ...smallest }
}

async function shrink(from: PlainEvent & Shown, show: Show): Promise<PlainEvent & Shown> {
  let smallest = from
  for (const place of placesIn(from.event)) {
    const event = copyWithout(smallest.event, place) as object
    const shown = await show({ ...smallest, event })
    if (shown !== undefined) smallest = { ...smallest, ...shown, event }
  }
  const isSmaller = placesIn(smallest.event).length < placesIn(from.event).length
  return isSmaller ? shrink(smallest, show) : smallest
}
