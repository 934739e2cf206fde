import type { AcrRule, Policy, Requirement, ScopeRule } from '../../actions/step-up/policy.ts'
import { comparePolicies } from '../../scripts/diff/compare-policies.ts'
import { bundlePolicy } from '../../scripts/policy/bundle.ts'
import { MULTI_FACTOR, NOW_MS } from '../support/event.ts'
import { scopeRule } from '../support/policies.ts'

async function groups(before: Policy, after: Policy) {
  const side = async (policy: Policy) => ({ policy, code: await bundlePolicy(policy, '') })
  const sides = { before: await side(before), after: await side(after) }
  const diff = await comparePolicies(sides, { nowMs: NOW_MS })
  return diff.groups.map(
    ({ verdict, protects, flows, subject, confidence, was, now, prompting }) => [
      verdict,
      [
        protects.map((each) => ('acr' in each ? 'acr' : each.scope)).join(),
        flows,
        ...Object.entries(subject ?? {}).flat(),
        ...(confidence === undefined ? [] : [`${confidence} confidence`]),
      ].join(' '),
      `${was}, ${now}`,
      prompting,
    ],
  )
}

const one = (changes: Partial<ScopeRule> = {}): Policy => ({ rules: [scopeRule(changes)] })
const mfa = (factors: Requirement['factors'], maxAgeSeconds = 0) => ({
  requires: { factors, maxAgeSeconds },
})
const acrRule: AcrRule = {
  id: 'salary-page',
  acr: MULTI_FACTOR,
  ...mfa('any'),
  whenNotEnrolled: 'enroll',
  withoutBrowser: { others: 'deny' },
}
const close = scopeRule({ id: 'close-account', scopes: ['close:account'] })
const until = (date: string) => Date.parse(date)
const CLAIM = 'https://fabrikam.example/mfa'
const REFRESH_REMOVED = { 'oauth2-refresh-token': 'remove' } as const

