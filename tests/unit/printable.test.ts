import { jsonText, printable, printableLines } from '../../scripts/terminal/printable.ts'
import { renderChanges, renderKept } from '../../scripts/deploy/render-deployment.ts'

// prettier-ignore
const INVISIBLE: readonly (readonly [string, string, string])[] = [
  ['escape',                '\u001b', '\\u001b'],
  ['delete',                '\u007f', '\\u007f'],
  ['C1',                    '\u009b', '\\u009b'],
  ['soft hyphen',           '\u00ad', '\\u00ad'],
  ['Arabic letter mark',    '\u061c', '\\u061c'],
  ['zero width space',      '\u200b', '\\u200b'],
  ['line separator',        '\u2028', '\\u2028'],
  ['paragraph separator',   '\u2029', '\\u2029'],
  ['right-to-left override', '\u202e', '\\u202e'],
  ['isolate',               '\u2066', '\\u2066'],
  ['byte order mark',       '\ufeff', '\\ufeff'],
  ['tag',                   '\u{e0041}', '\\udb40\\udc41'],
]

test.each(INVISIBLE)('%s is made visible wherever it stands', (_case, character, escape) => {
  const name = `a${character}b`
  expect(printable({ [name]: [name] })).toEqual({ [`a${escape}b`]: [`a${escape}b`] })
  expect(printableLines(`${name}\n\t${name}`)).toBe(`a${escape}b\n\ta${escape}b`)
  const json = jsonText({ [name]: name }, 2)
  expect(json).toBe(`{\n  "a${escape}b": "a${escape}b"\n}`)
  expect(JSON.parse(json)).toEqual({ [name]: name })
})

test('letters of every script and emoji stay as they are', () => {
  expect(printable('Überweisung, 振込, تحويل, 🏦')).toBe('Überweisung, 振込, تحويل, 🏦')
})

const plain = (_style: string, text: string): string => text

test('a plan and a drift show the names of a tenant in one line, and no control character', () => {
  const before = 'on\n+ action  Fake\u001b[2J'
  const fields = [{ field: 'enabled', before, after: '\u202eno' }]
  const changes = [
    { op: 'change', section: 'tenant', name: 'otp\u009b', values: {}, fields },
  ] as const
  expect(renderChanges(plain, changes)).toEqual([
    '~ tenant otp\\u009b',
    '    enabled: on\\u000a+ action  Fake\\u001b[2J → \\u202eno',
  ])
  expect(renderKept({ what: 'scope', name: 'a\nb', of: '\u200bc' })).toBe(
    'scope a\\u000ab of \\u200bc',
  )
})
