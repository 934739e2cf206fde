import type { Policy, Rule } from '../../actions/step-up/policy.ts'
import { compareStandings, type Verdict } from '../policy/answer.ts'
import { isAuth0Api } from '../policy/auth0-apis.ts'
import {
  circumstancesOf,
  dimensionsOf,
  protectorsIn,
  standingIn,
  type Circumstance,
  type Dimensions,
  type Protected,
  type Standing,
} from '../policy/effective.ts'
import { FLOWS, mayCarryUnasked } from '../policy/flows.ts'
import { regionsOf, type Names, type Region } from './regions.ts'

/** Things of one API (or acr values) that two policies protect alike, each in its own way. */
export interface Kind {
  readonly protects: readonly [Protected, ...Protected[]]
  readonly before: readonly Rule[]
  readonly after: readonly Rule[]
  /** Rules for other scopes of an API of Auth0's own, which its tokens may carry unasked. */
  readonly unasked: { readonly before: readonly Rule[]; readonly after: readonly Rule[] }
  readonly dimensions: Dimensions
  /** Of two things asked for in one request, which the rules of both bind: each by itself. */
  readonly alone?: readonly [Kind, Kind]
}

/** What stood and what stands, for some things under some circumstances. */
export interface Change {
  readonly kind: Kind
  readonly verdict: Exclude<Verdict, 'same'>
  readonly before: Standing
  readonly after: Standing
  readonly region: Region
  /** One of the circumstances of the region. */
  readonly circumstance: Circumstance
}

/** All that either policy protects, things alike together. */
export function kindsOf(before: Policy, after: Policy): readonly Kind[] {
  const [was, is] = [protectorsIn(before), protectorsIn(after)]
  const kinds = new Map<string, Kind>()
  for (const [thing, { protects }] of new Map([...was, ...is])) {
    const [old = [], now = []] = [was.get(thing)?.rules, is.get(thing)?.rules]
    const unasked = {
      before: besideOf(protects, old, before),
      after: besideOf(protects, now, after),
    }
    const dimensions = dimensionsOf([...old, ...now, ...unasked.before, ...unasked.after])
    const kind: Kind = { protects: [protects], before: old, after: now, unasked, dimensions }
    const key = `${'acr' in protects ? '' : protects.audience} ${wayToProtect(kind)}`
    const known = kinds.get(key)
    kinds.set(
      key,
      known === undefined ? kind : { ...known, protects: [...known.protects, protects] },
    )
  }
  return [...kinds.values()]
}

/** By which rules a kind is protected, whatever it is called: a key to compare. */
export function wayToProtect({ protects: [first], before, after, unasked }: Kind): string {
  const rules = [before, after, unasked.before, unasked.after].map(contentOf)
  return JSON.stringify(['acr' in first ? 'acr' : isAuth0Api(first.audience), ...rules])
}

function besideOf(protects: Protected, own: readonly Rule[], { rules }: Policy): readonly Rule[] {
  if ('acr' in protects || !isAuth0Api(protects.audience)) return []
  return rules.filter(
    (rule) => 'audience' in rule && rule.audience === protects.audience && !own.includes(rule),
  )
}

// Without ids, reasons and order, and each once: equal rules demand nothing more.
export function contentOf(rules: readonly Rule[]): readonly string[] {
  const contents = rules.map((rule) => {
    const { requires, whenConfidenceIsLow, withoutBrowser, exceptions = [], ...rest } = rule
    const ordered = ({ factors, maxAgeSeconds }: Rule['requires']) => [
      factors === 'any' ? factors : factors.toSorted(),
      maxAgeSeconds,
    ]
    return JSON.stringify([
      ordered(requires),
      whenConfidenceIsLow && ordered(whenConfidenceIsLow),
      Object.entries(withoutBrowser).toSorted(),
      exceptions.map((each) => JSON.stringify(each)).toSorted(),
      rest.whenNotEnrolled ?? 'deny',
      rest.reportUntilMs,
      rest.whenSilent,
    ])
  })
  return [...new Set(contents)].toSorted()
}

