import { isDeepStrictEqual } from 'node:util'
import { FACTOR_NAMES, answerTo, isMet, type Answer, type Situation } from '../policy/answer.ts'
import {
  demandOf,
  type Cell,
  type Demand,
  type EffectiveThing,
  type Standing,
} from '../policy/effective.ts'
import type { FlowId } from '../policy/flows.ts'
import { newestAccepted, known, unlessUnreadable, type Facts, type ProvenMfa } from './facts.ts'
import type { RuleBook } from './rule-book.ts'

/** What the policy, read as its documentation says, makes of a login. */
export type Expected =
  | { readonly kind: 'refused' }
  | {
      readonly kind: 'answered'
      readonly removed: readonly string[]
      readonly mfa: ExpectedMfa
      /** The MFA that is recorded in the policy's claim. */
      readonly recorded: ProvenMfa | undefined
      /** The ids of the rules that are named in the policy's ID-token claim, sorted. */
      readonly held: readonly string[]
    }

/** `any` factor, or these: `challenge` one of the first, then `enroll` one of the second. */
export type ExpectedMfa =
  'none' | 'any' | { readonly challenge: readonly string[]; readonly enroll: readonly string[] }

const REFUSED: Expected = { kind: 'refused' }
const NOTHING: Expected = answered({ removed: [] })

/**
 * Looks up in the effective policy what becomes of each thing that a login asks for, or may get unasked,
 * and puts that together. So what a bundle is held against is exactly what people are told.
 */
export function evaluate(book: RuleBook, facts: Facts, nowMs: number): Expected {
  return (
    unlessUnreadable(() => expectedOf(book, facts, nowMs), undefined) ??
    silentOrNot(book, facts, nowMs)
  )
}

/**
 * What cannot be read matters only where something hangs on it: a prompt where a login with a page would be
 * answered otherwise. Does not read it, as each field that is read multiplies the cases of the check.
 */
function silentOrNot(book: RuleBook, facts: Facts, nowMs: number): Expected {
  if (facts.flow !== 'browser') return REFUSED
  const expectedIf = (isSilent: boolean) =>
    unlessUnreadable(() => expectedOf(book, { ...facts, isSilent: () => isSilent }, nowMs), REFUSED)
  const silently = expectedIf(true)
  return isDeepStrictEqual(silently, expectedIf(false)) ? silently : REFUSED
}

/** @throws UNREADABLE where it hangs on what cannot be read */
function expectedOf(book: RuleBook, facts: Facts, nowMs: number): Expected {
  const { asked, unasked } = thingsOf(book, facts, nowMs)
  const login = { facts, nowMs, areAlike: standAlike }
  const cells: Asked[] = []
  for (const thing of asked) {
    const cell = cellFor(thing, login)
    if (cell.stands.kind !== 'open') cells.push({ thing, cell })
  }
  const left = unasked.flatMap((thing) => scopeOf(thing))
  if (cells.length === 0) return left.length === 0 ? NOTHING : answered({ removed: left })
  if (cells.some(({ cell }) => cell.stands.kind === 'denied')) return REFUSED
  const isInBrowser = cells.every(({ cell }) => cell.stands.kind === 'demand')
  const expected = isInBrowser
    ? inBrowser(book, cells, { facts, nowMs })
    : withoutBrowser(cells, situationOf(facts, nowMs))
  return expected.kind === 'refused' || left.length === 0
    ? expected
    : { ...expected, removed: [...expected.removed, ...left] }
}

interface Asked {
  readonly thing: EffectiveThing
  readonly cell: Cell
}

interface Login {
  readonly facts: Facts
  readonly nowMs: number
}

function answered(
  given: Partial<Extract<Expected, { kind: 'answered' }>> & { readonly removed: readonly string[] },
): Extract<Expected, { kind: 'answered' }> {
  const nothing = { mfa: 'none', recorded: undefined, held: [] } as const
  return { kind: 'answered', ...nothing, ...given }
}

function scopeOf({ protects }: EffectiveThing): readonly string[] {
  return 'acr' in protects ? [] : [protects.scope]
}

