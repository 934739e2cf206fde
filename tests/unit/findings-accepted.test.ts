import type { Finding } from '../../scripts/audit/finding.ts'
import { judgeFindings, type Acceptance } from '../../scripts/audit/tenant/accepted.ts'

const today = new Date('2026-11-24T00:00:00Z')

const weak: Finding = {
  code: 'only-weak-factors',
  severity: 'warning',
  subject: 'transfer-funds',
  args: { rule: 'transfer-funds', requirement: 'requires', factors: ['phone'] },
}
const never: Finding = {
  code: 'mfa-policy-never',
  severity: 'note',
  subject: 'tenant',
  args: { rules: ['transfer-funds'] },
}

const acceptance = (changes: Partial<Acceptance> = {}): Acceptance => ({
  finding: 'only-weak-factors',
  reason: 'Keys are on order',
  expires: '2026-11-25',
  ...changes,
})
const expired = acceptance({ expires: '2026-11-24' })
const ofAnother = acceptance({ subject: 'close-account' })
const ofThis = acceptance({ subject: 'transfer-funds' })

// prettier-ignore
test.each<[string, Acceptance[], ReturnType<typeof judgeFindings>]>([
  ['nothing accepted',            [],                      { open: [{ finding: weak }, { finding: never }], accepted: [], unused: [] }],
  ['the kind accepted',           [acceptance()],          { open: [{ finding: never }], accepted: [{ finding: weak, acceptance: acceptance() }], unused: [] }],
  ['the subject accepted',        [ofThis],                { open: [{ finding: never }], accepted: [{ finding: weak, acceptance: ofThis }], unused: [] }],
  ['another subject accepted',    [ofAnother],             { open: [{ finding: weak }, { finding: never }], accepted: [], unused: [ofAnother] }],
  ['acceptance expired today',    [expired],               { open: [{ finding: weak, expired }, { finding: never }], accepted: [], unused: [] }],
  ['expired, and accepted again', [expired, acceptance()], { open: [{ finding: never }], accepted: [{ finding: weak, acceptance: acceptance() }], unused: [] }],
])('%s', (_name, acceptances, judged) => {
  expect(judgeFindings([weak, never], acceptances, today)).toEqual(judged)
})