// prettier-ignore
test.each<[string, Policy, Policy, string[][]]>([
  ['an older MFA is accepted', one(), one(mfa('any', 300)), [
    ['weaker', 'transfer:funds in a browser', 'was challenged at every request, is content with an MFA of up to 300 s', 'less']]],
  ['a longer age is accepted', one(mfa('any', 60)), one(mfa('any', 300)), [
    ['weaker', 'transfer:funds in a browser', 'was content with an MFA of up to 60 s, is content with an MFA of up to 300 s', 'less']]],
  ['only a younger MFA is accepted', one(mfa('any', 300)), one(mfa('any', 60)), [
    ['stricter', 'transfer:funds in a browser', 'was content with an MFA of up to 300 s, is content with an MFA of up to 60 s', 'more']]],
  ['factors are widened', one(mfa(['otp'])), one(mfa(['otp', 'phone'])), [
    ['weaker', 'transfer:funds in a browser', 'was satisfied by otp, is satisfied by otp or phone', 'alike']]],
  ['factors are narrowed', one(), one(mfa(['otp'])), [
    ['stricter', 'transfer:funds in a browser', 'was satisfied by any factor, is satisfied by otp', 'alike']]],
  ['a factor is exchanged, so one is accepted that was not', one(mfa(['otp'])), one(mfa(['phone'])), [
    ['weaker', 'transfer:funds in a browser', 'was satisfied by otp, is satisfied by phone', 'alike']]],
  ['a scope is added to a rule', one(), one({ scopes: ['transfer:funds', 'close:account'] }), [
    ['stricter', 'close:account in a browser', 'was issued without MFA, is challenged at every request', 'more'],
    ['stricter', 'close:account on a refresh and without a browser', 'was issued without MFA, is taken out of the token', 'alike']]],
  ['a scope is removed from a rule', one({ scopes: ['transfer:funds', 'close:account'] }), one(), [
    ['weaker', 'close:account in a browser', 'was challenged at every request, is issued without MFA', 'less'],
    ['weaker', 'close:account on a refresh and without a browser', 'was taken out of the token, is issued without MFA', 'alike']]],
  ['a rule is removed', { rules: [scopeRule(), acrRule] }, one(), [
    ['weaker', 'acr in a browser', 'was challenged at every request, is issued without MFA', 'less'],
    ['weaker', 'acr without a browser', 'was denied, is issued without MFA', 'alike']]],
  ['an exception is added', one(), one({ exceptions: [{ client: 'kiosk', untilMs: until('2027-01-01') }] }), [
    ['weaker', 'transfer:funds in a browser client kiosk', 'was bound as everybody is, is exempt until 2027-01-01', 'less'],
    ['weaker', 'transfer:funds on a refresh and without a browser client kiosk', 'was bound as everybody is, is exempt until 2027-01-01', 'alike']]],
  ['an exception has ended already', one({ exceptions: [{ client: 'kiosk', untilMs: until('2026-11-01') }] }), one(), []],
  ['a refresh is denied, so nobody gets more', one(), one({ withoutBrowser: { 'oauth2-refresh-token': 'deny', others: 'remove' } }), [
    ['different', 'transfer:funds on a refresh', 'was taken out of the token, is denied', 'alike']]],
  ['MFA is possible in one more flow', one(), one({ withoutBrowser: { ...REFRESH_REMOVED, 'oauth2-password': 'challenge', others: 'remove' } }), [
    ['weaker', 'transfer:funds by `oauth2-password`', 'was taken out of the token, is answered with `mfa_required`', 'more']]],
  ['users without a factor may enrol', one({ ...mfa(['otp']), whenNotEnrolled: 'deny' }), one(mfa(['otp'])), [
    ['weaker', 'transfer:funds in a browser', 'a user without a factor was denied, a user without a factor is asked to enrol one', 'more']]],
  ['low confidence demands more', one(mfa('any', 300)), one({ ...mfa('any', 300), whenConfidenceIsLow: mfa('any').requires }), [
    ['stricter', 'transfer:funds in a browser low or none confidence', 'was content with an MFA of up to 300 s, is challenged at every request', 'more']]],
  ['a claim is added', one(mfa('any', 300)), { claim: CLAIM, ...one(mfa('any', 300)) }, [
    ['different', 'transfer:funds in a browser', `an earlier MFA was recorded in no claim, an earlier MFA is recorded in \`${CLAIM}\``, 'alike']]],
  ['rules and factors are reordered', { rules: [scopeRule(mfa(['otp', 'phone'])), close] }, { rules: [close, scopeRule(mfa(['phone', 'otp']))] }, []],
  ['a rule is renamed', one(), one({ id: 'money' }), []],
  ['a rule is divided in two', one({ scopes: ['transfer:funds', 'close:account'] }), { rules: [scopeRule(), close] }, []],
  ['a stricter rule hides the change', { rules: [scopeRule(), scopeRule({ id: 'b', ...mfa('any', 60) })] }, { rules: [scopeRule(), scopeRule({ id: 'b', ...mfa('any', 300) })] }, []],
])('%s', async (_case, before, after, expected) => {
  expect(await groups(before, after)).toEqual(expected)
})

test('the example is the least request that differs', async () => {
  const side = async (policy: Policy) => ({ policy, code: await bundlePolicy(policy, '') })
  const sides = { before: await side(one()), after: await side(one(mfa('any', 300))) }
  const { groups: found } = await comparePolicies(sides, { nowMs: NOW_MS })
  expect(found.map(({ example }) => example)).toEqual([
    {
      event: {
        transaction: { protocol: 'oidc-basic-profile', requested_scopes: ['transfer:funds'] },
        authentication: { methods: [{ name: 'mfa', timestamp: '2026-01-15T12:00:00.000Z' }] },
      },
      at: '2026-01-15T12:00:00.000Z',
      before: { kind: 'mfa', challenge: 'any', enroll: [], takesRememberedBrowser: false },
      after: { kind: 'free' },
    },
  ])
})
