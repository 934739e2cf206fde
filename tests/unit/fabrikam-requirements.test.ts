import type { Policy } from '../../actions/step-up/policy.ts'
import { requirementsOf } from '../../scripts/policy/requirements.ts'
import { BANKING, MULTI_FACTOR } from '../support/event.ts'
import { FABRIKAM, scopeRule } from '../support/policies.ts'

type Rules = Policy['rules']

const acrRule = (
  factors: 'any' | readonly ['webauthn-roaming'],
  maxAgeSeconds = 0,
): Rules[number] => ({
  id: 'salary-page',
  acr: MULTI_FACTOR,
  requires: { factors, maxAgeSeconds },
  whenNotEnrolled: 'enroll',
  withoutBrowser: { others: 'deny' },
})

const rule = (factors: 'any' | readonly ('otp' | 'webauthn-roaming')[], maxAgeSeconds: number) =>
  scopeRule({ id: `rule-${maxAgeSeconds}`, requires: { factors, maxAgeSeconds } })

test('what the shipped policy demands of a token for the banking API', () => {
  expect(requirementsOf(FABRIKAM, 'hash')).toEqual({
    version: 1,
    policy: 'hash',
    audiences: {
      [BANKING]: { 'transfer:funds': { factors: 'any', acr_values: MULTI_FACTOR } },
    },
  })
})

// prettier-ignore
test.each<[string, Rules, object]>([
  ['no age where every request is challenged',      [rule('any', 0)],                                          { factors: 'any' }],
  ['the age that the policy accepts',               [rule('any', 300)],                                        { factors: 'any', max_age: 300 }],
  ['nothing before the rule is enforced',           [scopeRule({ reportUntilMs: Date.parse('2027-01-31') })],  { factors: 'any', report_until: '2027-01-31' }],
  ['the lowest age of two rules',                   [rule('any', 300), rule('any', 60)],                       { factors: 'any', max_age: 60 }],
  ['no age where one of two rules always asks',     [rule('any', 300), rule('any', 0)],                        { factors: 'any' }],
  ['the factors that two rules have in common',     [rule(['otp', 'webauthn-roaming'], 0), rule(['otp'], 60)], { factors: ['otp'] }],
  ['the factors of the only rule that names some',  [rule('any', 0), rule(['otp'], 60)],                       { factors: ['otp'] }],
  ['an acr value that any factor satisfies',        [rule('any', 0), acrRule('any')],                          { factors: 'any', acr_values: MULTI_FACTOR }],
  ['an acr value that brings a factor of the rule', [rule(['otp', 'webauthn-roaming'], 0), acrRule(['webauthn-roaming'])], { factors: ['otp', 'webauthn-roaming'], acr_values: MULTI_FACTOR }],
  ['an acr value that accepts no older MFA',        [rule('any', 300), acrRule('any', 300)],                   { factors: 'any', max_age: 300, acr_values: MULTI_FACTOR }],
  ['no acr value that may bring an older MFA',      [rule('any', 300), acrRule('any', 301)],                   { factors: 'any', max_age: 300 }],
  ['no acr value that may bring another factor',    [rule(['otp'], 0), acrRule('any')],                        { factors: ['otp'] }],
])('an API demands %s', (_name, rules, expected) => {
  const { audiences } = requirementsOf({ rules }, 'hash')
  expect(audiences).toEqual({ [BANKING]: { 'transfer:funds': expected } })
})

test('each audience and scope has demands of its own', () => {
  const rules = [
    scopeRule({ scopes: ['transfer:funds', 'close:accounts'] }),
    scopeRule({ id: 'payroll', audience: 'https://payroll', scopes: ['write:salaries'] }),
  ]
  expect(requirementsOf({ rules }, 'hash').audiences).toEqual({
    [BANKING]: { 'transfer:funds': { factors: 'any' }, 'close:accounts': { factors: 'any' } },
    'https://payroll': { 'write:salaries': { factors: 'any' } },
  })
})
