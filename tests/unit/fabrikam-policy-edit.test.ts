import { readFileSync } from 'node:fs'
import { changeRule, rulesIn } from '../../scripts/fabrikam/policy-edit.ts'
import { decisionIn, decisionLine } from '../../scripts/fabrikam/decisions.ts'

const SHIPPED = readFileSync('config/step-up.policy.yaml', 'utf8')

test('a rule is shown as it stands in the file', () => {
  const [transfer, salary] = rulesIn(SHIPPED)
  expect(transfer).toMatchObject({ id: 'transfer-funds', maxAge: 0, factors: 'any' })
  expect(SHIPPED).toContain(transfer?.text.replaceAll('\n', '\n  '))
  expect(transfer?.text.split('\n').at(0)).toEqual('- id: transfer-funds')
  expect(transfer?.text.split('\n').at(-1)).toEqual('  whenNotEnrolled: enroll')
  expect(salary).toMatchObject({ id: 'salary-page', maxAge: undefined })
})

// prettier-ignore
test.each<[name: string, factors: 'any' | string[], maxAge: number, from: string, to: string]>([
  ['its age',             'any',            300, 'maxAge: 0 #',   'maxAge: 5m #'],
  ['its factors',         ['otp'],          0,   'factors: any',  'factors: [otp]'],
  ['nothing',             'any',            0,   'factors: any',  'factors: any'],
])('only %s changes', (_name, factors, maxAge, from, to) => {
  const changed = changeRule(SHIPPED, { rule: 'transfer-funds', maxAge, factors })
  expect(changed).toEqual(SHIPPED.replace(from, to))
})

test('a rule that is not there cannot be changed', () => {
  expect(() => changeRule(SHIPPED, { rule: 'none', maxAge: 0, factors: 'any' })).toThrow(
    'the policy has no rule `none`',
  )
})

// prettier-ignore
test.each<[name: string, line: string, expected: string | undefined]>([
  ['a challenge',              'sandbox: Action "Step-up": {"stepUp":"challenge","reason":"mfa-old","rule":"r","protocol":"oidc-basic-profile"}', '00:00:01  r  challenge  mfa-old  oidc-basic-profile'],
  ['a denial without a rule',  'sandbox: Action "Step-up": {"stepUp":"deny","reason":"request-unreadable"}',                                      '00:00:01  no rule  deny  request-unreadable'],
  ['a rule that only reports', 'sandbox: Action "Step-up": {"stepUp":"report","would":"challenge","reason":"mfa-old","rule":"r"}',                '00:00:01  r  report: would challenge  mfa-old'],
  ['what another Action says', 'sandbox: Action "Enrich": hello',                                                                                 undefined],
  ['a line that was cut',      'sandbox: Action "Step-up": {"stepUp":"chall}',                                                                    undefined],
])('%s in the terminal', (_name, line, expected) => {
  const decision = decisionIn(line, 1_000)
  expect(decision && decisionLine(decision)).toEqual(expected)
})
