// What stands in the cells of the matrix, case by case; that the bundle does the same is a property test.
import type { Rule } from '../../actions/step-up/policy.ts'
import { matrixOf, type Matrix } from '../../scripts/audit/matrix/matrix.ts'
import {
  provenRunning,
  runningIn,
  type Ran,
  type Running,
} from '../../scripts/audit/matrix/running.ts'
import { verdictOn } from '../../scripts/audit/verdict.ts'
import { all, deployed, factors, flow, grant, OURS, server } from '../support/audited-tenant.ts'
import { scopeRule } from '../support/policies.ts'

const AT_MS = Date.parse('2026-11-24T12:00:00Z')
const day = (text: string) => Date.parse(text)

interface Given {
  readonly rules: readonly Rule[]
  readonly enabled?: readonly string[]
  readonly disabled?: readonly string[]
  readonly running?: Running
  readonly clientGrants?: ReturnType<typeof grant>
  readonly resourceServers?: ReturnType<typeof server>
}

function matrix({
  rules,
  enabled,
  disabled,
  running = { state: 'as-audited' },
  clientGrants,
  resourceServers,
}: Given): Matrix {
  return matrixOf({
    policy: { rules },
    running,
    atMs: AT_MS,
    facts: {
      clients: { seen: 'nothing' },
      resourceServers: resourceServers ?? { seen: 'nothing' },
      clientGrants: clientGrants ?? { seen: 'nothing' },
      enabledFactors: enabled === undefined ? { seen: 'nothing' } : factors(...enabled),
      ...(disabled && { disabledFactors: disabled }),
    },
  })
}

/** The cells of a row, by its title. */
function row(given: Given, title: string) {
  const found = matrix(given).rows.find((each) => each.title === title)
  return found?.cells.map(({ tone, says }) => [tone, ...says])
}

const acrRule = (changes: Partial<Rule> = {}): Rule =>
  ({
    ...scopeRule(),
    scopes: undefined,
    audience: undefined,
    id: 'salaries',
    acr: 'urn:salaries',
    withoutBrowser: { others: 'deny' },
    ...changes,
  }) as unknown as Rule
const fresh = { factors: 'any', maxAgeSeconds: 300 } as const

