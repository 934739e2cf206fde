import type { PostLoginEvent } from '../../actions/step-up/event.ts'
import { NO_STATE, UNVARIED, type Subject } from './explorer.ts'
import { guard } from './guard.ts'
import { judge } from './judge.ts'
import { ADDING_A_SCOPE, weakening } from './outcome.ts'
import { outcomeOf } from './outcome.ts'
import { REQUESTED_SCOPES } from './partition.ts'
import { copyWithout, placesIn, type PlainEvent } from './plain-event.ts'
import { newRuleBook } from './rule-book.ts'
import { loadBundle, type Call, type LoadedBundle } from './run-bundle.ts'
import type { Found } from './tally.ts'
import type { Target } from './target.ts'

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
