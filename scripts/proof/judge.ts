import { PRIVATE } from './complete-event.ts'
import { readFacts } from './facts.ts'
import type { InvariantName } from './invariant-words.ts'
import { INVARIANTS, type Breach, type Case } from './invariants.ts'
import { outcomeOf, type Outcome } from './outcome.ts'
import { evaluate } from './reference.ts'
import { checkReviewer, type ReviewerInvariant } from './reviewer-invariant.ts'
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

const DENIAL: InvariantName = 'denial-says-nothing-private'
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
  const given = { book, facts, nowMs, binding, expected, removed }
  const breaches = breachesOf({ ...given, outcome }, reviewers, target)
  // Asking a promise is slow, so only those are asked whose calls leave a doubt.
  const logged = logSaysNothingPrivate(run, target)
  const all = logged === undefined ? breaches : [...breaches, { invariant: LOG, ...logged }]
  if (breaches.length === 0 || !hasThrown(run)) return all
  return breachesOf({ ...given, outcome: outcomeOf(run.calls, true) }, reviewers, target)
}

function breachesOf(
  current: Case,
  reviewers: readonly ReviewerInvariant[],
  target: Target,
): readonly NamedBreach[] {
  const breaches: NamedBreach[] = []
  const add = (invariant: string, breach: Breach | undefined) => {
    if (breach !== undefined) breaches.push({ invariant, ...breach })
  }
  for (const { name, check } of INVARIANTS) add(name, check(current))
  for (const reviewer of reviewers) add(reviewer.id, checkReviewer(reviewer, current))
  add(DENIAL, denialSaysNothingPrivate(current, target))
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

function idsIn({ exceptions }: Target): readonly string[] {
  return exceptions.map((each) => ('client' in each ? each.client : each.organization))
}

/** Auth0 shows the reason to the user and sends it to the application. */
function denialSaysNothingPrivate({ outcome }: Case, target: Target): Breach | undefined {
  const { denial } = outcome
  if (denial === undefined) return undefined
  const { audience, scope, neighbour, acr } = target
  const values = [audience, scope, neighbour, acr, ...idsIn(target), ...PRIVATE]
  const value = values.find((each) => each !== undefined && denial.includes(each))
  return value === undefined ? undefined : { expected: `a reason without \`${value}\`` }
}
