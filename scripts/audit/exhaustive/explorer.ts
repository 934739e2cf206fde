import type { Policy } from '../../../actions/step-up/policy.ts'
import { newSearch } from './choices.ts'
import { judge, type NamedBreach } from './judge.ts'
import { newLazyEvent } from './lazy-event.ts'
import { ADDING_A_SCOPE, weakening } from './monotone.ts'
import { outcomeOf } from './outcome.ts'
import { REQUEST, REQUESTED_SCOPES } from './partition.ts'
import { partitionsFor } from './partitions.ts'
import type { ReviewerInvariant } from './reviewer-invariant.ts'
import { newRuleBook } from './rule-book.ts'
import { hasThrown, loadBundle, type Run } from './run-bundle.ts'
import { newSettlement } from './settlement.ts'
import { newTally, type Found } from './tally.ts'
import type { Unit } from './units.ts'

export const UNVARIED = 'reads-only-what-is-varied'
export const NO_STATE = 'same-event-same-calls'

/** What is explored: the code as it is shipped, and what it must do. */
export interface Subject {
  readonly code: string
  readonly policy: Policy
  readonly invariants: readonly ReviewerInvariant[]
}

export interface UnitResult {
  readonly rule: string | undefined
  readonly cases: number
  readonly fieldsRead: readonly string[]
  readonly found: readonly Found[]
}

const ignore: (path: string) => void = () => undefined

/** A prime, so that repeated runs do not fall into step with the order of the classes. */
const REPEAT_EVERY = 61

/**
 * Loads a bundle to explore it unit by unit.
 *
 * Why an exploration covers what the bundle can do: the bundle is deterministic and keeps no state (each
 * 61st case runs twice, and on a second instance with another past), so its behaviour depends only on the
 * values that it reads. Each field that it reads takes each of its classes, in every combination within a
 * focus; a field that it does not read cannot matter; a read of anything else is a breach. The reference
 * and the invariants see the same event afterwards, so what the bundle should have read is varied too.
 * Assumed: values of a class are alike, and no behaviour hangs on more unrelated fields than a focus joins.
 */
export function newExplorer({ code, policy, invariants }: Subject) {
  const book = newRuleBook(policy)
  const current = { now: () => 0, onUnknown: ignore }
  const surroundings = {
    now: () => current.now(),
    onUnknown: (path: string) => current.onUnknown(path),
  }
  const bundle = loadBundle(code, surroundings)
  const secondInstance = loadBundle(code, surroundings)

  async function explore({ target, focus }: Unit, unit: number): Promise<UnitResult> {
    const partitions = partitionsFor(target)
    const free = partitions.map(({ path }) => focus.free.get(path) ?? 1)
    const comparable = focus.comparesScopes
      ? partitions.flatMap(({ path, richer }, id) =>
          (path === REQUESTED_SCOPES || path === REQUEST) && richer ? [{ id, richer }] : [],
        )
      : []
    const search = newSearch(focus.deviations)
    const unvaried = new Set<string>()
    const lazy = newLazyEvent({
      partitions,
      choose: (field, count) => search.choose(field, count, free[field] ?? 1),
      onUnknown: (path) => unvaried.add(path),
    })
    current.now = lazy.now
    current.onUnknown = (path) => unvaried.add(path)
    const tally = newTally()
    const report = (breach: NamedBreach & { path?: string }, chosen: readonly number[]): void =>
      tally.add({
        ...breach,
        unit,
        count: 1,
        deviations: chosen.filter((i) => i > 0).length,
        chosen,
      })
    const settlement = newSettlement(bundle, (chosen, expected) =>
      report({ invariant: 'never-throws', expected }, chosen),
    )
    const isRead = partitions.map(() => false)
    let cases = 0

    function exploreCase(): void {
      lazy.reset()
      const run = bundle.run(lazy.event)
      lazy.chosen.forEach((index, id) => (isRead[id] ||= index >= 0))
      const breaches = judge({ book, reviewers: invariants }, run, {
        event: lazy.event,
        nowMs: lazy.now(),
        target,
      })
      const chosen = lazy.chosen.slice()
      for (const breach of breaches) report(breach, chosen)
      settlement.add(run, breaches.length === 0 ? chosen : undefined)
      if (cases % REPEAT_EVERY === 0) repeat(run, chosen)
      for (const field of comparable) compareScopes(run, field)
      for (const path of unvaried) {
        report({ invariant: UNVARIED, expected: `\`${path}\` is not read`, path }, chosen)
      }
      unvaried.clear()
      cases += 1
    }

    function repeat(first: Run, chosen: readonly number[]): void {
      for (const instance of [bundle, secondInstance]) {
        const again = instance.run(lazy.event)
        settlement.add(again, undefined)
        if (JSON.stringify(again.calls) === JSON.stringify(first.calls)) continue
        const expected = 'the calls of every other run on this event'
        report({ invariant: NO_STATE, expected }, chosen)
      }
    }

    function compareScopes(
      less: Run,
      field: { readonly id: number; readonly richer: ReadonlyMap<number, number> },
    ): void {
      const index = lazy.chosen[field.id] ?? -1
      const richer = field.richer.get(index)
      if (richer === undefined) return
      lazy.replace(field.id, richer)
      const more = bundle.run(lazy.event)
      settlement.add(more, undefined)
      const chosen = lazy.chosen.slice()
      lazy.replace(field.id, index)
      const expected = weakening(outcomeOf(less.calls, false), outcomeOf(more.calls, false))
      if (expected === undefined || hasThrown(more) || hasThrown(less)) return
      const rule = target.rule
      report({ invariant: ADDING_A_SCOPE, ...(rule && { rule }), expected }, chosen)
    }

    do {
      exploreCase()
      if (settlement.isDue()) await settlement.settle()
    } while (search.advance() && !search.hasDiverged())
    await settlement.settle()
    if (search.hasDiverged()) {
      report({ invariant: NO_STATE, expected: 'the same reads in every run' }, lazy.chosen.slice())
    }
    const fieldsRead = partitions.flatMap(({ path }, id) => (isRead[id] ? [path] : []))
    return { rule: target.rule, cases, fieldsRead, found: tally.all() }
  }

  return { explore }
}