/** The things that a login asks for, and those that its token may carry unasked and that can be removed. */
function thingsOf(book: RuleBook, facts: Facts, nowMs: number) {
  const asked: EffectiveThing[] = []
  const unasked: EffectiveThing[] = []
  const isEnforced = ({ rules }: EffectiveThing) =>
    rules.some(({ reportUntilMs = 0 }) => nowMs >= reportUntilMs)
  const audience = known(facts.audience())
  const here = audience === undefined ? book.things.scopes : book.things.ofAudience(audience)
  if (here.some(isEnforced)) {
    const { listed, more } = known(facts.scopes())
    // Without an audience, "all of its scopes" names none in particular.
    const isAllAsked = more === 'all' && audience !== undefined
    // Things of the same rules have the same cells, so that whether one is bound is settled once for all.
    let boundByCells: Map<readonly Cell[], boolean> | undefined
    const isBoundHere = (thing: EffectiveThing) => {
      const isKnown = boundByCells?.get(thing.cells)
      const bound = isKnown ?? isBound(thing, facts, nowMs)
      if (isKnown === undefined) (boundByCells ??= new Map()).set(thing.cells, bound)
      return bound
    }
    for (const thing of here) {
      if (!isEnforced(thing)) continue
      const scope = 'scope' in thing.protects ? thing.protects.scope : ''
      if (isAllAsked || listed.includes(scope)) asked.push(thing)
      else if ((typeof more === 'string' || more.includes(scope)) && isBoundHere(thing)) {
        // What an API of Auth0's own may give cannot be taken out, so it is as if it were asked for.
        if (!thing.rules.some(({ cannotRemove }) => cannotRemove)) unasked.push(thing)
        else if (!known(facts.hasNoApi())) asked.push(thing)
      }
    }
  }
  // A refresh answers no acr value: its ID token carries no `amr`.
  if (facts.flow !== 'refresh-token' && book.things.acrs.some(isEnforced)) {
    const values = known(facts.acr())
    const isNamed = ({ protects }: EffectiveThing) =>
      'acr' in protects && values.includes(protects.acr)
    for (const thing of book.things.acrs) if (isEnforced(thing) && isNamed(thing)) asked.push(thing)
  }
  return { asked, unasked }
}

function isBound(thing: EffectiveThing, facts: Facts, nowMs: number): boolean {
  return cellFor(thing, { facts, nowMs, areAlike: areAllOpenOrNone }).stands.kind !== 'open'
}

/** Whether it does not matter which of some cells a login falls into. */
type AreAlike = (cells: readonly Cell[]) => boolean

/** Compares cells by a key, once: the same few lists of them come back for each login. */
function alikeBy(keyOf: (cell: Cell) => unknown): AreAlike {
  const known = new WeakMap<readonly Cell[], boolean>()
  return (cells) => {
    const result = known.get(cells)
    if (result !== undefined) return result
    const fresh = new Set(cells.map((cell) => JSON.stringify(keyOf(cell)))).size <= 1
    known.set(cells, fresh)
    return fresh
  }
}

const areAllOpenOrNone = alikeBy(({ stands }) => stands.kind === 'open')

// What a login is held to in a browser hangs on the demands of each rule; elsewhere only on the sum.
const standAlike = alikeBy(({ stands, because, confidence }) => {
  const rules = because.filter(({ binds }) => binds).map(({ rule }) => rule)
  return [
    stands,
    stands.kind === 'demand' && rules.map((rule) => [rule.id, demandOf(rule, confidence)]),
  ]
})

/**
 * The cell that a login falls into. Reads of it only what tells apart cells that are not alike.
 * @throws UNREADABLE where that cannot be read
 */
function cellFor(
  thing: EffectiveThing,
  { facts, nowMs, areAlike }: Login & { readonly areAlike: AreAlike },
): Cell {
  let cells = candidates(thing, facts, nowMs)
  for (const narrow of NARROWINGS) {
    if (areAlike(cells)) break
    cells = narrow(cells, facts)
  }
  const [cell] = cells
  return areAlike(cells) && cell !== undefined ? cell : known<Cell>(null)
}

type ByProtocol = Map<string | undefined, readonly Cell[]>
const CANDIDATES = new WeakMap<readonly Cell[], Map<number, ByProtocol>>()

