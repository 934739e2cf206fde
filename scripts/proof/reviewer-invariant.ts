import { ageInWords } from '../policy/age.ts'
import { isAuth0Api } from '../policy/auth0-apis.ts'
import type { Facts } from './facts.ts'
import { canAskForMfa, insistsOn, isProven, listOf, type Breach, type Case } from './invariants.ts'
import { isHeldBack, isRefused, type Outcome } from './outcome.ts'
import type { ReviewerInvariant } from './target.ts'

/** @returns the breach, or undefined where the invariant holds */
export function checkReviewer(
  invariant: ReviewerInvariant,
  { facts, outcome, nowMs }: Case,
): Breach | undefined {
  if (isRefused(outcome)) return undefined
  const [carried] = carriedScopes(invariant, facts, outcome)
  if (carried === undefined || isProven(invariant, facts, nowMs)) return undefined
  const isAsked = isHeldBack(outcome) && canAskForMfa(facts)
  if (isAsked && (insistsOn(invariant.factors, outcome) || facts.isSilent() === true))
    return undefined
  const { factors, maxAgeSeconds } = invariant
  const earlier = maxAgeSeconds === 0 ? '' : `, or one at most ${ageInWords(maxAgeSeconds)} old`
  return { expected: `\`${carried}\` removed, or MFA by ${listOf(factors)} now${earlier}` }
}

/** The scopes of an invariant that the token may carry. */
function carriedScopes(
  { audience, scopes }: ReviewerInvariant,
  facts: Facts,
  { removed, added }: Outcome,
): readonly string[] {
  const named = facts.audience()
  if (typeof named === 'string' && named !== audience) return []
  const asked = facts.scopes()
  // Auth0's own APIs give their scopes whatever is removed, but to nobody who does not name them.
  const isOwn = isAuth0Api(audience)
  const mayBeMore = (scope: string) =>
    !(isOwn && facts.hasNoApi() === true) &&
    (typeof asked?.more === 'string' || asked?.more.includes(scope) === true)
  const isCarried = (scope: string) =>
    asked === null || asked.listed.includes(scope) || mayBeMore(scope)
  return scopes.filter(
    (scope) => added.includes(scope) || (isCarried(scope) && (isOwn || !removed.includes(scope))),
  )
}
