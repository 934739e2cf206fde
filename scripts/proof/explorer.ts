import { newSearch, type Division } from './choices.ts'
import type { Focus, Subject, Unit } from './units.ts'
import { watchingHooks, type Seen } from './guard.ts'
import { judge, type Judged, type NamedBreach, newTally, type Found } from './judge.ts'
import type { InvariantName } from '../policy/audit-names.ts'
import { newLazyEvent } from './lazy-event.ts'
import { ADDING_A_SCOPE, canBeWeakened, weakening } from './outcome.ts'
import { outcomeOf } from './outcome.ts'
import { PROTOCOL, REQUEST, REQUESTED_SCOPES, type Partition } from './partition.ts'
import { combinationsOf, partitionsFor } from './partitions.ts'
import { newRuleBook } from './rule-book.ts'
import { hasThrown, loadBundle, type Run, newSettlement } from './run-bundle.ts'
import type { Target } from './target.ts'

export const UNVARIED: InvariantName = 'reads-only-what-is-varied'
const NEVER_THROWS: InvariantName = 'never-throws'
export const NO_STATE: InvariantName = 'same-event-same-calls'

export interface UnitResult {
  readonly rule: string | undefined
  readonly cases: number
  /** The part of all combinations of classes that the cases decide, from 0 to 1. */
  readonly covered: number
  /** Whether the widest focus was done to its end. */
  readonly isDecided: boolean
  /** All combinations of classes there are. */
  readonly combinations: number
  readonly fieldsRead: readonly string[]
  /** How many classes each field took that was read. */
  readonly classes: ReadonlyMap<string, number>
  readonly found: readonly Found[]
  /** Which way watched code has gone until now. */
  readonly seen?: Seen
  readonly judged: Judgings
}

/** How often was looked for what no single case can tell. */
export interface Judgings {
  /** Runs of the bundle whose reads were watched. */
  readonly runs: number
  /** Runs that were repeated. */
  readonly repeated: number
  /** Runs that were compared with one that asks for more. */
  readonly compared: number
}

/** What came of one focus; `isComplete` unless it met the limit of cases. */
interface Pass extends Omit<UnitResult, 'rule' | 'isDecided' | 'combinations' | 'seen'> {
  readonly isComplete: boolean
}

interface Task {
  readonly target: Target
  readonly partitions: readonly Partition[]
  readonly focus: Focus
  readonly unit: number
  readonly limit: number
  readonly division: Division | undefined
  readonly onShare: (share: number) => void
}

/** A bundle's run, and the class of each field that it read. */
type Explored = Judged & { readonly chosen: readonly number[] }

/** A field whose classes stand for lists of scopes. */
interface Comparable {
  readonly id: number
  readonly richer: ReadonlyMap<number, number>
}

const ignore: (what: unknown) => void = () => undefined

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
 * Where only what they alone read is varied, the bundle's run is the one before and is not repeated.
 * Assumed: values of a class are alike, and no behaviour hangs on more unrelated fields than a focus joins.
 */