function candidates({ cells }: EffectiveThing, facts: Facts, nowMs: number): readonly Cell[] {
  const byTime = CANDIDATES.get(cells) ?? new Map<number, ByProtocol>()
  CANDIDATES.set(cells, byTime)
  const byProtocol: ByProtocol = byTime.get(nowMs) ?? new Map<string | undefined, readonly Cell[]>()
  byTime.set(nowMs, byProtocol)
  const known = byProtocol.get(facts.protocol)
  if (known !== undefined) return known
  const period = cells.find(({ period: { fromMs, untilMs } }) => fromMs <= nowMs && nowMs < untilMs)
  const ids = flowIdsOf(facts)
  const found = cells.filter((cell) => cell.period === period?.period && ids.includes(cell.flow.id))
  byProtocol.set(facts.protocol, found)
  return found
}

function flowIdsOf({ flow, protocol }: Facts): readonly FlowId[] {
  if (flow === 'browser') return ['browser', 'silent']
  if (flow === 'refresh-token') return ['refresh-token']
  if (protocol === undefined) return ['other']
  const id = protocol as FlowId
  return id === 'oauth2-token-exchange' ? [id, 'token-exchange-in-organization'] : [id]
}

type Narrowing = (cells: readonly Cell[], facts: Facts) => readonly Cell[]

/** Each keeps the cells that fit a value, and all where it cannot be read: another may tell them apart. */
const NARROWINGS: readonly Narrowing[] = [
  narrowing({
    by: ({ flow, subject }) => [subject.organization, flow.id === 'token-exchange-in-organization'],
    read: ({ organization }) => asName(organization()),
    fits: ({ flow, subject }, [organization], cells) =>
      subject.organization === namedOf(organization, cells, 'organization') &&
      (flow.isActing || flow.id !== EXCHANGES[organization === undefined ? 'inside' : 'outside']),
  }),
  narrowing({
    by: ({ subject }) => subject.client,
    read: ({ client }) => asName(client()),
    fits: ({ subject }, [client], cells) => subject.client === namedOf(client, cells, 'client'),
  }),
  narrowing({
    by: ({ flow }) => flow.isActing,
    // Nothing else can settle it.
    read: ({ isDelegated }) => known(isDelegated()),
    fits: ({ flow }, isActing) => flow.isActing === isActing,
  }),
  narrowing({
    by: ({ flow }) => flow.id === 'silent',
    read: ({ isSilent }) => isSilent(),
    fits: ({ flow }, isSilent) => flow.isActing || (flow.id === 'silent') === isSilent,
  }),
  narrowing({
    by: ({ confidence }) => confidence,
    read: ({ isConfident }) => isConfident(),
    fits: ({ confidence }, isHigh) => confidence === 'any' || (confidence === 'high') === isHigh,
  }),
]

const EXCHANGES = {
  inside: 'token-exchange-in-organization',
  outside: 'oauth2-token-exchange',
} as const

interface Dimension<T> {
  /** What cells differ in that the value can tell apart. */
  readonly by: (cell: Cell) => unknown
  readonly read: (facts: Facts) => T | null
  readonly fits: (cell: Cell, value: T, cells: readonly Cell[]) => boolean
}

function narrowing<T>({ by, read, fits }: Dimension<T>): Narrowing {
  const areAlike = alikeBy((cell) => [by(cell)])
  const lists = new Map<string, readonly Cell[]>()
  return (cells, facts) => {
    const value = areAlike(cells) ? null : read(facts)
    if (value === null) return cells
    const found = cells.filter((cell) => fits(cell, value, cells))
    // The same list for the same cells, as lists are known by what they are.
    const key = found.map(numberOf).join()
    const kept = lists.get(key) ?? found
    lists.set(key, kept)
    return kept
  }
}

const NUMBERS = new WeakMap<Cell, number>()
let cellsUntilNow = 0

function numberOf(cell: Cell): number {
  const number = NUMBERS.get(cell) ?? cellsUntilNow++
  NUMBERS.set(cell, number)
  return number
}

// In a list, as a name that is not there is something else than one that cannot be read.
function asName(value: unknown): readonly [unknown] | null {
  return value === null ? null : [value]
}

function namedOf(
  value: unknown,
  cells: readonly Cell[],
  kind: 'client' | 'organization',
): string | undefined {
  return cells.map(({ subject }) => subject[kind]).find((name) => name === value)
}

interface ReadSituation extends Situation, Login {}

