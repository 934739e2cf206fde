import { newLazyEvent } from '../../scripts/proof/lazy-event.ts'
import { PRESENT, THROWS, type Partition } from '../../scripts/proof/partition.ts'

const PARTITIONS: readonly Partition[] = [
  { path: 'now', values: [1_000, 2_000] },
  { path: 'user', values: [PRESENT, undefined] },
  { path: 'user.name', values: ['Ada', THROWS] },
  { path: 'seen', values: (nowMs) => [{ atMs: nowMs }] },
]

/** Reads an event whose choices are given in the order in which they are asked for. */
function lazy(...choices: readonly number[]) {
  const asked: number[] = []
  const unknown: string[] = []
  const made = newLazyEvent({
    partitions: PARTITIONS,
    choose: (field) => choices[asked.push(field) - 1] ?? 0,
    onUnknown: (path) => unknown.push(path),
  })
  return { ...made, asked, unknown, event: made.event as Record<string, Record<string, unknown>> }
}

test('a field is chosen when it is read first, and once', () => {
  const { event, asked, chosen } = lazy(0, 0)
  expect(chosen).toEqual([-1, -1, -1, -1])
  expect([event['user']?.['name'], event['user']?.['name']]).toEqual(['Ada', 'Ada'])
  expect({ asked, chosen }).toEqual({ asked: [1, 2], chosen: [-1, 0, 0, -1] })
})

test('a field below one that is missing is not asked for', () => {
  const { event, asked } = lazy(1)
  expect(event['user']?.['name']).toBeUndefined()
  expect(asked).toEqual([1])
})

test('a class may throw when it is read', () => {
  const { event } = lazy(0, 1)
  expect(() => event['user']?.['name']).toThrow('this value cannot be read')
})

test('a value that follows the clock makes the clock a choice', () => {
  const { event, asked, now } = lazy(1)
  expect(event['seen']?.['atMs']).toBe(2_000)
  expect({ asked, nowMs: now() }).toEqual({ asked: [0, 3], nowMs: 2_000 })
})

// prettier-ignore
test.each([
  ['`in`',                (event: object) => 'user' in event,         [1]],
  ['the listing of keys', (event: object) => Object.keys(event),      [1, 0, 3]],
  ['a copy',              (event: object) => ({ ...event }),          [1, 0, 3]],
])('%s is a read', (_name, read, expected) => {
  const { event, asked } = lazy()
  read(event)
  expect(asked).toEqual(expected)
})

test('the listing of keys is reported, as no class stands for it', () => {
  const { event, unknown } = lazy()
  Object.keys(event)
  expect(unknown).toEqual(['*'])
})

test('what no partition varies is reported by its path, and has its value of a complete event', () => {
  const { event, unknown } = lazy()
  expect([event['ip'], event['user']?.['email'], event['seen']?.['zone']]).toEqual([
    undefined,
    'ada.lovelace@fabrikam.example',
    undefined,
  ])
  expect(unknown).toEqual(['ip', 'user.email', 'seen.zone'])
})

test('an event that is reset has its choices still to be made, or those that were kept', () => {
  const made = lazy(0, 0, 1)
  const { event, asked, chosen } = made
  const read = () => event['user']?.['name']
  read()
  const kept = chosen.slice()
  made.reset(kept)
  read()
  expect(asked).toEqual([1, 2])
  made.reset()
  expect(read()).toBeUndefined()
  expect(asked).toEqual([1, 2, 1])
})
