import fc from 'fast-check'
import type { PostLoginEvent } from '../../actions/step-up/event.ts'
import { postLogin } from '../../actions/step-up/post-login.ts'
import { FACTORS, type Policy, type ScopeRule } from '../../actions/step-up/policy.ts'
import { PROTOCOL_TABLE } from '../../actions/step-up/protocols.ts'
import { recordingApi, type Call } from '../support/api.ts'
import { ago, BANKING, NOW_MS } from '../support/event.ts'
import { ID_TOKEN_CLAIM, scopeRule } from '../support/policies.ts'

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
    whenSilent: fc.constantFrom('remove' as const, undefined),
  }),
  { minLength: 1, maxLength: 3 },
)
const policies = rules.map((list): Policy => ({
  idTokenClaim: ID_TOKEN_CLAIM,
  rules: list.map(({ whenSilent, ...rule }, i) =>
    scopeRule({ ...rule, ...(whenSilent && { whenSilent }), id: `rule-${i}` }),
  ),
}))

/** The same as rules for an API of Auth0's own, as the compiler writes them: none answers `remove`. */
const ownApi = ({ rules: list, ...policy }: Policy): Policy => ({
  ...policy,
  rules: (list as readonly ScopeRule[]).map((rule) => ({
    ...scopeRule({ id: rule.id, scopes: rule.scopes, requires: rule.requires }),
    cannotRemove: true,
    withoutBrowser: Object.fromEntries(
      Object.entries(rule.withoutBrowser).map(([name, each]) => [
        name,
        each === 'remove' ? 'deny' : each,
      ]),
    ) as ScopeRule['withoutBrowser'],
  })),
})

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
        prompt: fc.constantFrom(['none'], ['login'], ['none', 'login']),
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
    refresh_token: fc.record(
      {
        resource_servers: fc.array(
          fc.record({
            audience: fc.constantFrom(BANKING, 'https://other.example'),
            scopes: fc.array(fc.constantFrom(...SCOPES, ...EVERYDAY)).map((s) => s.join(' ')),
          }),
          { maxLength: 2 },
        ),
      },
      { requiredKeys: [] },
    ),
    client: fc.record(
      {
        refresh_token: fc.record({
          policies: fc.array(
            fc.record({
              audience: fc.constantFrom(BANKING, 'https://other.example'),
              scope: fc.array(fc.constantFrom(...SCOPES, ...EVERYDAY)),
            }),
            { maxLength: 2 },
          ),
        }),
      },
      { requiredKeys: [] },
    ),
    session: fc.constantFrom({}, { actor: { sub: 'admin' } }),
    user: fc.record({
      enrolledFactors: fc.array(
        fc.record({ type: fc.constantFrom(...FACTORS, 'recovery-code', 'passkey') }),
      ),
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
  const { identifier } = event.resource_server ?? {}
  if (identifier === 'https://other.example') return []
  const body = event.request?.body?.scope?.split(' ').filter(Boolean) ?? []
  if (protocol === 'oauth2-refresh-token') return [...body, ...refreshable(event)]
  const [, , scopesIn] = PROTOCOL_TABLE.find(([name]) => name === protocol) ?? []
  if (scopesIn === 'transaction') return requested
  // Without a browser an API may give what nobody asked for; without an API there is nothing to give.
  const named = scopesIn === 'body' ? body : [...requested, ...body]
  return event.resource_server !== undefined || named.length === 0 ? SCOPES : named
}

/** What a refresh can get beyond what it names. */
function refreshable(event: PostLoginEvent): readonly string[] {
  const grants = event.refresh_token?.resource_servers ?? []
  const scopesOf = ({ scopes = '' }: (typeof grants)[number]) => scopes.split(' ')
  if (event.resource_server === undefined) return grants.flatMap(scopesOf)
  const here = grants.filter(({ audience }) => audience === event.resource_server?.identifier)
  const policies = event.client?.refresh_token?.policies
  if (here.length === 0 || policies === undefined) return SCOPES
  const added = policies.filter(({ audience }) => audience === event.resource_server?.identifier)
  return [...here.flatMap(scopesOf), ...added.flatMap(({ scope = [] }) => scope)]
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
      const removed = removedBy(calls)
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

const isBrowser = (event: PostLoginEvent) =>
  [...BROWSER, 'oidc-ciba-web-link', 'samlp', 'wsfed'].includes(event.transaction?.protocol ?? '')

const removedBy = (calls: readonly Call[]) =>
  calls.filter(([name]) => name === 'api.accessToken.removeScope').map(([, scope]) => scope)

test('under `deny`, no command can lead to an enrolment', async () => {
  await check(
    fc.asyncProperty(policies, events, async (policy, event) => {
      const denying: Policy = {
        ...policy,
        rules: policy.rules.map((rule) => ({ ...rule, whenNotEnrolled: 'deny' })),
      }
      const calls = await callsFor(denying, event)
      expect(called(calls, 'api.authentication.enrollWithAny')).toBe(false)
      if (!called(calls, 'api.multifactor.enable')) return
      const enrolled: readonly string[] = (event.user?.enrolledFactors ?? []).map(
        ({ type }) => type,
      )
      const { prompt = [] } = event.transaction ?? {}
      if (!isBrowser(event)) {
        // A device login has a page, on which `enable` enrols as in a browser.
        expect(event.transaction?.protocol).not.toBe('oauth2-device-code')
        // The MFA API lets whoever has none of these enrol one with the token of `mfa_required`.
        const kept = ['otp', 'phone', 'push-notification']
        expect(kept.some((each) => enrolled.includes(each))).toBe(true)
      } else if (prompt.join() !== 'none') {
        // `enable` enrols, unless a challenge overrides it with factors that the user has.
        const [, challenged] = calls.find(([name]) => name.endsWith('challengeWithAny')) ?? []
        const types = ((challenged ?? []) as { type: string }[]).map(({ type }) => type)
        const usable = enrolled.filter((each) => FACTORS.some((factor) => factor === each))
        expect(types).not.toEqual([])
        expect(usable).toEqual(expect.arrayContaining(types))
      }
    }),
  )
})

test('without a browser, no protected scope survives that was not asked for', async () => {
  await check(
    fc.asyncProperty(policies, events, async (policy, given) => {
      const event = given as PostLoginEvent
      fc.pre(!isBrowser(event) && event.transaction?.protocol !== 'wstrust-usernamemixed')
      const calls = await callsFor(policy, event)
      if (called(calls, 'api.access.deny')) return
      const asked = askedFor(event)
      // Of a request without scopes Auth0 takes those of the API, or of the grant, as asked for.
      if (asked.join('') === '' && called(calls, 'api.multifactor.enable')) return
      const protectedScopes = policy.rules.flatMap((rule) => ('scopes' in rule ? rule.scopes : []))
      const unasked = grantable(event).filter(
        (scope) => protectedScopes.includes(scope) && !asked.includes(scope),
      )
      for (const scope of unasked) expect(removedBy(calls)).toContain(scope)
    }),
  )
})

test("for an API of Auth0's own, no run relies on `removeScope`", async () => {
  await check(
    fc.asyncProperty(policies.map(ownApi), events, async (policy, given) => {
      const event = given as PostLoginEvent
      const calls = await callsFor(policy, event)
      expect(removedBy(calls)).toEqual([])
      if (called(calls, 'api.access.deny') || called(calls, 'api.multifactor.enable')) return
      const asked = event.resource_server === undefined ? askedFor(event) : grantable(event)
      for (const rule of policy.rules as ScopeRule[]) {
        if (!rule.scopes.some((scope) => asked.includes(scope))) continue
        expect({ rule, isProven: isProven(rule, event) }).toEqual({ rule, isProven: true })
      }
    }),
  )
})

/** The scopes that a request names in the place where its kind does. */
function askedFor(event: PostLoginEvent): readonly string[] {
  const [, , scopesIn] = PROTOCOL_TABLE.find(([name]) => name === event.transaction?.protocol) ?? []
  const requested = event.transaction?.requested_scopes ?? []
  const body = event.request?.body?.scope?.split(' ') ?? []
  return scopesIn === 'body'
    ? body
    : scopesIn === 'transaction'
      ? requested
      : [...requested, ...body]
}

test('the ID token names all rules that a login in a browser is held to, and no other', async () => {
  await check(
    fc.asyncProperty(policies, events, async (policy, given) => {
      const event = given as PostLoginEvent
      const calls = await callsFor(policy, event)
      const claimed = calls.find(([name]) => name === 'api.idToken.setCustomClaim') ?? []
      const held = (claimed[2] ?? []) as string[]
      const isHeldBack = called(calls, 'api.multifactor.enable')
      for (const id of held) {
        const rule = policy.rules.find((each) => each.id === id) as ScopeRule
        expect(isBrowser(event)).toBe(true)
        expect(isHeldBack || isProven(rule, event)).toBe(true)
      }
      if (!isBrowser(event) || called(calls, 'api.access.deny')) return
      const asked = event.transaction?.requested_scopes ?? []
      const kept = asked.filter((each) => grantable(event).includes(each))
      for (const rule of policy.rules as ScopeRule[]) {
        const isKept = (scope: string) => kept.includes(scope) && !removedBy(calls).includes(scope)
        if (rule.scopes.some(isKept)) expect(held).toContain(rule.id)
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
        (await callsFor({ ...policy, rules }, event)).map(withSortedLists).toSorted()
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