// One object with getters for all, as making such an object takes longer than all that is read of it.
const READ_WHEN_NEEDED: Situation & ThisType<ReadSituation> = {
  get mfa() {
    return known(this.facts.mfa()).map(({ atMs, factor }) => ({
      factor,
      ageSeconds: (this.nowMs - atMs) / 1000,
    }))
  },
  get enrolled() {
    const types = known(this.facts.enrolled())
    return FACTOR_NAMES.filter((factor) => types.includes(factor))
  },
}

function situationOf(facts: Facts, nowMs: number): Situation {
  const situation: unknown = Object.create(READ_WHEN_NEEDED)
  return Object.assign(situation as ReadSituation, { facts, nowMs })
}

function inBrowser(book: RuleBook, cells: readonly Asked[], { facts, nowMs }: Login): Expected {
  const situation = situationOf(facts, nowMs)
  const isGivenUp = (demand: Demand) => demand.whenSilent !== undefined && !isMet(demand, situation)
  const removed: string[] = []
  const demands: Demand[] = []
  for (const { thing, cell } of cells) {
    const own = demandsOf(cell.stands)
    if (own.some(isGivenUp)) removed.push(...scopeOf(thing))
    for (const demand of own) if (!isGivenUp(demand)) demands.push(demand)
  }
  const answer = (isSilent: boolean) => answerTo({ kind: 'demand', demands }, situation, isSilent)
  const shown = answer(false)
  const onPage = mfaOf(shown)
  // What is issued without a page is so silently, too.
  const silently = shown.kind === 'issued' ? onPage : mfaOf(answer(true))
  const mfa = isSameMfa(onPage, silently) || !known(facts.isSilent()) ? onPage : silently
  if (mfa === 'denied') return REFUSED
  const isRecorded = mfa === 'none' && book.claim !== undefined
  return answered({
    ...{ removed, mfa },
    held: book.idTokenClaim === undefined ? [] : heldTo(cells, situation),
    recorded: isRecorded ? oldestOf(demands, { facts, nowMs }) : undefined,
  })
}

function demandsOf(stands: Standing): readonly Demand[] {
  return stands.kind === 'demand' ? stands.demands : []
}

function mfaOf(answer: Answer): ExpectedMfa | 'denied' {
  switch (answer.kind) {
    case 'issued':
    case 'removed':
      return 'none'
    case 'denied':
      return 'denied'
    // A silent request shows no page: any demand of MFA makes Auth0 answer so.
    case 'login-required':
      return 'any'
    case 'mfa':
      return answer.challenge === 'any'
        ? 'any'
        : { challenge: answer.challenge, enroll: answer.enrol }
  }
}

function isSameMfa(one: ExpectedMfa | 'denied', other: ExpectedMfa | 'denied'): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other)
}

function heldTo(cells: readonly Asked[], situation: Situation): readonly string[] {
  const ids: string[] = []
  for (const { cell } of cells) {
    const { because, confidence, flow } = cell
    for (const { rule, binds } of because) {
      const isHeld =
        flow.id !== 'silent' ||
        rule.whenSilent === undefined ||
        isMet(demandOf(rule, confidence), situation)
      if (binds && isHeld && !ids.includes(rule.id)) ids.push(rule.id)
    }
  }
  return ids.toSorted()
}

function oldestOf(demands: readonly Demand[], { facts, nowMs }: Login): ProvenMfa | undefined {
  return demands
    .flatMap((demand) => newestAccepted(facts, demand, nowMs) ?? [])
    .toSorted((a, b) => a.atMs - b.atMs)[0]
}

function withoutBrowser(cells: readonly Asked[], situation: Situation): Expected {
  const waiting = cells.flatMap(({ cell: { stands } }) =>
    'whenNotEnrolled' in stands ? stands.whenNotEnrolled : [],
  )
  const removed = cells
    .filter(({ cell }) => cell.stands.kind === 'removed')
    .flatMap(({ thing }) => scopeOf(thing))
  if (waiting.length === 0) return answered({ removed })
  const whenNotEnrolled = waiting.includes('deny') ? 'deny' : 'enroll'
  const mfa = mfaOf(answerTo({ kind: 'mfa-required', whenNotEnrolled }, situation, false))
  return mfa === 'denied' ? REFUSED : answered({ removed, mfa })
}