// prettier-ignore
test.each<[string, Given, string, readonly (readonly string[])[] | undefined]>([
  ['MFA at every request', { rules: [scopeRule({ whenNotEnrolled: 'deny' })] },
    'Browser login', [['asked', 'challenged: any factor', 'who has none: denied']]],
  ['who has none may set one up: a caution, not a challenge', { rules: [scopeRule()] },
    'Browser login', [['caution', 'challenged: any factor', 'who has none may set one up']]],
  ['a fresh MFA passes', { rules: [scopeRule({ requires: fresh, whenNotEnrolled: 'deny' })] },
    'Browser login', [['proven', 'challenged: any factor', 'or issued on MFA ≤ 5m', 'who has none: denied']]],
  ['silent: a fresh MFA passes too', { rules: [scopeRule({ requires: fresh })] },
    'Silent login (`prompt=none`)', [['proven', 'login_required', 'or issued on MFA ≤ 5m']]],
  ['silent: the scope removed', { rules: [scopeRule({ whenSilent: 'remove' })] },
    'Silent login (`prompt=none`)', [['safe', 'scope removed']]],
  ['silent: one rule removes the scope, the other asks for a page', { rules: [scopeRule({ whenSilent: 'remove' }), scopeRule({ id: 'b' })] },
    'Silent login (`prompt=none`)', [['safe', 'login_required or scope removed']]],
  ['low confidence', { rules: [scopeRule({ requires: fresh, whenNotEnrolled: 'deny', whenConfidenceIsLow: { factors: ['otp'], maxAgeSeconds: 0 } })] },
    'Browser login', [['proven',
      'medium or high confidence:', 'challenged: any factor', 'or issued on MFA ≤ 5m', 'who has none: denied',
      'low confidence or none given:', 'challenged: otp', 'who has none: denied']]],
  ['two rules, the second is not forgotten', { rules: [scopeRule({ requires: fresh }), scopeRule({ id: 'b', requires: { factors: ['otp'], maxAgeSeconds: 60 } })] },
    'Browser login', [['caution', 'challenged: otp', 'or issued on MFA ≤ 1m', 'who has none may set one up']]],
  ['two rules that share no factor', { rules: [scopeRule({ requires: { factors: ['otp'], maxAgeSeconds: 60 } }), scopeRule({ id: 'b', requires: { factors: ['phone'], maxAgeSeconds: 300 } })] },
    'Browser login', [['caution', 'denied: rules share no factor', 'or issued on MFA by otp ≤ 1m and by phone ≤ 5m', 'or challenged, where earlier MFA meets some']]],
  ['not enforced yet', { rules: [scopeRule({ reportUntilMs: day('2026-12-31') })] },
    'Refresh token', [['open', 'issued without MFA', 'not enforced until 2026-12-31', 'from 2026-12-31: scope removed']]],
  ['a report that is over says nothing', { rules: [scopeRule({ reportUntilMs: day('2026-01-31') })] },
    'Refresh token', [['safe', 'scope removed']]],
  ['mfa_required', { rules: [scopeRule({ withoutBrowser: { others: 'challenge' } })] },
    'Password', [['caution', 'mfa_required: any factor', 'who has no otp or phone or push-notification may set one up']]],
  ['challenge where nobody can be', { rules: [scopeRule({ withoutBrowser: { others: 'challenge' } })] },
    'CIBA', [['safe', 'denied: nobody can be asked']]],
  ['challenge where a page would enrol', { rules: [scopeRule({ whenNotEnrolled: 'deny', withoutBrowser: { others: 'challenge' } })] },
    'Device code', [['safe', 'denied: asking could set up a factor']]],
  ['SAML asks by acr value and carries no scope', { rules: [scopeRule(), acrRule({ whenNotEnrolled: 'deny' })] },
    'SAML login', [['none', '–'], ['asked', 'challenged: any factor', 'who has none: denied']]],
  ['a refresh answers no acr value', { rules: [scopeRule(), acrRule()] },
    'Refresh token', [['safe', 'scope removed'], ['none', '–']]],
  ['a factor that is off', { rules: [scopeRule({ requires: { factors: ['otp'], maxAgeSeconds: 0 } })], enabled: ['email'] },
    'Browser login', [['caution', 'nobody can pass: otp is off']]],
  ['one factor of two is off', { rules: [scopeRule({ requires: { factors: ['otp', 'phone'], maxAgeSeconds: 0 }, whenNotEnrolled: 'deny' })], enabled: ['sms'] },
    'Browser login', [['asked', 'challenged: phone (otp is off)', 'who has none: denied']]],
  ['one factor of two is off as the file says, and of the other nothing is known', { rules: [scopeRule({ requires: { factors: ['otp', 'phone'], maxAgeSeconds: 0 }, whenNotEnrolled: 'deny' })], disabled: ['otp'] },
    'Browser login', [['asked', 'challenged: phone (otp is off)', 'who has none: denied']]],
  ['all factors are off as the file says', { rules: [scopeRule({ requires: { factors: ['phone'], maxAgeSeconds: 0 } })], disabled: ['sms'] },
    'Browser login', [['caution', 'nobody can pass: phone is off']]],
  ['any factor is what is on', { rules: [scopeRule({ whenNotEnrolled: 'deny' })], enabled: ['otp', 'email', 'recovery-code'] },
    'Browser login', [['asked', 'challenged: any (otp, email)', 'who has none: denied']]],
  ['no factor is on', { rules: [scopeRule()], enabled: [] },
    'Browser login', [['caution', 'nobody can pass: no factor is on']]],
  ['a client that is exempt', { rules: [scopeRule({ exceptions: [{ client: 'batch', untilMs: day('2027-06-01') }] })] },
    'Client `batch`', [['open', 'in every flow:', 'issued without MFA', 'exempt until 2027-06-01']]],
  ['a client that is exempt once the rule is enforced', { rules: [scopeRule({ reportUntilMs: day('2026-12-31'), exceptions: [{ client: 'batch', untilMs: day('2027-06-01') }] })] },
    'Client `batch`', [['open', 'in every flow:', 'from 2026-12-31: issued without MFA, exempt until 2027-06-01']]],
  ['an exception that is over', { rules: [scopeRule({ exceptions: [{ client: 'batch', untilMs: day('2026-06-01') }] })] },
    'Client `batch`', undefined],
  ['an exception that makes no difference beside a second rule', { rules: [scopeRule({ exceptions: [{ client: 'batch', untilMs: day('2027-06-01') }] }), scopeRule({ id: 'b' })] },
    'Client `batch`', undefined],
  ['two exceptions that only together let anybody through', { rules: [
    scopeRule({ requires: fresh, withoutBrowser: { others: 'deny' }, exceptions: [{ client: 'batch', untilMs: day('2027-06-01') }] }),
    scopeRule({ id: 'b', withoutBrowser: { others: 'deny' }, requires: fresh, exceptions: [{ organization: 'org_1', untilMs: day('2027-06-01') }] })] },
    'Client `batch` in organization `org_1`', [['open', 'in every flow:', 'issued without MFA', 'exempt until 2027-06-01']]],
  ['client credentials that are granted', { rules: [scopeRule()], clientGrants: grant({ clientId: 'worker' }) },
    'Client credentials', [['open', 'granted to worker']]],
  ['client credentials where an API takes no machine', { rules: [scopeRule()], clientGrants: grant({}), resourceServers: server({ machineAccess: 'deny_all' }) },
    'Client credentials', [['safe', 'no machine may ask']]],
  ['client credentials of which a file lists some grants', { rules: [scopeRule()], clientGrants: { seen: 'listed', value: [] } },
    'Client credentials', [['caution', 'no client grant of those listed']]],
  ['nothing is deployed', { rules: [scopeRule()], running: { state: 'not-running', why: 'not deployed' } },
    'Browser login', [['open', 'not deployed: issued without MFA']]],
  ['nothing is bound', { rules: [scopeRule()], running: { state: 'not-running', why: 'not bound' } },
    'Browser login', [['open', 'not bound: issued without MFA']]],
  ['other code is deployed', { rules: [scopeRule()], running: { state: 'unknown', why: 'other code is deployed' } },
    'Browser login', [['open', 'not known: other code is deployed']]],
])('%s', (_case, given, title, expected) => {
  expect(row(given, title)).toEqual(expected)
})

