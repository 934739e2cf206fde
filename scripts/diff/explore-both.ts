import { newSearch } from '../proof/choices.ts'
import { readFacts, type Facts } from '../proof/facts.ts'
import type { Focus } from '../proof/focus.ts'
import { newLazyEvent } from '../proof/lazy-event.ts'
import { outcomeOf, type Outcome } from '../proof/outcome.ts'
import { CLOCK, REQUEST } from '../proof/partition.ts'
import { partitionsFor } from '../proof/partitions.ts'
import {
  hasThrown,
  loadBundle,
  type LoadedBundle,
  type Run,
} from '../proof/run-bundle.ts'
import type { Target } from '../proof/target.ts'
import { UserError } from '../terminal/user-error.ts'
import type { Sides } from './kinds.ts'

/** One request, and what each side did with it. */
export interface JointCase {
  readonly facts: Facts
  readonly nowMs: number
  readonly before: Outcome
  readonly after: Outcome
  /** The class of each partition of the target, -1 for those that were not read. */
  readonly chosen: readonly number[]
}

const ALL = Infinity
const PROTOCOL = ['transaction.protocol', ALL] as const
const RISK = ['authentication.riskAssessment', 2] as const

/** Which MFA is enough: each flow with each MFA and risk. */
const PROOFS: Focus = {
  name: 'proofs',
  free: new Map([PROTOCOL, ['authentication.methods', ALL], RISK]),
  deviations: 0,
  comparesScopes: false,
}

/** Which MFA is asked for: each flow with each set of factors, with and without an earlier MFA. */
const DEMANDS: Focus = {
  name: 'demands',
  free: new Map([PROTOCOL, ['user', 5], ['authentication.methods', 3], RISK]),
  deviations: 0,
  comparesScopes: false,
}

/** Everything else: each flow and time, each way to ask, and one field at any of its classes. */
const REST: Focus = {
  name: 'rest',
  free: new Map([PROTOCOL, [REQUEST, 3], [CLOCK, ALL]]),
  deviations: 1,
  comparesScopes: false,
}

/** Both sides, loaded to run on the same events at the same time. */
export interface LoadedSides {
  /** Runs both on an event. */
  run(event: object, nowMs: number): Promise<Omit<JointCase, 'chosen'>>
  /** Runs both on every combination of classes that is looked at for a target. */
  explore(target: Target, onCase: (found: JointCase) => void): Promise<void>
}

/** Loads both sides. @throws UserError where one cannot be loaded */
export function loadSides(sides: Sides): LoadedSides {
  const current = { now: () => 0 }
  const unvaried = new Set<string>()
  const onUnknown = (path: string) => unvaried.add(path)
  const load = ({ code }: { readonly code: string }): LoadedBundle =>
    loadBundle(code, { now: () => current.now(), onUnknown })
  const before = load(sides.before)
  const after = load(sides.after)

  async function settle(runs: readonly Run[]): Promise<void> {
    await before.settle(runs.map(({ promise }) => promise))
  }

  const runBoth = (event: object) => [before.run(event), after.run(event)] as const

  async function exploreFocus(
    target: Target,
    focus: Focus,
    onCase: (found: JointCase) => void,
  ): Promise<void> {
    const partitions = partitionsFor(target)
    const free = partitions.map(({ path }) => focus.free.get(path) ?? 1)
    const search = newSearch(focus.deviations)
    const lazy = newLazyEvent({
      partitions,
      choose: (field, count) => search.choose(field, count, free[field] ?? 1),
      onUnknown,
    })
    current.now = lazy.now
    const all: Run[] = []
    do {
      lazy.reset()
      const runs = runBoth(lazy.event)
      const [was, is] = runs.map(outcomeOfRun)
      all.push(...runs)
      const facts = readAllFacts(lazy.event)
      if (was === undefined || is === undefined) continue
      onCase({ facts, nowMs: lazy.now(), before: was, after: is, chosen: lazy.chosen.slice() })
    } while (search.advance() && !search.hasDiverged())
    await settle(all)
    assertVaried(unvaried)
  }

  return {
    async explore(target, onCase) {
      for (const focus of [PROOFS, DEMANDS, REST]) await exploreFocus(target, focus, onCase)
    },
    async run(event, nowMs) {
      current.now = () => nowMs
      const runs = runBoth(event)
      const [was, is] = [outcomeOfRun(runs[0]), outcomeOfRun(runs[1])]
      await settle(runs)
      return { facts: readFacts(event), nowMs, before: was, after: is }
    },
  }
}

// At once, so that the classes of all that a change is told by are chosen before they are noted down.
function readAllFacts(event: object): Facts {
  const facts = readFacts(event)
  const { isSilent, isDelegated, audience, scopes, client, organization } = facts
  const reads = [isSilent, isDelegated, audience, scopes, client, organization]
  for (const read of [...reads, facts.acr, facts.mfa, facts.enrolled, facts.isConfident]) read()
  return facts
}

// Asking a promise is slow, and only silence leaves a doubt.
function outcomeOfRun(run: Run): Outcome {
  return outcomeOf(run.calls, run.calls.length === 0 && hasThrown(run))
}

function assertVaried(unvaried: ReadonlySet<string>): void {
  const [path] = unvaried
  if (path === undefined) return
  throw new UserError({
    message: `the Action reads \`${path}\`, on which no comparison is made`,
    hint: 'it may answer by that too, so nothing can be concluded: is it an Action of this package?',
  })
}
