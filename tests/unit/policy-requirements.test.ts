import fc from 'fast-check'
import { FACTORS, type Policy } from '../../actions/step-up/policy.ts'
import { demandedNow } from '../../express/requirements.ts'
import { answerTo, isMet } from '../../scripts/policy/answer.ts'
import { standingIn, type Demand } from '../../scripts/policy/effective.ts'
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
    id_token_claim: 'https://fabrikam.example/step_up_rules',
    audiences: {
      [BANKING]: { 'transfer:funds': { factors: 'any', acr_values: MULTI_FACTOR } },
    },
    logins: { 'salary-page': { factors: 'any', acr_values: MULTI_FACTOR } },
  })
})

// prettier-ignore
test.each<[string, Rules, object]>([
  ['no age where every request is challenged',      [rule('any', 0)],                                          { factors: 'any' }],
  ['the age that the policy accepts',               [rule('any', 300)],                                        { factors: 'any', max_age: 300 }],
  ['nothing before the rule is enforced',           [scopeRule({ reportUntilMs: Date.parse('2027-01-31') })],  { factors: 'any', report_until: '2027-01-31' }],
  ['the lowest age of two rules',                   [rule('any', 300), rule('any', 60)],                       { factors: 'any', max_age: 60 }],
  ['no age where one of two rules always asks',     [rule('any', 300), rule('any', 0)],                        { factors: 'any' }],
  ['the factors that two rules have in common',     [rule(['otp', 'webauthn-roaming'], 0), rule(['otp'], 60)], { factors: ['otp'], each: [{ factors: ['otp', 'webauthn-roaming'] }, { factors: ['otp'], max_age: 60 }] }],
  ['the factors of the only rule that names some',  [rule('any', 0), rule(['otp'], 60)],                       { factors: ['otp'], each: [{ factors: 'any' }, { factors: ['otp'], max_age: 60 }] }],
  ['two rules apart that one MFA need not serve',    [rule('any', 300), rule(['otp'], 900)],                    { factors: ['otp'], max_age: 300, each: [{ factors: 'any', max_age: 300 }, { factors: ['otp'], max_age: 900 }] }],
  ['one thing of rules of which one says all',       [rule(['otp'], 300), rule('any', 900)],                    { factors: ['otp'], max_age: 300 }],
  ['an acr value that any factor satisfies',        [rule('any', 0), acrRule('any')],                          { factors: 'any', acr_values: MULTI_FACTOR }],
  ['an acr value that brings the factors of the rule', [rule(['webauthn-roaming'], 0), acrRule(['webauthn-roaming'])], { factors: ['webauthn-roaming'], acr_values: MULTI_FACTOR }],
  ['no acr value that takes fewer factors, of which a user may have none', [rule(['otp', 'webauthn-roaming'], 0), acrRule(['webauthn-roaming'])], { factors: ['otp', 'webauthn-roaming'] }],
  ['no acr value that denies users who may set up a factor for the scope', [rule('any', 0), { ...acrRule('any'), whenNotEnrolled: 'deny' }], { factors: 'any' }],
  ['an acr value that accepts no older MFA',        [rule('any', 300), acrRule('any', 300)],                   { factors: 'any', max_age: 300, acr_values: MULTI_FACTOR }],
  ['no acr value that may bring an older MFA',      [rule('any', 300), acrRule('any', 301)],                   { factors: 'any', max_age: 300 }],
  ['no acr value that may bring another factor',    [rule(['otp'], 0), acrRule('any')],                        { factors: ['otp'] }],
])('an API demands %s', (_name, rules, expected) => {
  const { audiences } = requirementsOf({ rules }, 'hash')
  expect(audiences).toEqual({ [BANKING]: { 'transfer:funds': expected } })
})

const reported = (id: string, until: string, maxAgeSeconds: number) =>
  scopeRule({
    id,
    requires: { factors: 'any', maxAgeSeconds },
    reportUntilMs: Date.parse(until),
  })

