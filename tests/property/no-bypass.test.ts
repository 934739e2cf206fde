import fc from 'fast-check'
import type { PostLoginEvent } from '../../actions/step-up/event.ts'
import { postLogin } from '../../actions/step-up/post-login.ts'
import { FACTORS, type Policy, type ScopeRule } from '../../actions/step-up/policy.ts'
import { PROTOCOL_TABLE } from '../../actions/step-up/protocols.ts'
import { recordingApi, type Call } from '../support/api.ts'
import { ago, BANKING, NOW_MS } from '../support/event.ts'
import { scopeRule } from '../support/policies.ts'

// The promises of the package, each tested on events and policies that nobody thought of.

const SCOPES = ['transfer:funds', 'close:account', 'sign:contract'] as const
const EVERYDAY = ['openid', 'read:accounts', 'constructor', '']
const BROWSER = ['oidc-basic-profile', 'oidc-implicit-profile', 'oidc-hybrid-profile']
const PROTOCOLS = PROTOCOL_TABLE.map(([name]) => name)

const factors = fc.oneof(
  fc.constant('any' as const),
  fc.uniqueArray(fc.constantFrom(...FACTORS), { minLength: 1, maxLength: 3 }),
)
const requirement = fc.record({ factors, maxAgeSeconds: fc.constantFrom(0, 60, 300, 86_400) })
const answer = fc.constantFrom('remove' as const, 'challenge' as const, 'deny' as const)
const rules = fc.array(
  fc.record({
    scopes: fc.uniqueArray(fc.constantFrom(...SCOPES), { minLength: 1 }),
    requires: requirement,
    whenNotEnrolled: fc.constantFrom('enroll' as const, 'deny' as const),
    withoutBrowser: fc.record({ 'oauth2-refresh-token': answer, others: answer }),
  }),
  { minLength: 1, maxLength: 3 },
)
const policies = rules.map((list): Policy => ({
  rules: list.map((rule, i) => scopeRule({ ...rule, id: `rule-${i}` })),
}))

const methods = fc.array(
  fc.record(
    {
      name: fc.constantFrom('mfa', 'mfa', 'pwd'),
      timestamp: fc.constantFrom(-3600, -31, 0, 59, 60, 61, 299, 301, 90_000).map(ago),
      type: fc.constantFrom(...FACTORS),
    },
    { requiredKeys: ['name', 'timestamp'] },
  ),
)

const events = fc.record(
  {
    transaction: fc.record(
      {
        protocol: fc.constantFrom(...PROTOCOLS, 'something-new'),
        requested_scopes: fc.array(fc.constantFrom(...SCOPES, ...EVERYDAY)),
        prompt: fc.constantFrom(['none'], ['login']),
      },
      { requiredKeys: [] },
    ),
    resource_server: fc.record(
      { identifier: fc.constantFrom(BANKING, BANKING, 'https://other.example') },
      { requiredKeys: [] },
    ),
    request: fc.record({
      body: fc.record(
        { scope: fc.array(fc.constantFrom(...SCOPES, ...EVERYDAY)).map((s) => s.join(' ')) },
        { requiredKeys: [] },
      ),
    }),
    authentication: fc.record({ methods }),
    session: fc.constantFrom({}, { actor: { sub: 'admin' } }),
    user: fc.record({
      enrolledFactors: fc.array(fc.record({ type: fc.constantFrom(...FACTORS, 'recovery-code') })),
    }),
  },
  { requiredKeys: [] },
)

/** Any JSON at all, with the names that the Action reads in places where they matter. */
const strangeEvents = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('transfer:funds', BANKING, 'oidc-basic-profile', 'mfa', ago(1)),
    fc.jsonValue(),
    fc.constant(undefined),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        ...[
          'transaction',
          'protocol',
          'requested_scopes',
          'resource_server',
          'identifier',
          'request',
        ],
        ...['body', 'scope', 'authentication', 'methods', 'name', 'timestamp', 'type', 'user'],
        ...[
          'enrolledFactors',
          'acr_values',
          'refresh_token',
          'resource_servers',
          'client',
          'session',
        ],
      ),
      tie('value'),
    ),
  ),
})).value

async function callsFor(policy: Policy, event: unknown): Promise<Call[]> {
  const { api, calls } = recordingApi()
  await postLogin(policy)(event as PostLoginEvent, api)
  return calls
}

const called = (calls: readonly Call[], method: string) => calls.some(([name]) => name === method)

/** The scopes that Auth0 could put into the token, as the documentation describes each grant. */
function grantable(event: PostLoginEvent): readonly string[] {
  const { protocol } = event.transaction ?? {}
  const carriesNoScopes = ['samlp', 'wsfed', 'wstrust-usernamemixed'].includes(protocol ?? '')
  const requested = event.transaction?.requested_scopes ?? (carriesNoScopes ? [] : SCOPES)
  if (event.resource_server?.identifier === 'https://other.example') return []
  const body = event.request?.body?.scope?.split(' ').filter(Boolean) ?? []
  const [, , scopesIn] = PROTOCOL_TABLE.find(([name]) => name === protocol) ?? []
  if (scopesIn === 'body') return body.length > 0 ? body : SCOPES
  if (scopesIn === 'transaction') return requested
  return [...requested, ...body]
}

