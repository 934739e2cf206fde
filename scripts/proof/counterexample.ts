import { NO_STATE, UNVARIED } from './explorer.ts'
import { partitionsFor } from './partitions.ts'
import { copyWithout, placesIn, plainEvent, type PlainEvent } from './plain-event.ts'
import { type Found, judge } from './judge.ts'
import type { Subject, Unit } from './units.ts'
import { type Call, loadBundle, type LoadedBundle } from './run-bundle.ts'
import type { PostLoginEvent } from '../../actions/step-up/event.ts'
import { guard } from './guard.ts'
import { ADDING_A_SCOPE, weakening, outcomeOf } from './outcome.ts'
import { REQUESTED_SCOPES } from './partition.ts'
import { newRuleBook } from './rule-book.ts'
import type { Target } from './target.ts'

/** An invariant that does not hold, with the smallest event that shows it. */
export interface Violation {
  readonly invariant: string
  readonly rule?: string
  /** In how many cases. */
  readonly count: number
  /** With getters where a field cannot be read; what is not in it does not matter. */
  readonly event: object
  readonly nowMs: number
  readonly calls: readonly Call[]
  readonly expected: string
}

/**
 * Makes a violation out of what an exploration found: takes away from its event whatever can go without
 * the breach going too.
 */
export async function counterexample(
  subject: Subject,
  { target }: Unit,
  found: Found,
): Promise<Violation> {
  const { invariant, rule, count, expected } = found
  const show = newShow(subject, target, found)
  const first = plainEvent(partitionsFor(target), found.chosen)
  const shown = (await show(first)) ?? { expected, calls: [] }
  const smallest = await shrink({ ...first, ...shown }, show)
  return { invariant, ...(rule !== undefined && { rule }), count, ...smallest }
}

async function shrink(from: PlainEvent & Shown, show: Show): Promise<PlainEvent & Shown> {
  let smallest = from
  for (const place of placesIn(from.event)) {
    const event = copyWithout(smallest.event, place) as object
    const shown = await show({ ...smallest, event })
    if (shown !== undefined) smallest = { ...smallest, ...shown, event }
  }
  const isSmaller = placesIn(smallest.event).length < placesIn(from.event).length
  return isSmaller ? shrink(smallest, show) : smallest
}

/** What a run on an event came to, and what it should have come to. */
export interface Shown {
  readonly expected: string
  readonly calls: readonly Call[]
}

const [, REQUESTED] = REQUESTED_SCOPES.split('.')

/** Tells whether an event shows a certain breach. */
export type Show = (on: PlainEvent) => Promise<Shown | undefined>

/** Makes the test for the breach that an exploration found, on events of any kind. */
export function newShow(subject: Subject, target: Target, found: Found): Show {
  switch (found.invariant) {
    case UNVARIED:
      return showUnvaried(subject, found)
    case NO_STATE:
      return showState(subject, found)
    case ADDING_A_SCOPE:
      return showWeakening(subject)
    default:
      return showBreach(subject, target, found)
  }
}

function showBreach({ code, policy, invariants }: Subject, target: Target, found: Found): Show {
  const { bundle, surroundings } = load(code)
  const by = { book: newRuleBook(policy), reviewers: invariants }
  return async ({ event, nowMs }) => {
    surroundings.nowMs = nowMs
    const run = bundle.run(event)
    await bundle.settle([run.promise])
    const breach = judge(
      by,
      { run, outcome: outcomeOf(run.calls, false) },
      { event, nowMs, target },
    ).find(({ invariant, rule }) => invariant === found.invariant && rule === found.rule)
    return breach && { expected: breach.expected, calls: run.calls }
  }
}

function showUnvaried({ code }: Subject, { path = '', expected }: Found): Show {
  const { bundle, surroundings } = load(code)
  return async ({ event, nowMs }) => {
    surroundings.nowMs = nowMs
    surroundings.unknown.clear()
    const known = new Set(path.split('.').slice(0, -1))
    const onUnknown = (name: string) => surroundings.unknown.add(name.replace('event.', ''))
    const run = bundle.run(guard(event, 'event', { known, onUnknown }) as object)
    await bundle.settle([run.promise])
    return surroundings.unknown.has(path) ? { expected, calls: run.calls } : undefined
  }
}

function showState({ code }: Subject, { expected }: Found): Show {
  return async ({ event, nowMs }) => {
    const { bundle, surroundings } = load(code)
    surroundings.nowMs = nowMs
    const runs = [bundle.run(event), bundle.run(event)]
    await bundle.settle(runs.map(({ promise }) => promise))
    const [first, second] = runs.map(({ calls }) => calls)
    return first === undefined || JSON.stringify(first) === JSON.stringify(second)
      ? undefined
      : { expected, calls: second ?? [] }
  }
}

function showWeakening({ code }: Subject): Show {
  const { bundle, surroundings } = load(code)
  const outcome = async (event: object) => {
    const run = bundle.run(event)
    const [result] = await bundle.settle([run.promise])
    return { calls: run.calls, sum: outcomeOf(run.calls, result?.status === 'rejected') }
  }
  return async ({ event, nowMs }) => {
    surroundings.nowMs = nowMs
    const more = await outcome(event)
    for (const fewer of withOneScopeLess(event)) {
      const less = await outcome(fewer)
      const expected = weakening(less.sum, more.sum)
      if (expected !== undefined && !less.sum.hasThrown) return { expected, calls: more.calls }
    }
    return undefined
  }
}

function withOneScopeLess(event: object): object[] {
  const listed = placesIn(event).filter((place) => place.length === 3 && place[1] === REQUESTED)
  const scope = (event as PostLoginEvent).request?.body?.scope
  const words = typeof scope === 'string' ? scope.split(' ') : []
  // None at all is another request: it may stand for every scope.
  return [
    ...(listed.length > 1 ? listed : []).map((place) => copyWithout(event, place) as object),
    ...(words.length > 1 ? words : []).map((left) => ({
      ...event,
      request: { body: { scope: words.filter((word) => word !== left).join(' ') } },
    })),
  ]
}

interface LoadedForShow {
  readonly bundle: LoadedBundle
  readonly surroundings: { nowMs: number; readonly unknown: Set<string> }
}

function load(code: string): LoadedForShow {
  const surroundings = { nowMs: 0, unknown: new Set<string>() }
  const bundle = loadBundle(code, {
    now: () => surroundings.nowMs,
    onUnknown: (path) => surroundings.unknown.add(path),
  })
  return { bundle, surroundings }
}
