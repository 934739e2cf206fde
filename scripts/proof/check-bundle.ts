import { counterexample, type Violation } from './counterexample.ts'
import {
  judgingsOf,
  mostOf,
  newExplorer,
  NO_STATE,
  UNVARIED,
  type Judgings,
  type UnitResult,
} from './explorer.ts'
import { INVARIANT_NAMES } from '../policy/audit-names.ts'
import { ADDING_A_SCOPE } from './outcome.ts'
import { limitsOf, unitsOf, type Depth, type Subject, type Unit } from './units.ts'
import { newTally } from './judge.ts'
import type { Seen } from './guard.ts'
import type { Exception, ScopeRule } from '../../actions/step-up/policy.ts'
import { loadBundle } from './run-bundle.ts'
import type { WorkerPool } from './worker-pool.ts'

/** What an exhaustive check has run, and what did not hold. */
export interface ExhaustiveResult {
  /** Events on which the bundle was run and judged. */
  readonly cases: number
  /** Logins that one instance went through, each of another client, organization and user. */
  readonly logins: number
  /** Combinations of classes that the cases decide: a field that is not read may have any class. */
  readonly combinations: number
  readonly rules: readonly CheckedRule[]
  /** Each invariant, also those of reviewers, by name. */
  readonly invariants: readonly CheckedInvariant[]
  /** The fields of the event that the bundle read, by dotted path, `now` for the clock. */
  readonly fieldsRead: readonly string[]
  /** How many classes of values each field took that was read. */
  readonly varied: readonly VariedField[]
  /** Which way watched code has gone. */
  readonly seen?: Seen
  /** What the check could miss, in sentences. */
  readonly limits: readonly string[]
  readonly violations: readonly Violation[]
}

export interface VariedField {
  /** Dotted, below `event`; `now` for the clock. */
  readonly field: string
  readonly classes: number
}

export interface CheckedRule {
  readonly id: string
  readonly cases: number
  /** The part of all combinations of classes that its cases decide, from 0 to 1. */
  readonly covered: number
}

export interface CheckedInvariant {
  readonly name: string
  /** In how many cases it was judged. */
  readonly cases: number
}

export interface CheckOptions {
  /** Hears how many parts of the exploration are done, and of a part that is not, which share. */
  readonly progress?: (done: number, total: number) => void
  readonly depth?: Depth
  /** Threads take all processors (those that are started then, if left out); `this-thread` is quicker for one small policy. */
  readonly where?: WorkerPool | Promise<WorkerPool> | 'this-thread'
}

/** How many logins one instance goes through: a released engine was read, and can keep nothing. */
const LOGINS = { released: 2_000, unreleased: 1_000_000 } as const

/** The sum of all shares, which are fractions, is one but for their rounding. */
export const WHOLE_SHARE = 1 - 1e-9

/**
 * Runs a bundle on every combination of classes that its policy can tell apart, and judges every run.
 * What is covered and why: `explorer.ts`; the classes: `partitions.ts`; what they are combined with: `focus.ts`.
 * @throws Error where the bundle cannot be loaded, or waits for something
 */
export async function checkBundle(
  subject: Subject,
  { progress, where, depth = 'whole' }: CheckOptions = {},
): Promise<ExhaustiveResult> {
  const units = unitsOf(subject, depth)
  const tally = newTally()
  const rules = new Map(
    subject.policy.rules.map(({ id }): [string, CheckedRule] => [id, { id, cases: 0, covered: 0 }]),
  )
  const shares = new Map<number, number>()
  const results = new Map<number, UnitResult>()
  const fieldsRead = new Set<string>()
  let classes = new Map<string, number>()
  let seen: Seen | undefined
  let cases = 0
  let judged = judgingsOf([])
  let combinations = 0

  const onShare = (unit: number, share: number): void => {
    shares.set(unit, share)
    progress?.(
      [...shares.values()].reduce((sum, each) => sum + each, 0),
      units.length,
    )
  }
  const onResult = (unit: number, result: UnitResult): void => {
    const { rule } = result
    cases += result.cases
    const isMore = units[unit]?.isMore === true
    judged = judgingsOf([{ judged }, result])
    if (!isMore) combinations += Math.round(result.covered * result.combinations)
    const known = rules.get(rule ?? '')
    if (known !== undefined) rules.set(known.id, { ...known, cases: known.cases + result.cases })
    results.set(unit, result)
    for (const field of result.fieldsRead) fieldsRead.add(field)
    classes = mostOf([classes, result.classes])
    if (result.seen) seen = result.seen.map((each, i) => each | (seen?.[i] ?? 0))
    for (const found of result.found) tally.add(found)
    onShare(unit, 1)
  }

  const exploring = (async () => {
    if (where !== 'this-thread') {
      const pool = await (where ?? startedNow())
      return pool.explore({ subject, depth }, units.length, { onResult, onShare })
    }
    const { explore } = newExplorer(subject)
    for (const [number, unit] of units.entries()) {
      onResult(number, await explore(unit, number, (share) => onShare(number, share)))
    }
  })()
  const logins = depth !== 'quick' && subject.watched ? LOGINS.unreleased : LOGINS.released
  // While this thread would only wait for the others.
  const [kept] = await Promise.all([manyLogins(subject, logins), exploring])
  const violations: Violation[] = kept === undefined ? [] : [kept]
  for (const found of tally.all()) {
    const unit = units[found.unit]
    if (unit !== undefined) violations.push(await counterexample(subject, unit, found))
  }
  return {
    cases,
    logins,
    combinations,
    rules: [...rules.values()].map((rule) => ({
      ...rule,
      covered: coveredOf(rule.id, units, results),
    })),
    invariants: [...INVARIANT_NAMES, ...subject.invariants.map(({ id }) => id)].map((name) => ({
      name,
      cases: judgedIn(name, { cases, ...judged }),
    })),
    fieldsRead: [...fieldsRead].toSorted(),
    varied: [...classes]
      .filter(([, count]) => count > 0)
      .map(([field, count]) => ({ field, classes: count })),
    ...(seen && { seen }),
    limits: limitsOf(depth, units, (unit) => results.get(unit)?.isDecided === true),
    violations: violations.toSorted(byInvariant),
  }
}

