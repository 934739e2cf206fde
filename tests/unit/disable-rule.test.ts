import { disableRule } from '../../scripts/policy/disable-rule.ts'

const TODAY = new Date('2026-11-24T12:00:00Z')
const POLICY = `# Reviewed on Mondays
version: 1

rules:
  - id: transfer-funds
    reason: Moves money # and does not bring it back
    protects: { acr: 'mfa' }
    requires: { factors: any }
`

const disable = (changes: object) =>
  disableRule(
    POLICY,
    { rule: 'transfer-funds', reason: 'the SMS gateway is down', until: '2026-11-26', ...changes },
    TODAY,
  )

test('the rule is put into report mode, and the rest of the text stays', () => {
  expect(disable({})).toBe(`${POLICY}    report:
      until: 2026-11-26
      reason: the SMS gateway is down
`)
})

// prettier-ignore
test.each([
  ['a rule that is not there', { rule: 'transfer-fund' },  '--disable: the policy has no rule `transfer-fund`\n  did you mean `transfer-funds`?'],
  ['no reason',                { reason: ' ' },            '--reason: is missing or too long\n  why the rule is not enforced, in at most 300 characters'],
  ['no day',                   { until: '' },              '--until: is missing\n  such as `2027-01-31`: from then on the rule is enforced again'],
  ['a day that has begun',     { until: '2026-11-24' },    '--until: `2026-11-24` is not a day in the future\n  such as `2027-01-31`: from then on the rule is enforced again'],
  ['the thirtieth of February', { until: '2027-02-30' },   '--until: `2027-02-30` is not a day in the future\n  such as `2027-01-31`: from then on the rule is enforced again'],
  ['everything at once',       { rule: 'x', reason: '', until: '' }, '--disable: the policy has no rule `x`\n  known are: transfer-funds\n--reason: is missing or too long\n  why the rule is not enforced, in at most 300 characters\n--until: is missing\n  such as `2027-01-31`: from then on the rule is enforced again'],
  ['a day that does not exist',{ until: '2027-13-01' },    '--until: `2027-13-01` is not a day in the future\n  such as `2027-01-31`: from then on the rule is enforced again'],
])('%s is refused', (_name, changes, message) => {
  expect(() => disable(changes)).toThrow(message)
})
