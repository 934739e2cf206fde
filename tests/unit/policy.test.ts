import { readFileSync } from 'node:fs'
import { isAuth0Api } from '../../scripts/policy/auth0-apis.ts'
import { ageInWords } from '../../scripts/policy/age.ts'
import { bundlePolicy } from '../../scripts/policy/bundle.ts'
import { compilePolicy } from '../../scripts/policy/compile.ts'
import { loadPolicy } from '../../scripts/policy/load.ts'
import { policyJsonSchema } from '../../scripts/policy/schema.ts'
import { BANKING, MULTI_FACTOR } from '../support/event.ts'
import { FABRIKAM } from '../support/policies.ts'
import { parse, ruleWith, SURROUNDINGS } from '../support/policy-text.ts'

test('the shipped policy is accepted, with its defaults written out', () => {
  expect(compilePolicy(loadPolicy('config/step-up.policy.yaml', SURROUNDINGS))).toStrictEqual(
    FABRIKAM,
  )
})

test('the ready rule of docs/policy.md protects the scopes by which every step-up can be undone', () => {
  const [, rule] =
    /```yaml\n(- id: own-factors\n[^`]*)```/.exec(readFileSync('docs/policy.md', 'utf8')) ?? []
  expect(compilePolicy(parse(`version: 1\nrules:\n${rule ?? ''}`)).rules).toStrictEqual([
    {
      id: 'own-factors',
      audience: 'https://fabrikam.eu.auth0.com/me/',
      scopes: [
        'create:me:authentication_methods',
        'update:me:authentication_methods',
        'delete:me:authentication_methods',
      ],
      requires: { factors: 'any', maxAgeSeconds: 300 },
      whenNotEnrolled: 'enroll',
      withoutBrowser: { others: 'deny' },
      cannotRemove: true,
    },
  ])
})

test('every part of the language comes through', () => {
  const text = `
version: 1
claim: https://fabrikam.example/step_up
idTokenClaim: https://fabrikam.example/step_up_rules
rules:
  - id: close-account
    reason: Final
    protects: { audience: ${BANKING}, scopes: [close:account, transfer:funds] }
    requires: { factors: [webauthn-roaming, otp], maxAge: 300 }
    whenConfidenceIsLow: { factors: [webauthn-roaming] }
    whenNotEnrolled: enroll
    withoutBrowser: { silent: remove, refreshTokens: deny, oauth2-device-code: remove, others: deny }
    exceptions:
      - { client: batch, reason: Nightly batch, expires: 2026-11-25 }
      - { organization: org_1, reason: Pilot, expires: 2027-01-31 }
  - id: salary-page
    reason: Salaries
    protects: { acr: '${MULTI_FACTOR}' }
    requires: { factors: any }
    withoutBrowser: { oauth2-password: challenge }
    report: { until: 2026-12-01, reason: Pilot }
