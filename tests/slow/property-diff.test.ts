import fc from 'fast-check'
import { FACTORS, type Policy, type Rule, type ScopeRule } from '../../actions/step-up/policy.ts'
import { comparePolicies } from '../../scripts/diff/compare-policies.ts'
import { kindsOf } from '../../scripts/diff/compare.ts'
import { loadSides, type Side } from '../../scripts/diff/sides.ts'
import { bundlePolicy } from '../../scripts/policy/bundle.ts'
import {
  circumstancesOf,
  dimensionsOf,
  keyOf,
  protectorsIn,
  type Protected,
} from '../../scripts/policy/effective.ts'
import { answerOf, askingAlso, eventOf } from '../../scripts/proof/event-of.ts'
import { isReadable, readFacts } from '../../scripts/proof/facts.ts'
import { isRefused, type Outcome } from '../../scripts/proof/outcome.ts'
import { CLOCK, valuesAt } from '../../scripts/proof/partition.ts'
import { partitionsFor } from '../../scripts/proof/partitions.ts'
import { plainEvent } from '../../scripts/proof/plain-event.ts'
import { acrTarget, scopeTarget } from '../../scripts/proof/target.ts'
import { BANKING } from '../support/event.ts'
import { scopeRule } from '../support/policies.ts'

// What `diff` says of two policies, against the classes of events that the audit knows: it says nothing
// exactly where no event that can be read tells the two bundles apart.

jest.setTimeout(600_000)

const NOW_MS = Date.UTC(2026, 0, 15, 12)

const requirement = fc.record({
  factors: fc.oneof(
    fc.constant('any' as const),
    fc.uniqueArray(fc.constantFrom(...FACTORS.slice(0, 4), 'email' as const), {
      minLength: 1,
      maxLength: 2,
    }),
  ),
  maxAgeSeconds: fc.constantFrom(0, 60, 300),
})
const answer = fc.constantFrom('remove' as const, 'challenge' as const, 'deny' as const)
const untilMs = fc.constantFrom(Date.UTC(2025, 0, 1), Date.UTC(2026, 5, 1), Date.UTC(2027, 0, 1))
const common = {
  requires: requirement,
  whenNotEnrolled: fc.constantFrom('enroll' as const, 'deny' as const),
}
const scopeRules = fc
  .record(
    {
      ...common,
      scopes: fc.uniqueArray(fc.constantFrom('transfer:funds', 'close:account'), { minLength: 1 }),
      audience: fc.constantFrom(BANKING, BANKING, 'https://cards.fabrikam.example'),
      withoutBrowser: fc.record(
        { 'oauth2-refresh-token': answer, 'oauth2-password': answer, others: answer },
        { requiredKeys: ['others'] },
      ),
      whenConfidenceIsLow: requirement,
      whenSilent: fc.constant('remove' as const),
      exceptions: fc.array(
        fc.oneof(
          fc.record({ client: fc.constantFrom('kiosk', 'legacy'), untilMs }),
          fc.record({ organization: fc.constantFrom('org_a'), untilMs }),
        ),
        { maxLength: 2 },
      ),
      reportUntilMs: untilMs,
    },
    { requiredKeys: ['requires', 'whenNotEnrolled', 'scopes', 'audience', 'withoutBrowser'] },
  )
  .map((rule): ScopeRule => scopeRule(rule as Partial<ScopeRule>))
const acrRules = fc
  .record({ ...common, others: fc.constantFrom('deny' as const, 'challenge' as const) })
  .map(({ others, ...rule }): Rule => ({
    ...{ id: 'acr', acr: 'urn:salary' },
    ...rule,
    withoutBrowser: { others },
  }))
const rules = fc.array(fc.oneof({ weight: 3, arbitrary: scopeRules }, acrRules), {
  minLength: 1,
  maxLength: 3,
})

