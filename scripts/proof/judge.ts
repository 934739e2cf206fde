import { readFacts } from './facts.ts'
import type { InvariantName } from '../policy/audit-names.ts'
import { privateOf, RUN_CHECKS, type Breach, type Case, checkReviewer } from './invariants.ts'
import { outcomeOf, type Outcome } from './outcome.ts'
import { evaluate } from './reference.ts'
import type { ReviewerInvariant, Target } from './target.ts'
import { bind, type RuleBook } from './rule-book.ts'
import { hasThrown, type Run } from './run-bundle.ts'

/** A breach, and of which invariant. */
export interface NamedBreach extends Breach {
  readonly invariant: string
}

export interface Judge {
  readonly book: RuleBook
  readonly reviewers: readonly ReviewerInvariant[]
}

const NONE: ReadonlySet<string> = new Set()
const LOG: InvariantName = 'log-says-nothing-private'

/** A run and what it came to, as far as its calls tell: a throw is looked for only where that matters. */
export interface Judged {
  readonly run: Run
  readonly outcome: Outcome
}

/** Judges one run on an event at a time: by every invariant, and by the policy read independently. */
export function judge(
  { book, reviewers }: Judge,
  { run, outcome }: Judged,
  on: { readonly event: object; readonly nowMs: number; readonly target: Target },
): readonly NamedBreach[] {
  const { event, nowMs, target } = on
  const facts = readFacts(event)
  const binding = bind(book, facts, nowMs)
  const expected = evaluate(book, facts, nowMs)
  const removed = outcome.removed.length === 0 ? NONE : new Set(outcome.removed)
  const given = { book, facts, nowMs, target, binding, expected, removed }
  const breaches = breachesOf({ ...given, outcome }, reviewers)
  // Asking a promise is slow, so only those are asked whose calls leave a doubt.
  const logged = logSaysNothingPrivate(run, target)
  const all = logged === undefined ? breaches : [...breaches, { invariant: LOG, ...logged }]
  if (breaches.length === 0 || !hasThrown(run)) return all
  return breachesOf({ ...given, outcome: outcomeOf(run.calls, true) }, reviewers)
}

function breachesOf(
  current: Case,
  reviewers: readonly ReviewerInvariant[],
): readonly NamedBreach[] {
  const breaches: NamedBreach[] = []
  const add = (invariant: string, breach: Breach | undefined) => {
    if (breach !== undefined) breaches.push({ invariant, ...breach })
  }
  for (const { name, check } of RUN_CHECKS) add(name, check(current))
  for (const reviewer of reviewers) add(reviewer.id, checkReviewer(reviewer, current))
  return breaches
}

/** Auth0 keeps 256 characters of a log, and whoever may read the tenant's logs reads them. */
const LOG_LENGTH = 256

function logSaysNothingPrivate({ logs }: Run, target: Target): Breach | undefined {
  if (logs.length === 0) return undefined
  for (const [line, ...more] of logs) {
    if (typeof line !== 'string' || more.length > 0)
      return { expected: 'a log of one line of text' }
    if (line.length > LOG_LENGTH) return { expected: `at most ${LOG_LENGTH} characters in a log` }
    const secret = privateOf(target).find((each) => line.includes(each))
    if (secret !== undefined) return { expected: `a log without \`${secret}\`` }
  }
  return undefined
}

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
