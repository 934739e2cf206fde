import type { Rule } from '../../actions/step-up/policy.ts'
import { factorsAfterDeploy } from '../../scripts/tenant/factors.ts'
import { forecast, locksOut } from '../../scripts/tenant/forecast.ts'
import { renderForecast } from '../../scripts/tenant/render-forecast.ts'
import type { Terminal } from '../../scripts/terminal/command.ts'
import { MULTI_FACTOR, NOW_MS } from '../support/event.ts'
import { scopeRule } from '../support/policies.ts'

const DAY_MS = 86_400_000

/** What users have set up; a verified address is an email factor. */
const USERS = [['otp'], ['phone'], ['otp', 'webauthn-roaming'], ['email'], []].map(
  (factors) => new Set(factors),
)

const terminal = { paint: (_style: string, text: string) => text } as Terminal

interface Told {
  readonly lines: readonly string[]
  readonly isLocking: boolean
}

function told(rules: readonly Rule[], factors: readonly string[], atMs = NOW_MS): Told {
  const judged = forecast({ rules }, { users: USERS, usable: new Set(factors), atMs })
  const at = new Date(atMs).toISOString().slice(0, 10)
  const users = { read: USERS.length, total: USERS.length }
  const text = renderForecast({ environment: 'test', at, factors, users, rules: judged }, terminal)
  const [, ...lines] = text.split('\n')
  return {
    lines: lines.map((line) => line.trim()).filter((line) => line !== ''),
    isLocking: judged.some(locksOut),
  }
}

const list = (...factors: ('otp' | 'phone' | 'email' | 'webauthn-roaming')[]) => ({
  factors,
  maxAgeSeconds: 0,
})
const ANY = { factors: 'any', maxAgeSeconds: 0 } as const
const deny = (id: string, changes: Partial<ReturnType<typeof scopeRule>> = {}) =>
  scopeRule({ id, whenNotEnrolled: 'deny', ...changes })
const enrol = (id: string, changes: Partial<ReturnType<typeof scopeRule>> = {}) =>
  scopeRule({ id, whenNotEnrolled: 'enroll', ...changes })
const acr = {
  id: 'page',
  acr: MULTI_FACTOR,
  requires: ANY,
  withoutBrowser: { others: 'deny' },
} as const

const OTP_AND_KEY = ['otp', 'webauthn-roaming']

// prettier-ignore
test.each<[name: string, rules: readonly Rule[], factors: readonly string[], isLocking: boolean, lines: readonly string[]]>([
  ['users without a factor, who enrol',  [enrol('a')],                                 OTP_AND_KEY, false, ['a  any factor  3 of 5 have none  they enrol one at their first step-up']],
  ['users without a factor, denied',     [deny('a')],                                  OTP_AND_KEY, true,  ['a  any factor  3 of 5 have none  they are denied']],
  ['an acr rule',                        [acr],                                        OTP_AND_KEY, true,  ['page  any factor  3 of 5 have none  they are denied']],
  ['verified addresses, email enabled',  [deny('a')],                                  ['otp', 'email'], true, ['a  any factor  2 of 5 have none  they are denied']],
  ['email alone, which nobody enrols',   [enrol('a', { requires: list('email') })],    ['otp', 'email'], true, ['a  email  4 of 5 have none  they are denied']],
  ['nobody enrolled, but all may',       [enrol('a', { requires: list('webauthn-roaming') })], OTP_AND_KEY, false, ['a  webauthn-roaming  4 of 5 have none  they enrol one at their first step-up']],
  ['a listed factor that is off',        [enrol('a', { requires: list('phone') })],    OTP_AND_KEY, true,  ['a  phone  5 of 5 have none  everybody is denied']],
  ['no factor at all',                   [enrol('a'), enrol('b', { scopes: ['b:x'], requires: list('otp') })], [], true, ['a  any factor  5 of 5 have none  everybody is denied', 'b  otp         5 of 5 have none  everybody is denied']],
  ['a rule that is only reported',       [deny('a', { reportUntilMs: Date.parse('2026-12-31') })], OTP_AND_KEY, false, ['a  any factor  3 of 5 have none  only reported until 2026-12-31: nobody is asked']],
  ['exceptions that hold',               [deny('a', { exceptions: [{ client: 'batch', untilMs: NOW_MS + 1 }, { client: 'old', untilMs: NOW_MS }] })], OTP_AND_KEY, true, ['a  any factor  3 of 5 have none  they are denied, 1 exception apart']],
  ['low confidence',                     [enrol('a', { whenConfidenceIsLow: list('webauthn-roaming'), whenNotEnrolled: 'deny', requires: list('otp', 'webauthn-roaming') })], OTP_AND_KEY, true, ['a                  otp or webauthn-roaming  3 of 5 have none  they are denied', 'a, low confidence  webauthn-roaming         4 of 5 have none  they are denied']],
  ['two rules for one scope',            [enrol('a'), deny('b', { requires: list('webauthn-roaming') })], OTP_AND_KEY, true, ['a         any factor        3 of 5 have none  they enrol one at their first step-up', 'b         webauthn-roaming  4 of 5 have none  they are denied', 'a with b  webauthn-roaming  4 of 5 have none  they are denied']],
  ['two rules, one only reported',       [enrol('a'), deny('b', { reportUntilMs: Date.parse('2026-12-31') })], OTP_AND_KEY, false, ['a  any factor  3 of 5 have none  they enrol one at their first step-up', 'b  any factor  3 of 5 have none  only reported until 2026-12-31: nobody is asked']],
])('%s', (_name, rules, factors, isLocking, lines) => {
  const { lines: found, isLocking: locks } = told(rules, factors)
  expect({ lines: found.slice(0, -2), locks }).toEqual({ lines, locks: isLocking })
})

