import { policyInWords } from '../../scripts/audit/policy-in-words.ts'
import { compilePolicy } from '../../scripts/policy/compile.ts'
import { parsePolicy } from '../../scripts/policy/load.ts'
import { BANKING } from '../support/event.ts'

const TODAY = new Date('2026-11-24T12:00:00Z')

/** What is said of a policy with these rules. */
function saidOf(...rules: readonly (readonly string[])[]) {
  const text = ['version: 1', 'rules:', ...rules.map((lines) => `  - ${lines.join('\n    ')}`)]
  const declaredScopes = new Map([[BANKING, new Set(['transfer:funds', 'close:account'])]])
  const file = parsePolicy('policy.yaml', text.join('\n'), { declaredScopes })
  const locate = () => ({ file: 'policy.yaml', line: 1, column: 1 })
  return policyInWords({ file, policy: compilePolicy(file), atMs: TODAY.getTime(), locate })
}

const saysOf = (...lines: readonly string[]) =>
  saidOf([
    'id: transfer-funds',
    'reason: Moves money',
    `protects: { audience: ${BANKING}, scopes: [transfer:funds] }`,
    ...lines,
  ])[0]?.says

const ACR = ['id: salaries', 'reason: Salaries', 'protects: { acr: urn:salaries }']

test('the defaults of a rule are said', () => {
  expect(saysOf('requires: { factors: [otp, webauthn-roaming], maxAge: 300 }')).toEqual([
    'On a page in a browser: only after MFA by otp or webauthn-roaming, at most 5m old; a user without one is denied.',
    'In a silent login (`prompt=none`): MFA by otp or webauthn-roaming, at most 5m old, or else answered with `login_required`.',
    'In every flow without a browser and for whoever acts for somebody else: scope removed.',
  ])
})

test('`challenge` is what it comes to in each protocol', () => {
  expect(
    saysOf(
      'requires: { factors: any }',
      'whenNotEnrolled: enroll',
      'withoutBrowser: { others: challenge }',
    ),
  ).toEqual([
    'On a page in a browser: only after MFA by any factor at every request; a user without one sets one up.',
    'In a silent login (`prompt=none`): answered with `login_required`.',
    'By refresh token: scope removed.',
    'By password, legacy resource owner, device code and token exchange outside organizations: answered with `mfa_required`; a user without one sets one up.',
    'In every flow without a browser except refresh token, password, legacy resource owner, device code and token exchange outside organizations and for whoever acts for somebody else except by refresh token: denied, as nobody can be challenged there.',
  ])
})

test('`challenge` denies a device login where nobody may set up a factor', () => {
  const said = saysOf('requires: { factors: any }', 'withoutBrowser: { others: challenge }')
  expect(said?.filter((line) => line.startsWith('By device code'))).toEqual([
    'By device code: denied, as a challenge there could set up a factor.',
  ])
})

test('what is not enforced yet, and what will be', () => {
  expect(
    saysOf(
      'requires: { factors: any }',
      'report: { until: 2026-12-01, reason: Users enrol first }',
    ),
  ).toEqual([
    'In every flow: issued without MFA.',
    'From 2026-12-01: On a page in a browser: only after MFA by any factor at every request; a user without one is denied.',
    'From 2026-12-01: In a silent login (`prompt=none`): answered with `login_required`.',
    'From 2026-12-01: In every flow without a browser and for whoever acts for somebody else: scope removed.',
    'Rule `transfer-funds` is not enforced before 2026-12-01, only logged: Users enrol first.',
  ])
})

test('what is over is in the past tense', () => {
  expect(
    saysOf(
      'requires: { factors: any }',
      'report: { until: 2026-02-01, reason: Users enrol first }',
      'exceptions: [{ client: batch, reason: No person there, expires: 2026-03-01 }]',
    )?.slice(-2),
  ).toEqual([
    'Rule `transfer-funds` is enforced since 2026-02-01; until then it was only logged: Users enrol first.',
    'Rule `transfer-funds` binds client `batch` since 2026-03-01; until then it was exempt: No person there.',
  ])
})

test('exceptions, and low confidence', () => {
  expect(
    saysOf(
      'requires: { factors: any, maxAge: 300 }',
      'whenConfidenceIsLow: { factors: [webauthn-roaming] }',
      'exceptions: [{ organization: org_1, reason: Pilot, expires: 2027-01-31 }]',
    ),
  ).toEqual([
    'On a page in a browser: where Auth0 has medium or high confidence, only after MFA by any factor, at most 5m old; a user without one is denied; where it has low confidence or gives none, only after MFA by webauthn-roaming at every request; a user without one is denied.',
    'In a silent login (`prompt=none`): where Auth0 has medium or high confidence, MFA by any factor, at most 5m old, or else answered with `login_required`; where it has low confidence or gives none, answered with `login_required`.',
    'In every flow without a browser and for whoever acts for somebody else: scope removed.',
    'Rule `transfer-funds` does not bind organization `org_1` before 2027-01-31: Pilot.',
  ])
})