export function newExplorer({ code, watched, policy, invariants }: Subject) {
  const judging = { book: newRuleBook(policy), reviewers: invariants }
  const current = { now: () => 0, onUnknown: ignore as (path: string) => void }
  const surroundings = {
    now: () => current.now(),
    onUnknown: (path: string) => current.onUnknown(path),
  }
  const seen: Seen | undefined = watched && new Uint8Array(2 * watched.points)
  const load = () =>
    watched === undefined || seen === undefined
      ? loadBundle(code, surroundings)
      : loadBundle(watched.code, surroundings, watchingHooks(seen, surroundings.onUnknown))
  const bundle = load()
  const secondInstance = load()

  /** @param onShare hears now and then which part of the combinations the current focus has decided */
  async function explore(
    { target, attempts, limit, protocols }: Unit,
    unit: number,
    onShare: (share: number) => void = ignore,
  ): Promise<UnitResult> {
    const partitions = partitionsFor(target)
    const passes: Pass[] = []
    for (const foci of attempts) {
      const attempt: Pass[] = []
      for (const focus of foci) {
        const most = focus.isWide ? limit : Infinity
        const division = focus.isDividedByProtocol ? protocols : undefined
        attempt.push(
          await pass({ target, partitions, focus, unit, limit: most, division, onShare }),
        )
      }
      passes.push(...attempt)
      if (attempt.every(({ isComplete }) => isComplete)) break
    }
    const tally = newTally()
    for (const found of passes.flatMap((each) => each.found)) tally.add(found)
    return {
      rule: target.rule,
      cases: passes.reduce((sum, { cases }) => sum + cases, 0),
      covered: Math.max(...passes.map(({ covered }) => covered)),
      isDecided:
        passes.length === (attempts[0]?.length ?? 0) && passes.every((each) => each.isComplete),
      combinations: combinationsOf(partitions),
      fieldsRead: [...new Set(passes.flatMap((each) => each.fieldsRead))],
      classes: mostOf(passes.map((each) => each.classes)),
      found: tally.all(),
      ...(seen && { seen }),
      judged: judgingsOf(passes),
    }
  }

  async function pass(task: Task): Promise<Pass> {
    const { target, partitions, focus, unit, limit, division, onShare } = task
    const free = partitions.map(({ path }) => focus.free.get(path) ?? 1)
    const comparable: readonly Comparable[] = focus.comparesScopes
      ? partitions.flatMap(({ path, richer }, id) =>
          (path === REQUESTED_SCOPES || path === REQUEST) && richer ? [{ id, richer }] : [],
        )
      : []
    const search = newSearch(focus.deviations)
    const protocol = partitions.findIndex(({ path }) => path === PROTOCOL)
    const unvaried = new Set<string>()
    const lazy = newLazyEvent({
      partitions,
      choose: (field, count) =>
        search.choose(field, count, free[field] ?? 1, field === protocol ? division : undefined),
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
      report({ invariant: NEVER_THROWS, expected }, chosen),
    )
    const taken = partitions.map(() => new Set<number>())
    let cases = 0
    let covered = 0
    let runs = 0
    let repeated = 0
    let compared = 0

    let isComplete = false
    let last: Explored | undefined

    function runBundle(): Explored {
      lazy.reset()
      const run = bundle.run(lazy.event)
      const outcome = outcomeOf(run.calls, false)
      for (let id = 0; id < taken.length; id++) {
        const index = lazy.chosen[id] ?? -1
        if (index >= 0) taken[id]?.add(index)
      }
      if (runs++ % REPEAT_EVERY === 0) repeat(run)
      for (const field of comparable) compareScopes({ run, outcome }, field)
      const chosen = lazy.chosen.slice()
      for (const path of unvaried) {
        report({ invariant: UNVARIED, expected: `\`${path}\` is not read`, path }, chosen)
      }
      unvaried.clear()
      settlement.add(run, chosen)
      search.endStage()
      return { run, outcome, chosen }
    }

    function exploreCase(): void {
      if (last !== undefined && search.skipsStage()) lazy.reset(last.chosen)
      else last = runBundle()
      if (isAnothers()) return
      const breaches = judge(judging, last, { event: lazy.event, nowMs: lazy.now(), target })
      // Of a throw the settlement tells, once for each run.
      for (const breach of breaches) {
        if (breach.invariant !== NEVER_THROWS) report(breach, lazy.chosen.slice())
      }
      cases += 1
      covered += lazy.share()
    }

    /** Whether another unit decides a case, too: the first one what does not hang on the protocol. */
    function isAnothers(): boolean {
      return division !== undefined && division.first > 0 && (lazy.chosen[protocol] ?? -1) < 0
    }

    function repeat(first: Run): void {
      repeated += 1
      for (const instance of [bundle, secondInstance]) {
        const again = instance.run(lazy.event)
        settlement.add(again, undefined)
        if (JSON.stringify(again.calls) === JSON.stringify(first.calls)) continue
        const expected = 'the calls of every other run on this event'
        report({ invariant: NO_STATE, expected }, lazy.chosen.slice())
      }
    }

    function compareScopes(less: Judged, field: Comparable): void {
      const index = lazy.chosen[field.id] ?? -1
      const richer = field.richer.get(index)
      if (richer === undefined || !canBeWeakened(less.outcome)) return
      compared += 1
      lazy.replace(field.id, richer)
      const more = bundle.run(lazy.event)
      settlement.add(more, undefined)
      const chosen = lazy.chosen.slice()
      lazy.replace(field.id, index)
      const expected = weakening(less.outcome, outcomeOf(more.calls, false))
      if (expected === undefined || hasThrown(more) || hasThrown(less.run)) return
      const rule = target.rule
      report({ invariant: ADDING_A_SCOPE, ...(rule && { rule }), expected }, chosen)
    }

    do {
      exploreCase()
      if (settlement.isDue()) {
        await settlement.settle()
        onShare(covered)
      }
      isComplete = !search.advance()
    } while (!isComplete && cases < limit && !search.hasDiverged())
    await settlement.settle()
    if (search.hasDiverged()) {
      report({ invariant: NO_STATE, expected: 'the same reads in every run' }, lazy.chosen.slice())
    }
    const classes = new Map(partitions.map(({ path }, id) => [path, taken[id]?.size ?? 0]))
    const fieldsRead = [...classes].flatMap(([path, count]) => (count > 0 ? [path] : []))
    const judged = { runs, repeated, compared }
    return { isComplete, cases, covered, fieldsRead, classes, found: tally.all(), judged }
  }

  return { explore }
}

/** For each name the largest of its numbers. */
export function mostOf(counts: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const most = new Map<string, number>()
  for (const [name, count] of counts.flatMap((each) => [...each])) {
    most.set(name, Math.max(count, most.get(name) ?? 0))
  }
  return most
}

/** Adds up what several parts of an exploration looked for. */
export function judgingsOf(parts: readonly { readonly judged: Judgings }[]): Judgings {
  const sum = (name: keyof Judgings) => parts.reduce((all, { judged }) => all + judged[name], 0)
  return { runs: sum('runs'), repeated: sum('repeated'), compared: sum('compared') }
}