test('the day decides which rules are enforced', () => {
  const rules = [deny('a', { reportUntilMs: NOW_MS + DAY_MS })]
  expect([told(rules, OTP_AND_KEY), told(rules, OTP_AND_KEY, NOW_MS + DAY_MS)]).toEqual([
    {
      isLocking: false,
      lines: [
        'a  any factor  3 of 5 have none  only reported until 2026-11-25: nobody is asked',
        'Rules of 2026-11-24. Factors after a deploy: otp, webauthn-roaming.',
        '5 of 5 users read. No rule locks anybody out.',
      ],
    },
    {
      isLocking: true,
      lines: [
        'a  any factor  3 of 5 have none  they are denied',
        'Rules of 2026-11-25. Factors after a deploy: otp, webauthn-roaming.',
        '5 of 5 users read. 1 of 1 rules lock users out.',
      ],
    },
  ])
})

test('of a sample nothing is said about those who were not read', () => {
  const forecasted = {
    environment: 'test',
    at: '2026-11-24',
    factors: ['otp'],
    users: { read: 5, total: 700 },
    rules: [],
  }
  expect(renderForecast(forecasted, terminal))
    .toBe(`Rules of 2026-11-24. Factors after a deploy: otp.
5 of 700 users read. No rule locks any of these out.`)
})

test('in a tenant without users a rule that nobody can pass still locks out', () => {
  const [judged] = forecast({ rules: [enrol('a')] }, { users: [], usable: new Set(), atMs: NOW_MS })
  expect(judged).toEqual({
    rule: 'a',
    accepts: 'any',
    usable: [],
    without: 0,
    then: 'deny',
    exceptions: 0,
  })
  expect(judged && locksOut(judged)).toBe(true)
})

const guardian = (...names: string[]) => names.map((name) => ({ name, enabled: true }))
const setting = (name: string, enabled: boolean) =>
  ({ section: 'guardianFactors', name, values: { name, enabled } }) as const

// prettier-ignore
test.each([
  ['those of the tenant where tenant.yaml says nothing', guardian('otp', 'sms'),    [],                                              ['otp', 'phone']],
  ['those that tenant.yaml switches on',                 [{ name: 'otp', enabled: false }], [setting('otp', true)],                  ['otp']],
  ['without those that it switches off',                 guardian('otp', 'sms'),    [setting('sms', false)],                         ['otp']],
  ['without recovery codes, which are none',             guardian('otp', 'recovery-code'), [],                                       ['otp']],
  ['with email beside another',                          guardian('otp', 'email'),  [],                                              ['otp', 'email']],
  ['none where no factor can be required by itself',     guardian('email', 'webauthn-platform', 'recovery-code'), [],                []],
  ['none where all are switched off',                    guardian('otp'),           [setting('otp', false)],                         []],
])('the factors after a deploy are %s', (_name, tenant, settings, expected) => {
  expect([...factorsAfterDeploy(tenant, settings)]).toEqual(expected)
})

test('a tenant without users tells nothing of whom a rule would lock out', () => {
  const rules = forecast(
    { rules: [scopeRule()] },
    { users: [], usable: new Set(['otp']), atMs: NOW_MS },
  )
  const told = {
    environment: 'test',
    at: '2026-11-24',
    factors: ['otp'],
    users: { read: 0, total: 0 },
    rules,
  }
  expect(renderForecast(told, terminal).split('\n').at(-1)).toBe(
    '0 of 0 users read. Without users, nobody knows whom a rule would lock out.',
  )
})
