import { placeBinding } from '../../scripts/tenant/bindings.ts'
import type { Position } from '../../scripts/tenant/environment.ts'

const binding = (actionName: string, displayName = actionName) => ({
  actionId: `id of ${actionName}`,
  actionName,
  displayName,
})

const place = (names: string, position: Position) =>
  placeBinding(
    names.split('').map((name) => binding(name)),
    binding('S'),
    position,
  )
    .map(({ actionName }) => actionName)
    .join('')

// prettier-ignore
test.each<[before: string, position: Position, after: string]>([
  // not bound yet
  ['',      'last',          'S'],
  ['',      'first',         'S'],
  ['AB',    'last',          'ABS'],
  ['AB',    'first',         'SAB'],
  ['ABC',   { after: 'A' },  'ASBC'],
  ['ABC',   { after: 'C' },  'ABCS'],
  ['ABC',   { before: 'A' }, 'SABC'],
  ['ABC',   { before: 'C' }, 'ABSC'],
  // bound where it may be
  ['S',     'last',          'S'],
  ['S',     'first',         'S'],
  ['ABS',   'last',          'ABS'],
  ['SAB',   'first',         'SAB'],
  ['ASBC',  { after: 'A' },  'ASBC'],
  ['ABCS',  { after: 'A' },  'ABCS'],
  ['SABC',  { before: 'C' }, 'SABC'],
  ['ABSC',  { before: 'C' }, 'ABSC'],
  // bound elsewhere
  ['SAB',   'last',          'ABS'],
  ['ASB',   'last',          'ABS'],
  ['ABS',   'first',         'SAB'],
  ['ASB',   'first',         'SAB'],
  ['SABC',  { after: 'B' },  'ABSC'],
  ['ABCS',  { before: 'B' }, 'ASBC'],
])('%s, %j: %s', (before, position, after) => {
  expect(place(before, position)).toBe(after)
})

test('a binding that is moved keeps its display name', () => {
  const renamed = binding('S', 'Banking step-up')
  expect(placeBinding([renamed, binding('A')], binding('S'), 'last')).toEqual([
    binding('A'),
    renamed,
  ])
})
