import { checkBundle } from '../../scripts/proof/check-bundle.ts'
import type { ReviewerInvariant } from '../../scripts/proof/target.ts'
import { bundlePolicy } from '../../scripts/policy/bundle.ts'
import type { Policy } from '../../actions/step-up/policy.ts'
import { CASES } from '../support/cases.ts'
import { BANKING } from '../support/event.ts'
import { FABRIKAM, ID_TOKEN_CLAIM, scopeRule } from '../support/policies.ts'

async function check(policy: Policy, invariants: readonly ReviewerInvariant[] = []) {
  const subject = { code: await bundlePolicy(policy, ''), policy, invariants }
  return checkBundle(subject, { where: 'this-thread', depth: 'quick' })
}

const REPORTED: Policy = {
  rules: [
    scopeRule({ reportUntilMs: Date.parse('2027-01-31') }),
    scopeRule({ id: 'sign', scopes: ['sign:contract'] }),
  ],
}

const UNTIL = Date.parse('2027-01-31')
/** Whoever has one of these is excepted, and no proof of a state that the code keeps. */
const EXCEPTED: Policy = {
  rules: [
    scopeRule({
      exceptions: [
        { client: 'client-0', untilMs: UNTIL },
        { client: 'client-7', untilMs: UNTIL },
        { organization: 'org_3', untilMs: UNTIL },
      ],
    }),
  ],
}

const POLICIES = [
  ...CASES.filter(({ policy }) => policy !== FABRIKAM).map(
    ({ title, policy }) => [title, policy] as const,
  ),
  ['a rule that is only reported for a time', REPORTED] as const,
  ['exceptions for clients and organizations of the audit', EXCEPTED] as const,
]

test.each(POLICIES)('%s: the bundle keeps every promise', async (_title, policy) => {
  const { cases, violations } = await check(policy)
  expect({ isTried: cases > 500, violations }).toEqual({ isTried: true, violations: [] })
})

test('the shipped policy is kept, and only fields that can matter to it are read', async () => {
  const { rules, fieldsRead, violations } = await check(FABRIKAM)
  expect(violations).toEqual([])
  expect(rules.map(({ id }) => id)).toEqual(['transfer-funds', 'salary-page'])
  expect(fieldsRead).toEqual([
    'client',
    'client.refresh_token',
    'now',
    'refresh_token',
    'request',
    'resource_server',
    'session',
    'transaction',
    'transaction.acr_values',
    'transaction.actor',
    'transaction.protocol',
    'transaction.requested_scopes',
    'user',
  ])
})

const PHISHING_RESISTANT: ReviewerInvariant = {
  id: 'transfers-by-webauthn',
  reason: 'Only WebAuthn withstands phishing',
  audience: BANKING,
  scopes: ['transfer:funds'],
  factors: ['webauthn-roaming'],
  maxAgeSeconds: 300,
}

test('a reviewer who asks for no more than the rule does is content', async () => {
  const requires = { factors: ['webauthn-roaming'], maxAgeSeconds: 300 } as const
  const { violations } = await check({ rules: [scopeRule({ requires })] }, [PHISHING_RESISTANT])
  expect(violations).toEqual([])
})

test('a reviewer who asks for more is shown the least event that is not enough', async () => {
  const { violations } = await check(FABRIKAM, [PHISHING_RESISTANT])
  expect(
    violations.map(({ invariant, event, calls, expected }) => ({
      invariant,
      event,
      calls,
      expected,
    })),
  ).toEqual([
    {
      invariant: 'transfers-by-webauthn',
      event: {
        transaction: { protocol: 'oidc-basic-profile', requested_scopes: ['transfer:funds'] },
      },
      calls: [
        { command: 'idToken.setCustomClaim', arguments: [ID_TOKEN_CLAIM, ['transfer-funds']] },
        { command: 'multifactor.enable', arguments: ['any', { allowRememberBrowser: false }] },
      ],
      expected: '`transfer:funds` removed, or MFA by webauthn-roaming now, or one at most 5m old',
    },
  ])
})

test('a reviewer who names a scope without a rule is shown that it is free', async () => {
  const { violations } = await check(FABRIKAM, [
    { ...PHISHING_RESISTANT, scopes: ['close:account'] },
  ])
  expect(violations.map(({ invariant, event }) => ({ invariant, event }))).toEqual([
    // Without scopes in the event, the token may carry any of them.
    { invariant: 'transfers-by-webauthn', event: {} },
  ])
})