test('several rules of a scope are said together, and things under the same rules once', () => {
  const said = saidOf(
    [
      'id: wide',
      'reason: Both',
      `protects: { audience: ${BANKING}, scopes: [transfer:funds, close:account] }`,
      'requires: { factors: any, maxAge: 300 }',
      'whenNotEnrolled: enroll',
    ],
    [
      'id: narrow',
      'reason: Only one',
      `protects: { audience: ${BANKING}, scopes: [transfer:funds] }`,
      'requires: { factors: [otp], maxAge: 60 }',
      'withoutBrowser: { others: deny }',
    ],
    [...ACR, 'requires: { factors: any }'],
  )
  expect(
    said.map(({ protects, rules, says }) => [
      protects.map((each) => ('acr' in each ? each.acr : each.scope)),
      rules.map(({ id }) => id),
      says,
    ]),
  ).toEqual([
    [
      ['transfer:funds'],
      ['wide', 'narrow'],
      [
        'On a page in a browser: only after MFA by otp, at most 1m old; a user without one is denied.',
        'In a silent login (`prompt=none`): MFA by otp, at most 1m old, or else answered with `login_required`.',
        'By refresh token: scope removed.',
        'By every grant and protocol without a browser but refresh tokens and for whoever acts for somebody else except by refresh token: denied.',
      ],
    ],
    [
      ['close:account'],
      ['wide'],
      [
        'On a page in a browser: only after MFA by any factor, at most 5m old; a user without one sets one up.',
        'In a silent login (`prompt=none`): MFA by any factor, at most 5m old, or else answered with `login_required`.',
        'In every flow without a browser and for whoever acts for somebody else: scope removed.',
      ],
    ],
    [
      ['urn:salaries'],
      ['salaries'],
      [
        'On a page in a browser: only after MFA by any factor at every request; a user without one is denied.',
        'In a silent login (`prompt=none`): answered with `login_required`.',
        'By refresh token: no acr value is answered, as the ID token of a refresh tells nothing about MFA.',
        'By every grant and protocol without a browser but refresh tokens and for whoever acts for somebody else except by refresh token: denied.',
      ],
    ],
  ])
})

describe('two things that one request cannot have both', () => {
  const rule = (id: string, scope: string, ...lines: readonly string[]) => [
    `id: ${id}`,
    'reason: Moves money',
    `protects: { audience: ${BANKING}, scopes: [${scope}] }`,
    ...lines,
  ]
  const togetherOf = (...rules: readonly (readonly string[])[]) =>
    saidOf(...rules).map(({ says }) => says.filter((line) => line.includes('together with')))
  const byOtp = rule('funds', 'transfer:funds', 'requires: { factors: [otp] }')

  // prettier-ignore
  test.each<[string, (readonly string[])[], string[][]]>([
    ['no factor in common', [byOtp, rule('close', 'close:account', 'requires: { factors: [phone] }')], [
      ['In a browser, asked for together with `close:account`: denied, as no factor fits all rules.'],
      ['In a browser, asked for together with `transfer:funds`: denied, as no factor fits all rules.']]],
    ['a factor in common', [byOtp, rule('close', 'close:account', 'requires: { factors: [otp, phone] }')], [[], []]],
    ['not from a day on', [byOtp, rule('close', 'close:account', 'requires: { factors: [phone] }', 'report: { until: 2026-12-01, reason: Users enrol first }')], [
      ['From 2026-12-01: In a browser, asked for together with `close:account`: denied, as no factor fits all rules.'],
      ['From 2026-12-01: In a browser, asked for together with `transfer:funds`: denied, as no factor fits all rules.']]],
    ['on low confidence alone', [byOtp, rule('close', 'close:account', 'requires: { factors: [otp, phone] }', 'whenConfidenceIsLow: { factors: [phone] }')], [
      ['In a browser, asked for together with `close:account`: where Auth0 has medium or high confidence, only after MFA by otp at every request; a user without one is denied; where it has low confidence or gives none, denied, as no factor fits all rules.'],
      ['In a browser, asked for together with `transfer:funds`: where Auth0 has medium or high confidence, only after MFA by otp at every request; a user without one is denied; where it has low confidence or gives none, denied, as no factor fits all rules.']]],
  ])('%s', (_case, rules, expected) => {
    expect(togetherOf(...rules)).toEqual(expected)
  })
})