// prettier-ignore
test.each<[string, Rules, object]>([
  ['a stricter rule from the day on which it is enforced',
    [rule('any', 3600), reported('stricter', '2027-06-30', 300)],
    { factors: 'any', max_age: 300, before: [{ until: '2027-06-30', factors: 'any', max_age: 3600 }] }],
  ['nothing, then one rule, then both',
    [reported('first', '2027-01-31', 3600), reported('second', '2027-06-30', 0)],
    { factors: 'any', report_until: '2027-01-31', before: [{ until: '2027-06-30', factors: 'any', max_age: 3600 }] }],
  ['three ages one after the other',
    [rule('any', 3600), reported('second', '2027-01-31', 600), reported('third', '2027-06-30', 60)],
    { factors: 'any', max_age: 60, before: [{ until: '2027-01-31', factors: 'any', max_age: 3600 }, { until: '2027-06-30', factors: 'any', max_age: 600 }] }],
  ['the same all the time where the reported rule adds nothing',
    [rule('any', 300), reported('looser', '2027-06-30', 3600)],
    { factors: 'any', max_age: 300 }],
  ['nothing earlier because a client is exempt',
    [scopeRule({ exceptions: [{ client: 'batch', untilMs: Date.parse('2027-01-31') }] })],
    { factors: 'any' }],
  ['an acr value from the day on which its rule is enforced',
    [rule('any', 300), { ...acrRule('any'), reportUntilMs: Date.parse('2027-06-30') }],
    { factors: 'any', max_age: 300, acr_values: MULTI_FACTOR, before: [{ until: '2027-06-30', factors: 'any', max_age: 300 }] }],
  ['what medium confidence asks for: the rest only Auth0 can judge',
    [scopeRule({ requires: { factors: 'any', maxAgeSeconds: 300 }, whenConfidenceIsLow: { factors: ['otp'], maxAgeSeconds: 0 } })],
    { factors: 'any', max_age: 300 }],
])('over time an API demands %s', (_name, rules, expected) => {
  const { audiences } = requirementsOf({ rules }, 'hash')
  expect(audiences).toEqual({ [BANKING]: { 'transfer:funds': expected } })
})

test('the claims that the policy names are named to who reads them', () => {
  const names = { claim: 'https://a/mfa', idTokenClaim: 'https://a/rules' }
  expect(requirementsOf({ ...names, rules: [acrRule('any')] }, 'hash')).toEqual({
    version: 1,
    policy: 'hash',
    claim: 'https://a/mfa',
    id_token_claim: 'https://a/rules',
    audiences: {},
    logins: { 'salary-page': { factors: 'any', acr_values: MULTI_FACTOR } },
  })
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

// By any session: the Action issues without a challenge exactly what passes each demand of the file.
test('the file demands at each time what the policy comes to in a browser', () => {
  const untilMs = fc.constantFrom(...[2027, 2028].map((year) => Date.UTC(year, 0, 1)))
  const factors = fc.oneof(
    fc.constant('any' as const),
    fc.uniqueArray(fc.constantFrom(...FACTORS.slice(0, 3)), { minLength: 1 }),
  )
  const requires = fc.record({ factors, maxAgeSeconds: fc.constantFrom(0, 60, 300) })
  const rules = fc.array(
    fc.record(
      { requires, whenNotEnrolled: fc.constantFrom('enroll', 'deny'), reportUntilMs: untilMs },
      { requiredKeys: ['requires', 'whenNotEnrolled'] },
    ),
    { minLength: 1, maxLength: 3 },
  )
  fc.assert(
    fc.property(rules, (changes) => {
      const list = changes.map((each, i) => scopeRule({ ...each, id: `rule-${i}` }))
      const { audiences } = requirementsOf({ rules: list }, 'hash')
      const requirement = audiences[BANKING]?.['transfer:funds']
      for (const fromMs of [2026, 2027, 2028].map((year) => Date.UTC(year, 0, 1))) {
        jest.useFakeTimers({ now: fromMs })
        const demanded = demandedNow(requirement)
        const { stands } = standingIn(list, { ...IN_BROWSER, period: { fromMs, untilMs: fromMs } })
        for (const mfa of SESSIONS) {
          const situation = { mfa, enrolled: [] }
          const isPassed = (demanded?.each ?? [demanded]).every(
            (one) =>
              one === undefined ||
              isMet(
                {
                  factors: (one.factors ?? []) as Demand['factors'],
                  maxAgeSeconds: one.max_age ?? 0,
                  whenNotEnrolled: 'deny',
                },
                situation,
              ),
          )
          expect(isPassed).toBe(answerTo(stands, situation, false).kind === 'issued')
        }
      }
    }),
  )
  jest.useRealTimers()
})

const IN_BROWSER = {
  flow: { id: 'browser', isActing: false },
  subject: {},
  confidence: 'high',
} as const
const MFA = [undefined, ...FACTORS.slice(0, 3)].flatMap((factor) =>
  [30, 200, 900].map((ageSeconds) => ({ factor, ageSeconds })),
)
const SESSIONS = [[], ...MFA.map((one) => [one]), ...MFA.flatMap((a) => MFA.map((b) => [a, b]))]