/** A policy, and one with a rule changed, added, taken away or moved. */
const pairs = fc
  .tuple(rules, rules, fc.constantFrom('other', 'changed', 'fewer', 'reversed', 'renamed'))
  .map(([before, others, how]): readonly [Policy, Policy] => {
    const [first, ...rest] = before
    const after: Readonly<Record<typeof how, readonly Rule[]>> = {
      other: others,
      changed: first && others[0] ? [{ ...first, requires: others[0].requires }, ...rest] : before,
      fewer: rest.length > 0 ? rest : before,
      reversed: before.toReversed(),
      renamed: before.map((rule, i) => ({ ...rule, id: `renamed-${i}` })),
    }
    return [numbered(before), numbered(after[how])]
  })

// As plain data, as the build writes it: fast-check makes objects without a prototype.
function numbered(list: readonly Rule[]): Policy {
  const rules = list.map((rule, i) => ({ ...rule, id: `${rule.id}-${i}` }))
  return JSON.parse(JSON.stringify({ rules })) as Policy
}

test('diff says nothing exactly where no readable event tells the bundles apart', async () => {
  await fc.assert(
    fc.asyncProperty(pairs, async ([before, after]) => {
      const sides = { before: await side(before), after: await side(after) }
      const { groups } = await comparePolicies(sides, { nowMs: NOW_MS })
      expect(groups.length > 0).toBe(await areToldApart(sides))
    }),
    // The same pairs in every pipeline.
    { numRuns: 12, seed: 20_261_125 },
  )
})

test('diff names two things asked for together exactly where the bundles begin or cease to give both', async () => {
  await fc.assert(
    fc.asyncProperty(pairs, async ([before, after]) => {
      const sides = { before: await side(before), after: await side(after) }
      const { groups } = await comparePolicies(sides, { nowMs: NOW_MS })
      const told = new Set(
        groups.flatMap(({ protects, together = [] }) =>
          protects.flatMap((one) => together.map((other) => nameOf(one, other))),
        ),
      )
      const { differing, begunOrCeased } = await clashesSeen(sides)
      expect([...told].filter((pair) => !differing.has(pair))).toEqual([])
      expect([...begunOrCeased].filter((pair) => !told.has(pair))).toEqual([])
    }),
    { numRuns: 6, seed: 20_261_126 },
  )
})

function nameOf(...things: readonly Protected[]): string {
  return things
    .map((thing) => keyOf(thing))
    .toSorted()
    .join(' and ')
}

const KNOWN = [...FACTORS.slice(0, 4), 'email' as const]
const ENROLLED = KNOWN.reduce<(typeof KNOWN)[]>(
  (lists, factor) => [...lists, ...lists.map((list) => [...list, factor])],
  [[]],
)
const SESSIONS = [
  [],
  ...KNOWN.flatMap((factor) => [60, 300].map((ageSeconds) => [{ factor, ageSeconds }])),
  ...KNOWN.flatMap((one, i) =>
    KNOWN.slice(i + 1).map((other) => [one, other].map((factor) => ({ factor, ageSeconds: 60 }))),
  ),
]
const PAGE = { id: 'browser', isActing: false } as const
const SILENT = { id: 'silent', isActing: false } as const

/** By runs alone: of which pairs each can be had and both cannot, in other logins or in some alone. */
async function clashesSeen(sides: { before: Side; after: Side }) {
  const loaded = loadSides(sides)
  const [differing, begunOrCeased] = [new Set<string>(), new Set<string>()]
  const both = [sides.before.policy, sides.after.policy]
  const things = [...new Map(both.flatMap((each) => [...protectorsIn(each)])).values()]
  for (const [i, { protects: one }] of things.entries()) {
    for (const { protects: other } of things.slice(i + 1)) {
      if ('scope' in one && 'scope' in other && one.audience !== other.audience) continue
      const rules = both.flatMap((each) =>
        [one, other].flatMap((thing) => protectorsIn(each).get(keyOf(thing))?.rules ?? []),
      )
      const pair = nameOf(one, other)
      for (const circumstance of circumstancesOf(dimensionsOf(rules), [PAGE, SILENT])) {
        if (circumstance.period.untilMs <= NOW_MS) continue
        const at = Math.max(circumstance.period.fromMs, NOW_MS)
        const seen = { before: 0, after: 0 }
        for (const mfa of SESSIONS) {
          for (const enrolled of ENROLLED) {
            const ask = (thing: Protected) => eventOf(thing, circumstance, { mfa, enrolled }, at)
            const runs = [ask(one), ask(other), askingAlso(ask(one), other)].map((event) =>
              loaded.run(event, at),
            )
            const clash = (name: 'before' | 'after') => {
              const [first, second, together] = runs.map((run) => isRefused(run[name]))
              return together === true && first === false && second === false
            }
            if (clash('before') !== clash('after')) differing.add(pair)
            if (clash('before')) seen.before += 1
            if (clash('after')) seen.after += 1
          }
        }
        await loaded.settle()
        if (seen.before > 0 !== seen.after > 0) begunOrCeased.add(pair)
      }
    }
  }
  return { differing, begunOrCeased }
}

