import type { Policy } from '../../actions/step-up/policy.ts'
import type { Change } from './change.ts'
import { changesOf } from './changes.ts'
import type { Explainer, Explanation } from './explainer.ts'
import type { Question } from './question.ts'

const MOST_CHANGES = 3

/** A try takes up to a tenth of a millisecond. */
const MOST_TRIES = 50_000

/**
 * Finds the smallest sets of changes, in words, after which the token carries all that was asked for; where
 * a challenge leads there already, those that spare the user the challenge. Found by trying, as long as
 * that takes seconds.
 */
export function whatWouldHaveToChange(
  explain: Explainer['explain'],
  policy: Policy,
  question: Question,
): readonly (readonly string[])[] {
  const now = explain(question)
  const isReached = (after: Explanation) =>
    now.isGranted ? after.outcome === 'pass' : after.isGranted
  if (now.outcome === 'pass') return []
  const changes = changesOf(policy, question, now.reason)
  for (let size = 1; size <= MOST_CHANGES; size++) {
    if (countCombinations(changes.length, size) > MOST_TRIES) return []
    const found = combinations(changes, size).filter((steps) =>
      isReached(explain(changed(question, steps))),
    )
    if (found.length > 0) return found.map((steps) => steps.map(({ words }) => words))
  }
  return []
}

function changed({ event, nowMs }: Question, steps: readonly Change[]): Question {
  const copy = structuredClone(event) as Parameters<Change['apply']>[0]
  for (const { apply } of steps) apply(copy)
  return { event: copy as Question['event'], nowMs }
}

function combinations<T>(of: readonly T[], size: number): readonly (readonly T[])[] {
  if (size === 0) return [[]]
  return of.flatMap((first, i) =>
    combinations(of.slice(i + 1), size - 1).map((rest) => [first, ...rest]),
  )
}

function countCombinations(of: number, size: number): number {
  return size === 0 ? 1 : (countCombinations(of - 1, size - 1) * of) / size
}
