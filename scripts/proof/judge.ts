import { PRIVATE } from './complete-event.ts'
import { readFacts } from './facts.ts'
import type { InvariantName } from '../policy/audit-names.ts'
import { idsIn, RUN_CHECKS, type Breach, type Case } from './invariants.ts'
import { outcomeOf, type Outcome } from './outcome.ts'
import { evaluate } from './reference.ts'
import { checkReviewer } from './reviewer-invariant.ts'
import type { ReviewerInvariant } from './target.ts'
import { bind, type RuleBook } from './rule-book.ts'
import { hasThrown, type Run } from './run-bundle.ts'
import type { Target } from './target.ts'

/** A breach, and of which invariant. */
export interface NamedBreach extends Breach {
  readonly invariant: string
}

export interface Judge {
  readonly book: RuleBook
  readonly reviewers: readonly ReviewerInvariant[]
}

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
  const removed = new Set(outcome.removed)
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
  const secrets = [...PRIVATE, ...idsIn(target)]
  for (const [line, ...more] of logs) {
    if (typeof line !== 'string' || more.length > 0)
      return { expected: 'a log of one line of text' }
    if (line.length > LOG_LENGTH) return { expected: `at most ${LOG_LENGTH} characters in a log` }
    const secret = secrets.find((each) => line.includes(each))
    if (secret !== undefined) return { expected: `a log without \`${secret}\`` }
  }
  return undefined
}