// Loaded when it is needed: where code runs apart there is nothing to build a worker with.
async function startedNow(): Promise<WorkerPool> {
  const { startWorkers } = await import('./worker-pool.ts')
  return startWorkers()
}

/** The part of all combinations that is decided for a rule, by the unit about it that decides most. */
function coveredOf(
  rule: string,
  units: readonly Unit[],
  results: ReadonlyMap<number, UnitResult>,
): number {
  const own = units.flatMap(({ target, isMore, protocols }, i) => {
    if (target.rule !== rule || isMore) return []
    const shared = units.flatMap(({ protocols: other }, j) =>
      protocols !== undefined && other?.sharedFrom === protocols.sharedFrom ? [results.get(j)] : [],
    )
    const isDecided = shared.length > 0 && shared.every((each) => each?.isDecided)
    return isDecided ? 1 : (results.get(i)?.covered ?? 0)
  })
  return Math.max(0, ...own)
}

function judgedIn(name: string, { cases, runs, repeated, compared }: Judgings & { cases: number }) {
  switch (name) {
    case UNVARIED:
      return runs
    case NO_STATE:
      return repeated
    case ADDING_A_SCOPE:
      return compared
    default:
      return cases
  }
}

function byInvariant(a: Violation, b: Violation): number {
  return compare(a.invariant, b.invariant) || compare(a.rule ?? '', b.rule ?? '')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

const BATCH = 1_000

/**
 * Runs one instance of a bundle on many logins, each of another client, organization and user: an instance of
 * Auth0 lives through as many, and keeps what its code keeps. All of them ask for a protected scope.
 * @returns the violation where one of them is answered in another way than the first
 */
export async function manyLogins(
  { code, policy, todayMs = 0 }: Subject,
  logins: number,
): Promise<Violation | undefined> {
  const rule = policy.rules.find((each): each is ScopeRule => 'audience' in each)
  if (rule === undefined) return undefined
  const bundle = loadBundle(code, { now: () => todayMs, onUnknown: () => undefined })
  let promises: unknown[] = []
  let first: string | undefined
  const excepted = new Set(
    policy.rules.flatMap(({ exceptions = [] }) => exceptions.map((each) => idIn(each))),
  )
  for (let i = 0, done = 0; done < logins; i++) {
    if (excepted.has(clientOf(i)) || excepted.has(organizationOf(i))) continue
    done += 1
    const event = loginOf(i, rule)
    const run = bundle.run(event)
    promises.push(run.promise)
    const calls = JSON.stringify(run.calls)
    first ??= calls
    if (calls !== first) {
      await bundle.settle(promises)
      const expected = 'the calls of every login before it on this instance'
      const { calls: made } = run
      return {
        invariant: NO_STATE,
        rule: rule.id,
        count: 1,
        event,
        nowMs: todayMs,
        calls: made,
        expected,
      }
    }
    if (promises.length === BATCH) {
      await bundle.settle(promises)
      promises = []
    }
  }
  await bundle.settle(promises)
  return undefined
}

function idIn(exception: Exception): string {
  return 'client' in exception ? exception.client : exception.organization
}

function clientOf(i: number): string {
  return `client-${i}`
}

function organizationOf(i: number): string {
  return `org_${i}`
}

function loginOf(i: number, { audience, scopes }: ScopeRule): object {
  return {
    transaction: { protocol: 'oidc-basic-profile', requested_scopes: scopes },
    resource_server: { identifier: audience },
    client: { client_id: clientOf(i) },
    organization: { id: organizationOf(i) },
    user: { user_id: `auth0|${i}`, enrolledFactors: [{ type: 'otp' }] },
    authentication: { methods: [] },
  }
}