async function side(policy: Policy): Promise<Side> {
  return { policy, code: await bundlePolicy(policy, '') }
}

async function areToldApart(sides: { before: Side; after: Side }): Promise<boolean> {
  const loaded = loadSides(sides)
  const all = [...sides.before.policy.rules, ...sides.after.policy.rules]
  for (const { protects } of kindsOf(sides.before.policy, sides.after.policy)) {
    const [thing] = protects
    const rule = all.find((each) =>
      'acr' in thing
        ? 'acr' in each
        : 'scopes' in each && each.audience === thing.audience && each.scopes.includes(thing.scope),
    )
    if (rule === undefined) continue
    const target =
      'acr' in rule
        ? acrTarget({ rules: all }, rule)
        : scopeTarget({ rules: all }, rule, 'scope' in thing ? thing.scope : '')
    const ends = [...target.exceptions.map((each) => each.untilMs), ...target.reportEnds]
    const times = [NOW_MS, ...ends.filter((end) => end > NOW_MS).flatMap((end) => [end - 1, end])]
    const partitions = partitionsFor(target).map((each) =>
      each.path === CLOCK ? { path: CLOCK, values: times } : each,
    )
    for (const { event, nowMs } of eventsFor(partitions)) {
      const facts = readFacts(event)
      if (!isReadable(facts)) continue
      const { before, after } = loaded.run(event, nowMs)
      const isSilent = facts.isSilent() === true && facts.flow === 'browser'
      const seen = (outcome: Outcome) => JSON.stringify(partsOf(outcome, isSilent))
      if (seen(before) !== seen(after)) {
        await loaded.settle()
        return true
      }
    }
    await loaded.settle()
  }
  return false
}

function partsOf(outcome: Outcome, isSilent: boolean) {
  const answer = answerOf(outcome, { acr: 'whatever' }, isSilent)
  return answer.kind === 'denied'
    ? answer
    : { answer, removed: [...new Set(outcome.removed)].toSorted() }
}

type Partitions = ReturnType<typeof partitionsFor>

/** Each flow at each time and for each client and organization; and with each field at each class. */
function* eventsFor(partitions: Partitions) {
  const at = (path: string) => partitions.findIndex((each) => each.path === path)
  const count = (id: number) => valuesAt(partitions[id] as Partitions[number], NOW_MS).length
  const [clock, protocol] = [at(CLOCK), at('transaction.protocol')]
  const [methods, user] = [at('authentication.methods'), at('user')]
  const subjects = [at('client.client_id'), at('organization')]
  const chosen = partitions.map(() => 0)
  const each = function* (ids: readonly number[]): Generator<ReturnType<typeof plainEvent>> {
    const [id, ...rest] = ids
    if (id === undefined) {
      yield plainEvent(partitions, chosen)
      return
    }
    for (const value of Array(count(id)).keys()) {
      chosen[id] = value
      yield* each(rest)
    }
    chosen[id] = 0
  }
  yield* each([protocol, clock, ...subjects])
  for (const id of partitions.keys()) {
    if (![clock, protocol, ...subjects].includes(id)) yield* each([protocol, clock, id])
  }
  yield* each([clock, methods, user])
  const risk = at('authentication.riskAssessment')
  yield* each([clock, risk, methods])
  yield* each([clock, risk, user])
  yield* each([risk, methods, user])
}
