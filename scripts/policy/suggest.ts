import { closest, distance } from 'fastest-levenshtein'

const MOST_SUGGESTED = 20

/** `did you mean …?` where one of the known words is near, otherwise all of them unless they are many. */
export function suggest(word: string, known: readonly string[]): string {
  const nearest = nearestTo(word, known)
  if (nearest !== undefined) return `did you mean \`${nearest}\`?`
  return known.length > MOST_SUGGESTED
    ? `none of the ${known.length} that are known is like it`
    : `known are: ${known.join(', ')}`
}

/** The known word that another is probably meant to be. */
export function nearestTo(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined
  const nearest = closest(word, [...known])
  return distance(word, nearest) <= Math.max(2, nearest.length / 3) ? nearest : undefined
}
