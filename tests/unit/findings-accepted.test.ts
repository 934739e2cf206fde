import type { Finding } from '../../scripts/audit/findings/finding.ts'
import { wasLookedFor } from '../../scripts/audit/findings/audit-tenant.ts'
import type { TenantFacts } from '../../scripts/audit/tenant/facts.ts'
import { GOOD } from '../support/audited-tenant.ts'
import { judgeFindings, type Acceptance } from '../../scripts/audit/findings/accepted.ts'

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

test('an error is accepted by its subject alone', () => {
  const error: Finding = {
    code: 'no-factor-enabled',
    severity: 'error',
    subject: 'tenant',
    args: { enabled: [] },
  }
  const blanket = acceptance({ finding: 'no-factor-enabled' })
  const named = acceptance({ finding: 'no-factor-enabled', subject: 'tenant' })
  expect(judgeFindings([error], [blanket], today)).toEqual({
    open: [{ finding: error }],
    accepted: [],
    unused: [blanket],
  })
  expect(judgeFindings([error], [named], today)).toEqual({
    open: [],
    accepted: [{ finding: error, acceptance: named }],
    unused: [],
  })
})

const file = { kind: 'tenant-file', file: 'tenant.yaml' } as const
const nothing = { seen: 'nothing' } as const

// prettier-ignore
test.each<[code: string, Partial<TenantFacts>, boolean]>([
  ['action-not-deployed',       {},                                         true],
  ['action-not-deployed',       { source: file },                           false],
  ['action-not-deployed',       { ourAction: { ...nothing, lacks: 'read:actions' } }, false],
  ['later-action-redirects',    { flow: nothing },                          false],
  ['mfa-policy-never',          { source: file },                           true],
  ['mfa-policy-never',          { source: file, mfaPolicy: nothing },       false],
  ['ciba-grant-enabled',        { clients: { seen: 'listed', value: [] } }, false],
  ['part-not-readable',         { source: file },                           false],
  ['rule-shadowed',             { source: file },                           true],
  ['exception-for-missing-organization', { organizations: nothing },        false],
])('%s with %j was looked for: %s', (code, changes, expected) => {
  expect(wasLookedFor(code, { ...GOOD, ...changes })).toBe(expected)
})