/** Whether the session's MFA satisfies a rule: written from the policy's documentation alone. */
function isProven(rule: ScopeRule, event: PostLoginEvent): boolean {
  if (
    !BROWSER.concat('oidc-ciba-web-link', 'samlp', 'wsfed').includes(
      event.transaction?.protocol ?? '',
    )
  )
    return false
  if (event.session?.actor !== undefined) return false
  return (event.authentication?.methods ?? []).some(({ name, timestamp = '', type }) => {
    const age = (NOW_MS - Date.parse(timestamp)) / 1000
    const accepted = rule.requires.factors
    return (
      name === 'mfa' &&
      age >= -30 &&
      rule.requires.maxAgeSeconds > 0 &&
      age <= rule.requires.maxAgeSeconds &&
      (accepted === 'any' || accepted.some((factor) => factor === type))
    )
  })
}

beforeEach(() => {
  jest.useFakeTimers({ now: NOW_MS })
  jest.spyOn(console, 'log').mockImplementation(() => undefined)
})

afterEach(() => {
  jest.useRealTimers()
  jest.restoreAllMocks()
})

const check = <T extends unknown[]>(property: fc.IAsyncPropertyWithHooks<T>) =>
  fc.assert(property, { numRuns: 2_000 })

test('no high-value scope without the MFA that its rule demands', async () => {
  await check(
    fc.asyncProperty(policies, events, async (policy, event) => {
      const calls = await callsFor(policy, event)
      if (called(calls, 'api.access.deny') || called(calls, 'api.multifactor.enable')) return
      const removed = calls
        .filter(([name]) => name === 'api.accessToken.removeScope')
        .map(([, scope]) => scope)
      const kept = grantable(event as PostLoginEvent).filter((scope) => !removed.includes(scope))
      for (const rule of policy.rules as ScopeRule[]) {
        if (!rule.scopes.some((scope) => kept.includes(scope))) continue
        expect({ rule, isProven: isProven(rule, event as PostLoginEvent) }).toEqual({
          rule,
          isProven: true,
        })
      }
    }),
  )
})

test('nothing unprotected is ever touched', async () => {
  await check(
    fc.asyncProperty(policies, events, async (policy, event) => {
      const everyday = {
        ...event,
        transaction: {
          ...event.transaction,
          protocol: 'oidc-basic-profile',
          requested_scopes: EVERYDAY,
        },
      }
      expect(await callsFor(policy, everyday)).toEqual([])
    }),
  )
})

test('no event makes the Action throw', async () => {
  await check(
    fc.asyncProperty(policies, strangeEvents, async (policy, event) => {
      await expect(callsFor(policy, event)).resolves.toBeInstanceOf(Array)
    }),
  )
})

const withSortedLists = ([method, ...given]: Call): string => {
  const sorted = (list: readonly unknown[]) => list.map((each) => JSON.stringify(each)).toSorted()
  return JSON.stringify([
    method,
    ...given.map((value) => (Array.isArray(value) ? sorted(value) : value)),
  ])
}

test('the order of rules does not matter', async () => {
  await check(
    fc.asyncProperty(policies, events, async (policy, event) => {
      const calls = async (rules: Policy['rules']) =>
        (await callsFor({ rules }, event)).map(withSortedLists).toSorted()
      expect(await calls(policy.rules.toReversed())).toEqual(await calls(policy.rules))
    }),
  )
})

test('another scope in the request never weakens the outcome', async () => {
  const strength = (calls: readonly Call[]) =>
    called(calls, 'api.access.deny') ? 2 : called(calls, 'api.multifactor.enable') ? 1 : 0
  await check(
    fc.asyncProperty(policies, events, fc.constantFrom(...SCOPES), async (policy, event, scope) => {
      const requested = event.transaction?.requested_scopes ?? []
      const ask = (scopes: string[]) =>
        callsFor(policy, {
          ...event,
          transaction: {
            ...event.transaction,
            protocol: 'oidc-basic-profile',
            requested_scopes: scopes,
          },
        })
      const less = strength(await ask(requested))
      const more = strength(await ask([...requested, scope]))
      expect(more).toBeGreaterThanOrEqual(less)
    }),
  )
})

test('at most two challenge or enrol commands, of the four that a flow may have', async () => {
  await check(
    fc.asyncProperty(policies, events, async (policy, event) => {
      const calls = await callsFor(policy, event)
      expect(
        calls.filter(([name]) => name.startsWith('api.authentication.')).length,
      ).toBeLessThanOrEqual(2)
    }),
  )
})