/**
 * Compares what two policies make of a kind, circumstance by circumstance over their common refinement.
 * @param nowMs what is over by then is no change
 */
export function changesIn<K extends Kind>(
  kind: K,
  nowMs: number,
  verdictOn: (kind: K, circumstance: Circumstance) => Verdict = verdictAlone,
): readonly Change[] {
  const { dimensions } = kind
  const found = new Map<string, Omit<Change, 'region'> & { readonly where: Circumstance[] }>()
  for (const circumstance of circumstancesIn(kind)) {
    if (circumstance.period.untilMs <= nowMs) continue
    const { before, after } = standingsIn(kind, circumstance)
    const verdict = verdictOn(kind, circumstance)
    if (verdict === 'same') continue
    const key = JSON.stringify([verdict, before, after])
    const known = found.get(key)
    if (known === undefined) {
      found.set(key, { kind, verdict, before, after, circumstance, where: [circumstance] })
    } else known.where.push(circumstance)
  }
  return [...found.values()].flatMap(({ where, ...change }) =>
    regionsOf(where, dimensions).map((region) => ({
      ...change,
      region,
      circumstance: where.find((each) => isIn(each, region)) ?? change.circumstance,
    })),
  )
}

const IN_BROWSER = FLOWS.filter(
  ({ id, isActing }) => ['browser', 'silent'].includes(id) && !isActing,
)

/** Every circumstance that tells a kind apart; of things asked for together those alone in which it matters. */
export function circumstancesIn({ dimensions, alone }: Kind): readonly Circumstance[] {
  return circumstancesOf(dimensions, alone === undefined ? FLOWS : IN_BROWSER)
}

/** What stood and what stands for a kind in a circumstance. */
export function standingsIn(
  { before, after, unasked }: Kind,
  circumstance: Circumstance,
): Pick<Change, 'before' | 'after'> {
  const standing = (own: readonly Rule[], others: readonly Rule[]) =>
    standingIn(mayCarryUnasked(circumstance.flow) ? [...own, ...others] : own, circumstance).stands
  return {
    before: standing(before, unasked.before),
    after: standing(after, unasked.after),
  }
}

function verdictAlone(kind: Kind, circumstance: Circumstance): Verdict {
  const { before, after } = standingsIn(kind, circumstance)
  return compareStandings(before, after, isSilentApart(kind, circumstance))
}

/** Whether a login is silent and something else stands in it than on a page: else it is told with that, once. */
export function isSilentApart(kind: Kind, circumstance: Circumstance): boolean {
  if (circumstance.flow.id !== 'silent') return false
  const page = standingsIn(kind, { ...circumstance, flow: { id: 'browser', isActing: false } })
  return JSON.stringify(page) !== JSON.stringify(standingsIn(kind, circumstance))
}

function isIn({ flow, period, subject, confidence }: Circumstance, region: Region): boolean {
  return (
    region.flows.some(({ id, isActing }) => id === flow.id && isActing === flow.isActing) &&
    period.fromMs >= region.period.fromMs &&
    period.fromMs < region.period.untilMs &&
    (region.confidence === 'any' || region.confidence === confidence) &&
    isAmong(subject.client, region.subjects.clients) &&
    isAmong(subject.organization, region.subjects.organizations)
  )
}

function isAmong(name: string | undefined, names: Names | undefined): boolean {
  if (names === undefined) return true
  if ('only' in names) return name !== undefined && names.only.includes(name)
  return name === undefined || !names.allBut.includes(name)
}

/** APIs that the first policy protects and the second does not know any more. */
export function forsakenAudiences(before: Policy, after: Policy): readonly string[] {
  const audiences = ({ rules }: Policy) =>
    new Set(rules.flatMap((rule) => ('audience' in rule ? [rule.audience] : [])))
  const still = audiences(after)
  return [...audiences(before)].filter((audience) => !still.has(audience))
}
