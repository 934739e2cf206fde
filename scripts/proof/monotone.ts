import type { InvariantName } from './invariant-words.ts'
import { isHeldBack, isRefused, type Outcome } from './outcome.ts'

export const ADDING_A_SCOPE: InvariantName = 'adding-a-scope-never-weakens'

/** Whether a login meets anything that one with more scopes could get around. */
export function canBeWeakened(less: Outcome): boolean {
  return isHeldBack(less) || less.removed.length > 0
}

/**
 * Compares a request with the same request and one more scope.
 * @returns what was expected of the second one, in words, where it got away with less
 */
export function weakening(less: Outcome, more: Outcome): string | undefined {
  if (isRefused(more)) return undefined
  if (isRefused(less)) return 'denied, as the request with fewer scopes is'
  if (isHeldBack(more)) return undefined
  if (isHeldBack(less)) return 'MFA, as for the request with fewer scopes'
  const kept = less.removed.find((scope) => !more.removed.includes(scope))
  return kept === undefined
    ? undefined
    : `\`${kept}\` removed, as from the request with fewer scopes`
}
