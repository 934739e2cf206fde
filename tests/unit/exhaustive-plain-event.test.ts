import { PRESENT, THROWS, type Partition } from '../../scripts/proof/partition.ts'
import { copyWithout, placesIn, plainEvent } from '../../scripts/proof/plain-event.ts'

const PARTITIONS: readonly Partition[] = [
  { path: 'now', values: [1_000, 2_000] },
  { path: 'user', values: [PRESENT, undefined, THROWS] },
  { path: 'user.name', values: ['Ada', undefined] },
  { path: 'seen', values: (nowMs) => [[{ atMs: nowMs, by: undefined }]] },
]

// prettier-ignore
test.each([
  ['nothing was read',            [-1, -1, -1, -1], { event: {},                          nowMs: 1_000 }],
  ['an object and a field of it', [-1, 0, 0, -1],   { event: { user: { name: 'Ada' } },   nowMs: 1_000 }],
  ['a field that is missing',     [-1, 0, 1, -1],   { event: { user: {} },                nowMs: 1_000 }],
  ['an object that is missing',   [-1, 1, -1, -1],  { event: {},                          nowMs: 1_000 }],
  ['a value at another time',     [1, -1, -1, 0],   { event: { seen: [{ atMs: 2_000 }] }, nowMs: 2_000 }],
])('%s', (_name, chosen, expected) => {
  expect(plainEvent(PARTITIONS, chosen)).toEqual(expected)
})

test('a field that cannot be read throws, also in copies', () => {
  const { event } = plainEvent(PARTITIONS, [-1, 2, -1, -1])
  for (const each of [event, copyWithout(event, undefined)]) {
    expect(() => (each as { user: unknown }).user).toThrow('this value cannot be read')
  }
})

test('places are named from the outside in', () => {
  expect(placesIn({ a: { b: 1 }, c: [2, { d: 3 }] })).toEqual([
    ['a'],
    ['c'],
    ['a', 'b'],
    ['c', '0'],
    ['c', '1'],
    ['c', '1', 'd'],
  ])
})

// prettier-ignore
test.each([
  [['a'],           { c: [2, { d: 3 }] }],
  [['c', '0'],      { a: { b: 1 }, c: [{ d: 3 }] }],
  [['c', '1', 'd'], { a: { b: 1 }, c: [2, {}] }],
  [undefined,       { a: { b: 1 }, c: [2, { d: 3 }] }],
])('a copy without %j', (place, expected) => {
  expect(copyWithout({ a: { b: 1 }, c: [2, { d: 3 }] }, place)).toEqual(expected)
})
