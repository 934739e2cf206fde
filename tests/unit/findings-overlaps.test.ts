// Rules for the same thing: which of them others make void, and which answers.
import { findingsOf } from '../support/audited-tenant.ts'
import { BANKING } from '../support/event.ts'

const FUNDS = `protects: { audience: ${BANKING}, scopes: [transfer:funds] }`
const FUND = `protects: { audience: ${BANKING}, scopes: [transfer:fund] }`
const ANY = 'requires: { factors: any, maxAge: 300 }'

const KINDS = [
  'rule-shadowed',
  'answer-without-effect',
  'no-common-factor-on-low-confidence',
  'denial-undone',
]

/** What is found of two rules, the first of which is `transfer-funds`. */
function found(first: Readonly<Record<string, string>>, second: string) {
  const rule = `\n  - { id: second, reason: x, ${second} }`
  const { x = '', ...lines } = first
  return findingsOf({ rule: { requires: ANY, ...lines, x: `${x}${rule}` } })
    .filter(({ code }) => KINDS.includes(code))
    .map(({ code, subject }) => `${code} ${subject}`)
}

const NOTHING: string[] = []
const FIRST = ['rule-shadowed transfer-funds']
const SECOND = ['rule-shadowed second']
const until = (expires: string) => `exceptions: [{ client: web, reason: x, expires: ${expires} }]`

// prettier-ignore
test.each<[name: string, first: Record<string, string>, second: string, string[]]>([
  ['two rules that say the same',      {},                                              `${FUNDS}, ${ANY}`, SECOND],
  ['a stricter age',                   {},                                              `${FUNDS}, requires: { factors: any, maxAge: 60 }`, FIRST],
  ['the same age, in another unit',    {},                                              `${FUNDS}, requires: { factors: any, maxAge: 5m }`, SECOND],
  ['fewer factors',                    {},                                              `${FUNDS}, requires: { factors: [otp], maxAge: 300 }`, FIRST],
  ['fewer factors, but an older MFA',  {},                                              `${FUNDS}, requires: { factors: [otp], maxAge: 600 }`, NOTHING],
  ['other scopes',                     {},                                              `protects: { audience: ${BANKING}, scopes: [transfer:fund] }, ${ANY}`, NOTHING],
  ['an acr value',                     {},                                              'protects: { acr: mfa }, requires: { factors: any }', NOTHING],
  ['more scopes',                      {},                                              `protects: { audience: ${BANKING}, scopes: [transfer:funds, transfer:fund] }, ${ANY}`, FIRST],
  ['stricter on low confidence alone', {},                                              `${FUNDS}, ${ANY}, whenConfidenceIsLow: { factors: [otp] }`, FIRST],
  ['laxer on low confidence',          { x: 'whenConfidenceIsLow: { factors: [otp] }' }, `${FUNDS}, ${ANY}`, SECOND],
  ['the strict one enrols',            {},                                              `${FUNDS}, requires: { factors: any }, whenNotEnrolled: enroll`, NOTHING],
  ['both enrol',                       { x: 'whenNotEnrolled: enroll' },                `${FUNDS}, requires: { factors: any }, whenNotEnrolled: enroll`, FIRST],
  ['the strict one is reported still', {},                                              `${FUNDS}, requires: { factors: any }, report: { until: 2027-01-31, reason: x }`, NOTHING],
  ['the strict one has an exception',  {},                                              `${FUNDS}, requires: { factors: any }, ${until('2027-01-31')}`, NOTHING],
  ['both have it, the strict one for longer', { x: until('2027-01-01') },               `${FUNDS}, requires: { factors: any }, ${until('2027-01-31')}`, NOTHING],
  ['both have it, the strict one not for longer', { x: until('2027-01-31') },           `${FUNDS}, requires: { factors: any }, ${until('2027-01-01')}`, FIRST],
  ['the strict one removes, the other challenges', { x: 'withoutBrowser: { others: challenge }' }, `${FUNDS}, requires: { factors: any }`, NOTHING],
  ['the strict one denies',            {},                                              `${FUNDS}, requires: { factors: any }, withoutBrowser: { others: deny }`, FIRST],

  ['an acr value by which users enrol', {},                                             'protects: { acr: mfa }, requires: { factors: any }, whenNotEnrolled: enroll', ['denial-undone second']],
  ['a scope for which they enrol a factor that is taken', { requires: 'requires: { factors: [otp, phone] }' }, `${FUND}, requires: { factors: [phone] }, whenNotEnrolled: enroll`, ['denial-undone second']],
  ['for which they enrol another factor', { requires: 'requires: { factors: [otp] }' },  `${FUND}, requires: { factors: [phone] }, whenNotEnrolled: enroll`, NOTHING],
  ['one that nobody can enrol, and another',        { requires: 'requires: { factors: [email] }' },  `${FUND}, requires: { factors: [email, otp] }, whenNotEnrolled: enroll`, NOTHING],
  ['scopes of which one is denied',    {},                                              `protects: { audience: ${BANKING}, scopes: [transfer:funds, transfer:fund] }, requires: { factors: any }, whenNotEnrolled: enroll`, ['denial-undone second']],
  ['both let users enrol',             { x: 'whenNotEnrolled: enroll' },                'protects: { acr: mfa }, requires: { factors: any }, whenNotEnrolled: enroll', NOTHING],

  ['an answer beside a denial',        { x: 'withoutBrowser: { oauth2-password: challenge }' }, `${FUNDS}, requires: { factors: [otp] }, withoutBrowser: { oauth2-password: deny }`, ['rule-shadowed transfer-funds', 'answer-without-effect oauth2-password in transfer-funds']],
  ['an answer beside a denial that has an exception', { x: 'withoutBrowser: { oauth2-password: challenge }' }, `${FUNDS}, requires: { factors: [otp] }, withoutBrowser: { oauth2-password: deny }, ${until('2027-01-31')}`, NOTHING],
  ['a challenge that Auth0 does not know', { x: 'withoutBrowser: { oidc-ciba: challenge }' }, `protects: { acr: mfa }, requires: { factors: any }`, ['answer-without-effect oidc-ciba in transfer-funds']],
  ['a challenge that Auth0 knows',     { x: 'withoutBrowser: { oauth2-password: challenge }' }, `protects: { acr: mfa }, requires: { factors: any }`, NOTHING],

  ['a common factor on low confidence', { x: 'whenConfidenceIsLow: { factors: [otp, phone] }' }, `${FUNDS}, requires: { factors: any }, whenConfidenceIsLow: { factors: [otp] }`, FIRST],
  ['no common factor on low confidence', { x: 'whenConfidenceIsLow: { factors: [phone] }' }, `${FUNDS}, requires: { factors: [otp, phone] }, whenConfidenceIsLow: { factors: [otp] }`, [`no-common-factor-on-low-confidence transfer:funds on ${BANKING}`]],
])('%s', (_name, first, second, findings) => {
  expect(found(first, second).toSorted()).toEqual(findings.toSorted())
})
