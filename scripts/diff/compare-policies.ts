import { GRAVEST_FIRST } from '../policy/answer.ts'
import { isAuth0Api } from '../policy/auth0-apis.ts'
import { mayCarryUnasked } from '../policy/flows.ts'
import { claimChanges } from './claim-changes.ts'
import { changesIn, forsakenAudiences, kindsOf, wayToProtect, type Change } from './compare.ts'
import { engineChanges } from './engine-changes.ts'
import { malformedChanges, type MalformedChange } from './malformed.ts'
import { circumstancesIn, type ReportedChange } from './reported-change.ts'
import { loadSides, type Sides } from './sides.ts'
import { pairsOf, verdictTogether } from './together.ts'
import { againstBundles, exampleOf, type Surprise } from './witness.ts'
import { standingChangeInWords, whereInWords } from './words.ts'

/** What two policies make of the same requests. */
export interface PolicyDiff {
  readonly version: 1
  /** The gravest first. */
  readonly groups: readonly ReportedChange[]
  /** What changes for events that Auth0 does not send. */
  readonly malformed: readonly MalformedChange[]
  /** Of how many pairs of things nobody looked whether one request can have both; absent where of none. */
  readonly pairsNotCompared?: number
  /** How many requests were run on both. */
  readonly cases: number
}

export interface CompareOptions {
  /** Now, in epoch milliseconds: what is over is no difference. */
  readonly nowMs: number
  /** Hears how many kinds of protected things are done. */
  readonly progress?: (done: number, total: number) => void
}

/** Two hundred rules of which five change have no more. */
const MOST_PAIRS = 1_000

/**
 * Compares two policies by what stands in each circumstance, never by their text: the order and the reasons
 * of rules do not count, and their ids only where tokens carry them. What is found, and what is not, is held against both bundles.
 * @throws Error where a bundle does otherwise than its policy says: then nothing said here could be relied on
 */
export async function comparePolicies(
  sides: Sides,
  { nowMs, progress }: CompareOptions,
): Promise<PolicyDiff> {
  const loaded = loadSides(sides)
  const { before, after } = { before: sides.before.policy, after: sides.after.policy }
  const kinds = kindsOf(before, after)
  const changes: Change[] = []
  const ofEngines: Surprise[] = []
  let cases = 0
  const waysToProtect = new Set<string>()
  for (const [done, kind] of kinds.entries()) {
    progress?.(done, kinds.length)
    const way = wayToProtect(kind)
    const witnessed = againstBundles(loaded, kind, { nowMs, isAlike: waysToProtect.has(way) })
    waysToProtect.add(way)
    cases += witnessed.cases
    ofEngines.push(...witnessed.surprises)
    changes.push(...changesIn(kind, nowMs))
    await loaded.settle()
  }
  const pairs = pairsOf(kinds)
  for (const pair of pairs.slice(0, MOST_PAIRS)) {
    const found = changesIn(pair, nowMs, verdictTogether)
    if (found.length === 0) continue
    const where = found.map(({ circumstance }) => circumstance)
    const witnessed = againstBundles(loaded, pair, { nowMs, circumstances: where })
    cases += witnessed.cases
    if (ofEngines.length === 0) ofEngines.push(...witnessed.surprises)
    changes.push(...found)
    await loaded.settle()
  }
  const malformed = malformedChanges(loaded, kinds, nowMs)
  await loaded.settle()
  const forsaken = forsakenAudiences(before, after)
  const groups = [
    ...changes.map((change) => reported(change, { forsaken, nowMs, loaded })),
    ...engineChanges(ofEngines),
    ...claimChanges(before, after),
  ]
  await loaded.settle()
  const rank = ({ verdict, was, now }: ReportedChange) =>
    GRAVEST_FIRST.indexOf(verdict) * 2 - Number(isOpen(verdict === 'stricter' ? was : now))
  return {
    version: 1,
    groups: mergedByWords(groups).toSorted((a, b) => rank(a) - rank(b)),
    malformed,
    ...(pairs.length > MOST_PAIRS && { pairsNotCompared: pairs.length - MOST_PAIRS }),
    cases,
  }
}

function isOpen(words: string): boolean {
  return words.startsWith('issued without MFA')
}

function reported(
  change: Change,
  {
    forsaken,
    nowMs,
    loaded,
  }: {
    readonly forsaken: readonly string[]
    readonly nowMs: number
    readonly loaded: Parameters<typeof exampleOf>[0]
  },
): ReportedChange {
  const { protects, alone } = change.kind
  const [first] = protects
  const audience = 'acr' in first || alone !== undefined ? undefined : first.audience
  const notes = [
    ...(audience !== undefined && forsaken.includes(audience)
      ? [`no rule names \`${audience}\` any more: that API stays, with its scopes unguarded`]
      : []),
    ...unaskedNotes(change, audience),
  ]
  return {
    verdict: change.verdict,
    protects,
    ...(alone !== undefined && { together: alone[1].protects }),
    where: whereInWords(change.region, nowMs),
    circumstances: circumstancesIn(change.region, nowMs),
    ...standingChangeInWords({
      ...change,
      isSilent: change.region.flows.every(({ id }) => id === 'silent'),
    }),
    ...(notes.length > 0 && { note: notes.join('; ') }),
    example: exampleOf(loaded, change, nowMs),
  }
}

function unaskedNotes({ kind, region }: Change, audience = ''): readonly string[] {
  if (!isAuth0Api(audience)) return []
  if (region.flows.some(mayCarryUnasked)) {
    return ['without a browser also for other scopes of this API, as Auth0 may give these unasked']
  }
  const { before, after } = kind.unasked
  const hasRefresh = region.flows.some(({ id }) => id === 'refresh-token')
  return hasRefresh && before.length + after.length > 0
    ? ['a refresh whose event does not tell what was granted meets every rule of this API']
    : []
}

/** Puts together what reads alike but for the names of scopes of one API. */
function mergedByWords(groups: readonly ReportedChange[]): readonly ReportedChange[] {
  const byName = mergedOver('protects', groups)
  return mergedOver('together', byName)
}

function mergedOver(
  names: 'protects' | 'together',
  groups: readonly ReportedChange[],
): readonly ReportedChange[] {
  const merged = new Map<string, ReportedChange>()
  for (const group of groups) {
    const { verdict, where, was, now, note, [names]: found = [] } = group
    const others = names === 'protects' ? group.together : group.protects
    const [first] = found
    const api = first === undefined || 'acr' in first ? [first] : [first.audience]
    const key = JSON.stringify([api, others, verdict, where, was, now, note])
    const known = merged.get(key)
    merged.set(
      key,
      known === undefined ? group : { ...known, [names]: [...(known[names] ?? []), ...found] },
    )
  }
  return [...merged.values()]
}