`
  expect(compilePolicy(parse(text))).toStrictEqual({
    claim: 'https://fabrikam.example/step_up',
    idTokenClaim: 'https://fabrikam.example/step_up_rules',
    rules: [
      {
        id: 'close-account',
        audience: BANKING,
        scopes: ['close:account', 'transfer:funds'],
        requires: { factors: ['webauthn-roaming', 'otp'], maxAgeSeconds: 300 },
        whenConfidenceIsLow: { factors: ['webauthn-roaming'], maxAgeSeconds: 0 },
        whenNotEnrolled: 'enroll',
        withoutBrowser: {
          'oauth2-device-code': 'remove',
          others: 'deny',
        },
        whenSilent: 'remove',
        exceptions: [
          { client: 'batch', untilMs: Date.UTC(2026, 10, 25) },
          { organization: 'org_1', untilMs: Date.UTC(2027, 0, 31) },
        ],
      },
      {
        id: 'salary-page',
        acr: MULTI_FACTOR,
        requires: { factors: 'any', maxAgeSeconds: 0 },
        withoutBrowser: { 'oauth2-password': 'challenge', others: 'deny' },
        reportUntilMs: Date.UTC(2026, 11, 1),
      },
    ],
  })
})

// prettier-ignore
test.each<[age: string, seconds: number, shown: string]>([
  ['90s',    90,     '90s'],
  ["'5m'",   300,    '5m'],
  ['300',    300,    '5m'],
  ['300s',   300,    '5m'],
  ['90m',    5_400,  '90m'],
  ['1h',     3_600,  '1h'],
  ['1d',     86_400, '1d'],
  ['24h',    86_400, '1d'],
  ['0',      0,      '0'],
])('an age of %s is %d seconds, and is shown as %s', (maxAge, seconds, shown) => {
  const requires = `requires: { factors: any, maxAge: ${maxAge} }`
  const [rule] = compilePolicy(parse(ruleWith({ requires }))).rules
  expect(rule?.requires).toStrictEqual({ factors: 'any', maxAgeSeconds: seconds })
  expect(ageInWords(seconds)).toBe(shown)
})

test('an age with a unit makes the bundle that its seconds make, byte for byte', async () => {
  const bundle = (maxAge: string) =>
    bundlePolicy(
      compilePolicy(
        parse(
          ruleWith({
            requires: `requires: { factors: any, maxAge: ${maxAge} }`,
            x: `whenConfidenceIsLow: { factors: [otp], maxAge: ${maxAge} }`,
          }),
        ),
      ),
      '',
    )
  expect(await bundle('5m')).toBe(await bundle('300'))
  expect(await bundle('5m')).toContain('maxAgeSeconds: 300')
})

// prettier-ignore
test.each([
  ['',                                              { others: 'remove' }],
  ['withoutBrowser: {}',                            { others: 'remove' }],
  ['withoutBrowser: { others: deny }',              { others: 'deny', 'oauth2-refresh-token': 'remove' }],
  ['withoutBrowser: { refreshTokens: deny }',       { others: 'remove', 'oauth2-refresh-token': 'deny' }],
  ['withoutBrowser: { refreshTokens: deny, others: deny }', { others: 'deny' }],
  ['withoutBrowser: { oauth2-password: remove }',   { others: 'remove' }],
  ['withoutBrowser: { oauth2-password: challenge }', { others: 'remove', 'oauth2-password': 'challenge' }],
])('answers without a browser for scopes: %s', (line, answers) => {
  expect(compilePolicy(parse(ruleWith({ line }))).rules[0]?.withoutBrowser).toEqual(answers)
})

// prettier-ignore
test.each([
  ['/me/',      '',                                          { others: 'deny' }],
  ['/me',       '',                                          { others: 'deny' }],
  ['/me/',      'withoutBrowser: { others: challenge }',     { others: 'challenge', 'oauth2-refresh-token': 'deny' }],
  ['/mfa/',     'withoutBrowser: { refreshTokens: challenge }', { others: 'deny', 'oauth2-refresh-token': 'challenge' }],
  ['/my-org/',  '',                                          { others: 'deny' }],
  ['/api/v2/',  '',                                          { others: 'deny' }],
  ['/userinfo', '',                                          { others: 'deny' }],
])("answers without a browser for Auth0's own API at %s: %s", (path, line, withoutBrowser) => {
  const audience = `https://login.fabrikam.example${path}`
  const scopes = path === '/mfa/' ? 'enroll' : 'read:me:factors'
  const text = ruleWith({ protects: `protects: { audience: ${audience}, scopes: [${scopes}] }`, line })
  expect(compilePolicy(parse(text)).rules[0]).toMatchObject({ withoutBrowser, cannotRemove: true })
})

// prettier-ignore
test.each(['https://api.example/v1/me/', 'https://api.example/me/x', 'https://api.example/', 'http://api.example/me/', 'me'])('%s is no API of Auth0', (audience) => {
  expect(isAuth0Api(audience)).toBe(false)
})

// prettier-ignore
test.each([
  ['',                                              { others: 'deny' }],
  ['withoutBrowser: { others: challenge }',         { others: 'challenge' }],
  ['withoutBrowser: { oauth2-password: challenge }', { others: 'deny', 'oauth2-password': 'challenge' }],
])('answers without a browser for an acr value: %s', (line, answers) => {
  const text = ruleWith({ protects: 'protects: { acr: x }', line })
  expect(compilePolicy(parse(text)).rules[0]?.withoutBrowser).toEqual(answers)
})

test('the JSON Schema for editors is current: `npm run schema` writes it', () => {
  const written = readFileSync('config/step-up.policy.schema.json', 'utf8')
  expect(written).toBe(policyJsonSchema())
})
