import fc from 'fast-check'
import { placeBinding, type Binding } from '../../scripts/tenant/bindings.ts'
import type { Position } from '../../scripts/tenant/environment.ts'
import { type Setting } from '../../scripts/tenant/setting.ts'
import { compareSetting, mergedWith } from '../../scripts/tenant/settings.ts'
import { BANKING } from '../support/event.ts'

// What was in the tenant stays: whatever stands there, and wherever ours is wanted.

const binding = (actionName: string): Binding => ({
  actionId: `id of ${actionName}`,
  actionName,
  displayName: `shown as ${actionName}`,
})

const OURS = binding('Step-up')
const others = fc
  .uniqueArray(fc.constantFrom('Enrich profile', 'Fraud score', 'Consent', 'Audit trail'), {
    minLength: 1,
  })
  .map((names) => names.map(binding))
type Place = 'first' | 'last' | { after: number } | { before: number }
const anywhere: fc.Arbitrary<Place> = fc.oneof(
  fc.constantFrom<Place>('first', 'last'),
  fc.nat().map((after) => ({ after })),
  fc.nat().map((before) => ({ before })),
)

/** A place by the index of an Action becomes one by its name. */
function named(place: Place, bindings: readonly Binding[]): Position {
  const nameAt = (i: number) => bindings[i % bindings.length]?.actionName ?? ''
  if (place === 'first' || place === 'last') return place
  return 'after' in place ? { after: nameAt(place.after) } : { before: nameAt(place.before) }
}

test('bindings of other Actions keep their place and order', () => {
  fc.assert(
    fc.property(others, fc.option(fc.nat()), anywhere, (bindings, ourIndex, place) => {
      const before =
        ourIndex === null ? bindings : bindings.toSpliced(ourIndex % (bindings.length + 1), 0, OURS)
      const after = placeBinding(before, OURS, named(place, bindings))
      expect(after.filter(({ actionName }) => actionName !== 'Step-up')).toEqual(bindings)
      expect(after.filter(({ actionName }) => actionName === 'Step-up')).toEqual([OURS])
    }),
  )
})

test('a second deploy has no binding to move', () => {
  fc.assert(
    fc.property(others, anywhere, (bindings, place) => {
      const once = placeBinding(bindings, OURS, named(place, bindings))
      expect(placeBinding(once, OURS, named(place, bindings))).toEqual(once)
    }),
  )
})

const scopes = fc.uniqueArray(
  fc.record({
    value: fc.constantFrom('read:accounts', 'transfer:funds', 'close:account', 'read:limits'),
    description: fc.constantFrom('old words', 'new words'),
  }),
  { selector: ({ value }) => value },
)
const api = (list: readonly object[]): Setting => ({
  section: 'resourceServers',
  name: BANKING,
  values: { identifier: BANKING, scopes: list },
})

test('no scope of a resource server is ever taken away', () => {
  fc.assert(
    fc.property(scopes, scopes, (wanted, existing) => {
      const { fields, values } = compareSetting(api(wanted), api(existing))
      const sent = mergedWith('resourceServers', api(existing).values, values)
      const written = (fields.length === 0 ? existing : sent['scopes']) as { value: string }[]
      const names = written.map(({ value }) => value)
      for (const { value } of [...existing, ...wanted]) expect(names).toContain(value)
      expect(names).toHaveLength(new Set(names).size)
    }),
  )
})
