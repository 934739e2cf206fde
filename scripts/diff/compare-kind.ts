import type { Policy } from '../../actions/step-up/policy.ts'
import { CLOCK } from '../proof/partition.ts'
import { partitionsFor } from '../proof/partitions.ts'
import { newRuleBook } from '../proof/rule-book.ts'
import { aspectOf, type Aspect, type Difference, type Profiles } from './change.ts'
import {
  circumstanceOf,
  isOrdinary,
  isReadable,
  namesAsked,
  withoutExceptions,
} from './circumstance.ts'
import type { JointCase, LoadedSides } from './explore-both.ts'
import type { Kind } from './kinds.ts'
import { newProfile } from './profile.ts'
import { nameOf } from './protected.ts'
import { compare, standingOf, type Verdict } from './standing.ts'

/** A change in one circumstance, with the smallest case that shows it. */
export interface Change {
  readonly difference: Difference
  readonly aspect: Aspect
  readonly profiles: Profiles
  readonly chosen: readonly number[]
}

/** What was seen of a kind. */
export interface Comparison {
  readonly changes: readonly Change[]
  readonly cases: number
  /** The protocols in which ordinary requests were run. */
  readonly protocols: ReadonlySet<string>
}

interface Sighting {
  readonly difference: Difference
  readonly isOrdinary: boolean
  readonly chosen: readonly number[]
}

const RANK: readonly Verdict[] = ['same', 'different', 'stricter', 'weaker']

/** Explores a kind on both sides, and tells the changes by circumstance and aspect. */
export async function compareKind(
  sides: LoadedSides,
  { target, protects }: Kind,
  both: Policy,
): Promise<Comparison> {
  const book = newRuleBook(withoutExceptions(both))
  const [name = ''] = protects.map(nameOf)
  const circumstances = new Map<string, Watch>()
  const sightings = new Map<string, Sighting>()
  let cases = 0

  await sides.explore(target, (found) => {
    cases += 1
    const { facts, nowMs } = found
    if (!isReadable(facts)) return
    const asked = namesAsked(book, facts, nowMs)
    // What is asked for together with something else is told of each by itself.
    if (asked !== null && (asked.size !== 1 || !asked.has(name))) return
    const circumstance = circumstanceOf(facts, target)
    const key = JSON.stringify(circumstance)
    const ordinary = asked !== null && isOrdinary(facts, circumstance)
    const difference = differenceIn(found, name, circumstance)
    if (ordinary) {
      const watch = circumstances.get(key) ?? newWatch(circumstance.protocol)
      circumstances.set(key, watch)
      watch.see(found, name)
    }
    if (difference === undefined) return
    remember(sightings, { difference, isOrdinary: ordinary, chosen: found.chosen.slice() })
  })

  const lastMs = lastTimeOf(target)
  const profiles = new Map([...circumstances].map(([key, watch]) => [key, watch.finish(lastMs)]))
  return {
    cases,
    protocols: new Set([...circumstances.values()].map(({ protocol }) => protocol)),
    changes: explained(changesIn([...sightings.values()], profiles)),
  }
}

interface Watch {
  readonly protocol: string
  see(found: JointCase, name: string): void
  finish(lastMs: number): Profiles
}

function newWatch(protocol: string): Watch {
  const [before, after] = [newProfile(), newProfile()]
  return {
    protocol,
    see({ facts, nowMs, ...found }, name) {
      const standing = (side: 'before' | 'after') =>
        standingOf(found[side], name, facts.isSilent() === true)
      before.see({ facts, nowMs, outcome: found.before, standing: standing('before') })
      after.see({ facts, nowMs, outcome: found.after, standing: standing('after') })
    },
    finish: (lastMs) => ({ before: before.finish(lastMs), after: after.finish(lastMs) }),
  }
}

/** How the sides differ on one request; undefined where they do not. */
export function differenceIn(
  { facts, before, after }: Omit<JointCase, 'chosen'>,
  name: string,
  circumstance: Difference['circumstance'],
): Difference | undefined {
  const was = standingOf(before, name, facts.isSilent() === true)
  const is = standingOf(after, name, facts.isSilent() === true)
  const isSameClaim = JSON.stringify(before.claims) === JSON.stringify(after.claims)
  const compared = compare(was, is)
  // A claim is written only where an MFA was enough, so it is new where that is.
  const verdict = compared === 'same' && !isSameClaim ? 'different' : compared
  if (verdict === 'same') return undefined
  return {
    circumstance,
    verdict,
    before: was,
    after: is,
    mfa: (facts.mfa() ?? []).map(({ factor }) => factor),
    hasFactors: (facts.enrolled() ?? []).length > 0,
  }
}

/** Keeps the smallest case of those that differ in the same way. */
function remember(sightings: Map<string, Sighting>, next: Sighting): void {
  const key = JSON.stringify([next.difference, next.isOrdinary])
  const known = sightings.get(key)
  if (known === undefined || sizeOf(next) < sizeOf(known)) sightings.set(key, next)
}

// First the number of unusual fields, then how unusual they are: classes stand in that order.
function sizeOf({ chosen }: { readonly chosen: readonly number[] }): number {
  const unusual = chosen.filter((index) => index > 0)
  return unusual.length * 1_000 + unusual.reduce((sum, index) => sum + index, 0)
}

function changesIn(
  sightings: readonly Sighting[],
  profiles: ReadonlyMap<string, Profiles>,
): readonly Change[] {
  const changes = new Map<string, Change>()
  for (const { difference, isOrdinary: ordinary, chosen } of sightings) {
    const key = JSON.stringify(difference.circumstance)
    const known = profiles.get(key) ?? NOTHING_SEEN
    const aspect = ordinary ? aspectOf(difference, known) : 'edge'
    const change = { difference, aspect, profiles: known, chosen }
    const previous = changes.get(key + aspect)
    if (previous === undefined || isWorse(change, previous)) changes.set(key + aspect, change)
  }
  return [...changes.values()]
}

const NOTHING_SEEN: Profiles = {
  before: newProfile().finish(0),
  after: newProfile().finish(0),
}

function isWorse(a: Change, b: Change): boolean {
  const byVerdict = rankOf(a) - rankOf(b)
  return byVerdict === 0 ? sizeOf(a) < sizeOf(b) : byVerdict > 0
}

function rankOf({ difference }: Change): number {
  return RANK.indexOf(difference.verdict)
}

/** Leaves out what follows from another change that is at least as bad. */
function explained(changes: readonly Change[]): readonly Change[] {
  const ordinary = changes.filter(({ aspect }) => aspect !== 'edge')
  const worst = Math.max(0, ...ordinary.map(rankOf))
  const isUnprotected = changes.some(({ aspect }) => aspect === 'protection')
  return changes.filter((change) => {
    if (change.aspect === 'edge') return rankOf(change) > worst
    return change.aspect !== 'exception' || !isUnprotected
  })
}

function lastTimeOf(target: Kind['target']): number {
  const clock = partitionsFor(target).find(({ path }) => path === CLOCK)
  return Math.max(...((clock?.values ?? []) as readonly number[]))
}
