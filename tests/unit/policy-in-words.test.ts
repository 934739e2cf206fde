import { ruleInWords } from '../../scripts/audit/policy-in-words.ts'
import { compilePolicy } from '../../scripts/policy/compile.ts'
import { parsePolicy } from '../../scripts/policy/load.ts'
import { BANKING } from '../support/event.ts'

const where = { file: 'policy.yaml', line: 3, column: 5 }

/** What is said of a rule with these lines. */
function saysOf(lines: string): readonly string[] | undefined {
  const text = `version: 1
rules:
  - id: transfer-funds
    reason: Moves money
    protects: { audience: ${BANKING}, scopes: [transfer:funds] }
    requires: { factors: [otp, webauthn-roaming], maxAge: 300 }
    ${lines}
`
  const declaredScopes = new Map([[BANKING, new Set(['transfer:funds'])]])
  const policy = parsePolicy('policy.yaml', text, { declaredScopes })
  const [rule] = policy.rules
  return rule && ruleInWords(rule, compilePolicy(policy).rules[0], where).says
}

const DEMAND =
  'A token for `https://banking.fabrikam.example` carries `transfer:funds` only after MFA by one of `otp` and `webauthn-roaming`, at most 300 seconds old.'
const OTHERS =
  'Every other flow without a browser, unknown ones too: the scopes are taken out of the token.'

test('the defaults of a rule are said', () => {
  expect(saysOf('')).toEqual([DEMAND, 'A user without an accepted factor is refused.', OTHERS])
})

test('a rule that is not enforced yet says so first', () => {
  expect(saysOf('report: { until: 2026-12-01, reason: Users enrol first }')).toEqual([
    'Until 2026-12-01 it is not enforced, only logged: Users enrol first. From then on:',
    DEMAND,
    'A user without an accepted factor is refused.',
    OTHERS,
  ])
})

test('everything that a rule can say is said', () => {
  const lines = [
    'whenConfidenceIsLow: { factors: [webauthn-roaming] }',
    'whenNotEnrolled: enroll',
    'withoutBrowser: { refreshTokens: deny, oauth2-password: deny }',
    'exceptions: [{ client: batch, reason: No person there, expires: 2027-06-01 }, { organization: org_1, reason: Pilot, expires: 2027-01-31 }]',
  ]
  expect(saysOf(lines.join('\n    '))).toEqual([
    DEMAND,
    'Unless Auth0 has medium or high confidence in the login: MFA by `webauthn-roaming`, made for this very request.',
    'A user without an accepted factor is asked to set one up.',
    'Refresh tokens: the request is denied.',
    'Protocol `oauth2-password`: the request is denied.',
    OTHERS,
    'Does not bind client `batch` before 2027-06-01: No person there.',
    'Does not bind organization `org_1` before 2027-01-31: Pilot.',
  ])
})
