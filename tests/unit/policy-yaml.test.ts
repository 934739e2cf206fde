import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadPolicy } from '../../scripts/policy/load.ts'
import { messageOf, refusal, ruleWith, SURROUNDINGS } from '../support/policy-text.ts'

// prettier-ignore
test.each([
  ['not a map',                   '[a]',                                                     'policy.yaml:1:1: the file cannot be `["a"]`\n  expected: which scopes and acr values demand which MFA'],
  ['empty file',                  '',                                                        'policy.yaml:1:1: the file is empty\n  expected: which scopes and acr values demand which MFA'],
  ['key twice',                   ruleWith({ x: 'id: other' }),                              'policy.yaml:8:5: duplicate key in this map\n  keep one of the two'],
  ['alias',                       `version: 1\nrules: &r\n  - *r`,                           'policy.yaml:3:5: alias `*r` is not supported\n  write the value out'],
  ['tabs for indentation',        'version: 1\nrules:\n\t- id: x',                           'policy.yaml:3:1: not valid YAML: tabs are not allowed as indentation'],
  ['a tab before other lines',    'version: 1\nrules:\n\t- id: x\n    reason: y\n  - id: z\n    reason: y', 'policy.yaml:3:1: not valid YAML: tabs are not allowed as indentation'],
  ['bracket left open',           'version: 1\nrules: [',                                    'policy.yaml:2:9: not valid YAML: flow sequence in block collection must be sufficiently indented and end with a ]'],
  ['two documents',               'version: 1\n---\nversion: 1',                             'policy.yaml:2:1: file holds more than one document\n  keep one of them'],
  ['key twice and a bracket left open', 'version: 1\nversion: 1\nrules: [',               'policy.yaml:2:1: duplicate key in this map\n  keep one of the two\npolicy.yaml:3:9: not valid YAML: flow sequence in block collection must be sufficiently indented and end with a ]'],
  ['key twice and an alias',      'version: 1\nversion: 1\nrules: &r [*r]',                  'policy.yaml:2:1: duplicate key in this map\n  keep one of the two\npolicy.yaml:3:12: alias `*r` is not supported\n  write the value out'],
  ['wrong escape before a line break', ruleWith({ reason: 'reason: "\\u\n      "' }), 'policy.yaml:5:14: not valid YAML: invalid escape sequence \\u'],
  ['tag',                         ruleWith({ reason: 'reason: !!binary aGVsbG8=' }),         'policy.yaml:5:13: tags are not supported\n  write the plain value'],
  ['tag of our own',              ruleWith({ reason: 'reason: !secret x' }),                 'policy.yaml:5:13: tags are not supported\n  write the plain value'],
  ['key without a name',          ruleWith({ x: ': y' }),                                    'policy.yaml:4:5: unknown key `` in `rules[0]`\n  did you mean `id`?'],
  ['key that is a number',        ruleWith({ x: '1: y' }),                                   'policy.yaml:8:5: unknown key `1` in `rules[0]`\n  did you mean `id`?'],
])('%s', (_name, text, message) => {
  expect(refusal(text)).toBe(message)
})

test('nesting as deep as the file is long', () => {
  expect(refusal(`rules: ${'['.repeat(100_000)}`)).toMatch(
    /^policy\.yaml:1:\d+: nested too deeply\n {2}a policy needs no more than five levels/,
  )
})

test.each([
  [1_000_000, 'accepted'],
  [
    1_000_001,
    'FILE: file is 1000001 bytes long, at most 1000000 are read\n  is it the right file?',
  ],
])('a file of %d bytes', (bytes, message) => {
  const folder = mkdtempSync(join(tmpdir(), 'policy-'))
  try {
    const file = join(folder, 'policy.yaml')
    writeFileSync(file, `${ruleWith({})}\n#`.padEnd(bytes, '.'))
    expect(messageOf(() => loadPolicy(file, SURROUNDINGS))).toBe(message.replace('FILE', file))
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a file that is not there', () => {
  expect(() => loadPolicy('config/nowhere.yaml', SURROUNDINGS)).toThrow(
    'config/nowhere.yaml: file cannot be read\n  does it exist?',
  )
})
