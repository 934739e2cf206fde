import { counterexample } from './counterexample.ts'
import { newExplorer, type Subject, type UnitResult } from './explorer.ts'
import { newTally } from './tally.ts'
import { LIMITS, planUnits, type Depth } from './units.ts'
import type { Violation } from './violation.ts'
import { exploreInWorkers } from './worker-pool.ts'

/** What an exhaustive check has run, and what did not hold. */
export interface ExhaustiveResult {
  readonly cases: number
  readonly rules: readonly { readonly id: string; readonly cases: number }[]
  /** The fields of the event that the bundle read, by dotted path, `now` for the clock. */
  readonly fieldsRead: readonly string[]
  /** What the check could miss, in sentences. */
  readonly limits: readonly string[]
  readonly violations: readonly Violation[]
}

export interface CheckOptions {
  /** Hears how many parts of the exploration are done. */
  readonly progress?: (done: number, total: number) => void
  /** `workers` (the default) takes all processors, `this-thread` is quicker for one small policy. */
  readonly depth?: Depth
  readonly where?: 'workers' | 'this-thread'
}

/**
 * Runs a bundle on every combination of classes that its policy can tell apart, and judges every run.
 * What is covered and why: `explorer.ts`; the classes: `partitions.ts`; what they are combined with: `focus.ts`.
 * @throws Error where the bundle cannot be loaded, or waits for something
 */
export async function checkBundle(
  subject: Subject,
  { progress, where = 'workers', depth = 'whole' }: CheckOptions = {},
): Promise<ExhaustiveResult> {
  const units = planUnits(subject.policy, subject.invariants, depth)
  const tally = newTally()
  const casesByRule = new Map(subject.policy.rules.map(({ id }) => [id, 0]))
  const fieldsRead = new Set<string>()
  let cases = 0
  let done = 0

  const collect = (result: UnitResult): void => {
    cases += result.cases
    const { rule } = result
    if (rule !== undefined) casesByRule.set(rule, (casesByRule.get(rule) ?? 0) + result.cases)
    for (const field of result.fieldsRead) fieldsRead.add(field)
    for (const found of result.found) tally.add(found)
    progress?.(++done, units.length)
  }

  if (where === 'workers') await exploreInWorkers({ subject, depth }, units.length, collect)
  else {
    const { explore } = newExplorer(subject)
    for (const [number, unit] of units.entries()) collect(await explore(unit, number))
  }

  const violations: Violation[] = []
  for (const found of tally.all()) {
    const unit = units[found.unit]
    if (unit !== undefined) violations.push(await counterexample(subject, unit, found))
  }
  return {
    cases,
    rules: [...casesByRule].map(([id, count]) => ({ id, cases: count })),
    fieldsRead: [...fieldsRead].toSorted(),
    limits: LIMITS[depth],
    violations: violations.toSorted(byInvariant),
  }
}

function byInvariant(a: Violation, b: Violation): number {
  return compare(a.invariant, b.invariant) || compare(a.rule ?? '', b.rule ?? '')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