const SEEN = {
  source: { kind: 'tenant', domain: 'acme.eu.auth0.com' },
  ourAction: all(deployed),
  flow: flow(OURS),
} as const

// prettier-ignore
test.each([
  ['what was audited',           {},                                                          { state: 'as-audited' }],
  ['other code',                 { ourAction: all({ ...deployed, code: '// other' }) },       { state: 'unknown', why: 'other code is deployed' }],
  ['nothing',                    { ourAction: all({ name: OURS.name, state: 'missing' } as const) }, { state: 'not-running', why: 'not deployed' }],
  ['what is not bound',          { flow: flow() },                                            { state: 'not-running', why: 'not bound' }],
  ['nobody knows what',          { ourAction: { seen: 'nothing' } as const },                 { state: 'unknown', why: 'the Action was not seen' }],
  ['nobody knows whether',       { flow: { seen: 'nothing' } as const },                      { state: 'unknown', why: 'bindings were not seen' }],
])('a tenant runs %s', (_case, changes, expected) => {
  expect(runningIn({ ...SEEN, ...changes }, OURS.code)).toEqual(expected)
})

const AS_AUDITED = { state: 'as-audited' } as const
const NOT_BOUND = { state: 'not-running', why: 'not bound' } as const
const RAN: Ran = { notRun: undefined, violations: [], differences: 0 }
const broken = (...names: string[]) => ({ violations: names.map((invariant) => ({ invariant })) })

