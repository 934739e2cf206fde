import type { NamedBreach } from './judge.ts'

/** A kind of breach with its smallest case: the one with the fewest fields beyond the ordinary. */
export interface Found extends NamedBreach {
  readonly unit: number
  readonly count: number
  readonly deviations: number
  /** The class of each partition, -1 for those that were not read. */
  readonly chosen: readonly number[]
  /** What was read although nothing varies it. */
  readonly path?: string
}

export interface Tally {
  add(found: Found): void
  all(): readonly Found[]
}

/** Counts breaches by invariant and rule, and keeps one case of each: the memory does not grow with them. */
export function newTally(): Tally {
  const found = new Map<string, Found>()
  return {
    add(next) {
      const key = [next.invariant, next.rule, next.path].join(' ')
      const known = found.get(key)
      const count = (known?.count ?? 0) + next.count
      const isSmaller = known === undefined || compare(next, known) < 0
      found.set(key, { ...(isSmaller ? next : known), count })
    },
    all: () => [...found.values()],
  }
}

// By unit where equal, so that the result does not depend on which worker is first.
function compare(a: Found, b: Found): number {
  return a.deviations - b.deviations || oddness(a) - oddness(b) || a.unit - b.unit
}

// Classes stand in the order of how ordinary they are.
function oddness({ chosen }: Found): number {
  return chosen.reduce((sum, index) => sum + Math.max(index, 0), 0)
}
