import {
  answerTo,
  compareAnswers,
  situationsFor,
  type Answer,
  type Situation,
} from '../policy/answer.ts'
import type { Circumstance, Period, Standing } from '../policy/effective.ts'
import { askingAlso, eventOf, ordinaryShape } from '../proof/event-of.ts'
import { circumstancesIn, standingsIn, type Change, type Kind } from './compare.ts'
import { answersOf, type LoadedSides } from './sides.ts'
import { clashesIn, isPair } from './together.ts'

/** A request by which two policies can be told apart. */
export interface Example {
  readonly event: unknown
  /** When it is made, in ISO 8601. */
  readonly at: string
  readonly before: Answer
  readonly after: Answer
}

/** What a bundle made of a request, where that is not what its policy says. */
export interface Surprise {
  readonly kind: Kind
  readonly circumstance: Circumstance
  readonly before: Answer
  readonly after: Answer
}

/** How to run both bundles. */
export interface Witnessing {
  readonly nowMs: number
  /** All of the kind, if left out. */
  readonly circumstances?: readonly Circumstance[]
  /** Whether the kind differs in names only from one that was run in every situation, so that less will do. */
  readonly isAlike?: boolean
}

/**
 * Runs both bundles in every circumstance of a kind, whether something changes there or not; of a pair only
 * where something does.
 * @returns what a bundle with another engine than the one built here does otherwise than its policy says
 * @throws Error where the bundle that is built here does
 */
export function againstBundles(
  sides: LoadedSides,
  kind: Kind,
  { nowMs, circumstances = circumstancesIn(kind), isAlike = false }: Witnessing,
): { readonly cases: number; readonly surprises: readonly Surprise[] } {
  const [protects] = kind.protects
  const surprises: Surprise[] = []
  let cases = 0
  for (const circumstance of circumstances) {
    if (circumstance.period.untilMs <= nowMs) continue
    const standings = standingsIn(kind, circumstance)
    const isSilent = circumstance.flow.id === 'silent'
    const at = momentOf(circumstance.period, nowMs)
    const shape = ordinaryShape(protects, circumstance)
    const situations = situationsIn(kind, circumstance)
    for (const situation of isAlike ? situations.filter(hasNoFactor) : situations) {
      const event = requestFor(kind, circumstance, situation, at, shape)
      const found = answersOf(sides, { event, nowMs: at }, { protects, isSilent })
      const expected = {
        before: answerTo(standings.before, situation, isSilent),
        after: answerTo(standings.after, situation, isSilent),
      }
      cases += 1
      if (!isAsSaid(kind, found.after, expected.after))
        throw defect('built here', event, found.after, expected.after)
      if (isAsSaid(kind, found.before, expected.before)) continue
      if (sides.haveSameEngine) throw defect('compared with', event, found.before, expected.before)
      surprises.push({ kind, circumstance, ...found })
    }
  }
  return { cases, surprises }
}

function requestFor(
  { protects: [first], alone }: Kind,
  circumstance: Circumstance,
  situation: Situation,
  at: number,
  shape = ordinaryShape(first, circumstance),
): ReturnType<typeof eventOf> {
  const event = eventOf(first, circumstance, situation, at, shape)
  return alone === undefined ? event : askingAlso(event, alone[1].protects[0])
}

function situationsIn(kind: Kind, circumstance: Circumstance): readonly Situation[] {
  if (isPair(kind)) return clashesIn(kind, circumstance)
  const { before, after } = standingsIn(kind, circumstance)
  const all = [...situationsFor([before, after]), ...refusedSituations([before, after])]
  const isNamed = Object.keys(circumstance.subject).length > 0
  const isInBrowser = before.kind === 'demand' || after.kind === 'demand'
  // For each client of an exception the same demands hold as for everybody else, or none.
  return isInBrowser && !isNamed ? all : all.filter(({ enrolled }) => enrolled.length !== 1)
}

// The one whom names can let through wrongly: what a user has set up changes no name.
function hasNoFactor({ enrolled }: Situation): boolean {
  return enrolled.length === 0
}

// MFA that is nearly enough: by no factor in particular, or a second too old.
function refusedSituations(standings: readonly Standing[]): readonly Situation[] {
  const demands = standings.flatMap((each) => (each.kind === 'demand' ? each.demands : []))
  if (demands.length === 0) return []
  const ages = new Set(demands.map(({ maxAgeSeconds }) => maxAgeSeconds + 1))
  const sessions: Situation['mfa'] = [
    { factor: undefined, ageSeconds: 0 },
    ...[...ages].flatMap((ageSeconds) =>
      ['otp', 'webauthn-roaming'].map((factor) => ({ factor, ageSeconds })),
    ),
  ]
  return sessions.map((mfa) => ({ mfa: [mfa], enrolled: ['otp', 'webauthn-roaming'] }))
}

/** A request that shows a change. */
export function exampleOf(sides: LoadedSides, change: Change, nowMs: number): Example {
  const { kind, circumstance, verdict, before, after } = change
  const [protects] = kind.protects
  const isSilent = circumstance.flow.id === 'silent'
  const shows = (situation: Situation) =>
    compareAnswers(answerTo(before, situation, isSilent), answerTo(after, situation, isSilent)) ===
    verdict
  const situations = [
    ...(isPair(kind) ? clashesIn(kind, circumstance) : []),
    ...situationsFor([before, after]),
  ]
  const situation = situations.find(shows) ?? situations[0]
  if (situation === undefined) throw new Error('unreachable: there is a user without a factor')
  const at = momentOf(circumstance.period, nowMs)
  const event = requestFor(kind, circumstance, situation, at)
  return {
    event,
    at: new Date(at).toISOString(),
    ...answersOf(sides, { event, nowMs: at }, { protects, isSilent }),
  }
}

/** The first moment of a period that is not over. */
export function momentOf({ fromMs }: Period, nowMs: number): number {
  return Math.max(fromMs, nowMs)
}

// Of two scopes a silent login may remove either, and both are told by the answer to the first.
function isAsSaid({ alone }: Kind, found: Answer, expected: Answer): boolean {
  if (alone !== undefined && expected.kind === 'removed') return found.kind !== 'denied'
  return isSame(found, expected)
}

function isSame(a: Answer, b: Answer): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function defect(which: string, event: object, found: Answer, expected: Answer): Error {
  return new Error(
    `the policy ${which} says ${JSON.stringify(expected)} of a request, and its bundle does ${JSON.stringify(found)}: ${JSON.stringify(event)}`,
  )
}