// prettier-ignore
test.each<[string, Running, Partial<Ran>, Running]>([
  ['did as the policy says',             AS_AUDITED, {},                                          AS_AUDITED],
  ['was not run',                        AS_AUDITED, { notRun: 'it reaches for what is around it' }, { state: 'unknown', why: 'the code was not run' }],
  ['broke an invariant for two rules',   AS_AUDITED, broken('never-throws', 'never-throws'),      { state: 'unknown', why: 'the code breaks 1 invariant' }],
  ['broke two invariants',               AS_AUDITED, broken('never-throws', 'agrees-with-reference'), { state: 'unknown', why: 'the code breaks 2 invariants' }],
  ['broke what the policy file asks',    AS_AUDITED, broken('by-key'),                            AS_AUDITED],
  ['differed from the matrix',           AS_AUDITED, { differences: 1 },                          { state: 'unknown', why: 'the code does otherwise than the policy says' }],
  ['is not what runs',                   NOT_BOUND,  { differences: 1 },                          NOT_BOUND],
])('what is known of code that %s', (_case, running, ran, expected) => {
  expect(provenRunning(running, { ...RAN, ...ran })).toEqual(expected)
})

const COUNTS = { violations: 0, errors: 0, warnings: 0, notes: 3, accepted: 2 }
const verdict = (given: Given) => {
  const { outcome, headline } = verdictOn(COUNTS, {
    ...{ matrix: matrix(given), rules: given.rules, atMs: AT_MS },
  })
  return [outcome, headline]
}
const until = (text: string) => ({ untilMs: day(text) })

// prettier-ignore
test.each<[string, Given, readonly string[]]>([
  ['all is protected', { rules: [scopeRule({ scopes: ['a', 'b', 'c'] }), acrRule()] },
    ['clean', '3 scopes and 1 acr value protected in every flow']],
  ['exceptions are counted', { rules: [scopeRule({ exceptions: [{ client: 'a', ...until('2027-01-01') }, { client: 'b', ...until('2027-01-01') }, { organization: 'o', ...until('2027-01-01') }, { client: 'over', ...until('2026-01-01') }] })] },
    ['clean', '1 scope protected in every flow; 2 clients exempt; 1 organization exempt']],
  ['a rule beside an enforced one is not enforced yet', { rules: [scopeRule(), scopeRule({ id: 'b', reportUntilMs: day('2026-12-31') })] },
    ['clean', '1 scope protected in every flow; 1 rule not enforced until 2026-12-31']],
  ['a rule is only reported, until 2099', { rules: [scopeRule({ reportUntilMs: day('2099-01-01') }), scopeRule({ id: 'b', scopes: ['b'] })] },
    ['failed', '1 scope protected in every flow; 1 scope issued without MFA; 1 rule not enforced until 2099-01-01']],
  ['rules begin on several days', { rules: [scopeRule({ reportUntilMs: day('2026-12-01') }), scopeRule({ id: 'b', scopes: ['b'], reportUntilMs: day('2026-12-31') })] },
    ['failed', '2 scopes issued without MFA; 2 rules not enforced yet, the last until 2026-12-31']],
  ['a machine may have one of two scopes', { rules: [scopeRule(), scopeRule({ id: 'b', scopes: ['b'] })], clientGrants: grant({}) },
    ['clean', '1 scope protected in every flow; 1 scope granted to machines, which pass no MFA']],
  ['nothing runs', { rules: [scopeRule()], running: { state: 'not-running', why: 'not bound' } },
    ['failed', 'nothing is protected: the Action is not bound']],
  ['nobody knows what runs', { rules: [scopeRule()], running: { state: 'unknown', why: 'other code is deployed' } },
    ['failed', 'what is protected is not known: other code is deployed']],
])('the verdict where %s', (_case, given, expected) => expect(verdict(given)).toEqual(expected))

test('beside what was found, rules protect only as far as they go', () => {
  const rules = [scopeRule()]
  const grounds = { matrix: matrix({ rules }), rules, atMs: AT_MS }
  const headline = '1 scope protected in every flow as far as the rules go'
  for (const found of [{ errors: 1 }, { warnings: 1 }]) {
    expect(verdictOn({ ...COUNTS, ...found }, grounds)).toMatchObject({
      ...{ outcome: 'failed', headline },
    })
  }
})
