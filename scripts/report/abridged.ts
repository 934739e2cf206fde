import { grouped } from './counts.ts'

/** Names, the first of them only where there are many. */
export function abridged(names: readonly string[], atMost: number): string {
  const more = names.length - atMost
  return more > 0
    ? `${names.slice(0, atMost).join(', ')} and ${grouped(more)} more`
    : names.join(', ')
}

export interface Cut<T> {
  readonly shown: readonly T[]
  /** A sentence about those that are not shown; none where all are. */
  readonly rest: readonly string[]
}

/** The first items of a list, for a report that has no room for all. @param things what they are, in the plural */
export function firstOf<T>(items: readonly T[], atMost: number, things: string): Cut<T> {
  const more = items.length - atMost
  return {
    shown: items.slice(0, atMost),
    rest: more > 0 ? [`and ${grouped(more)} more ${things}, all of them in --json`] : [],
  }
}
