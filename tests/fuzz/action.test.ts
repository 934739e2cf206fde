import fc from 'fast-check'
import type { PostLoginEvent } from '../../actions/step-up/event.ts'
import { FACTORS, type Policy } from '../../actions/step-up/policy.ts'
import { postLogin } from '../../actions/step-up/post-login.ts'
import { PROTOCOL_TABLE } from '../../actions/step-up/protocols.ts'
import { readFacts } from '../../scripts/proof/facts.ts'
import { planUnits } from '../../scripts/proof/units.ts'
import { RUN_CHECKS } from '../../scripts/proof/invariants.ts'
import { outcomeOf } from '../../scripts/proof/outcome.ts'
import { evaluate } from '../../scripts/proof/reference.ts'
import { bind, newRuleBook } from '../../scripts/proof/rule-book.ts'
import { recordingApi } from '../support/api.ts'
import { ago, BANKING, MULTI_FACTOR, NOW_MS } from '../support/event.ts'
import { FABRIKAM, scopeRule } from '../support/policies.ts'
import { fuzz } from './fuzz.ts'
import { make, strangeValues } from './strange-values.ts'

// The Action meets events of any kind. What the audit proves safe of those that it varies must hold of them
// too: the invariants and the reference come from there, and share no code with the Action.

const MAX_CPU_MS = 1_000

const POLICIES: Readonly<Record<string, Policy>> = {
  shipped: FABRIKAM,
  'every feature': {
    claim: 'https://fabrikam.example/step_up',
    rules: [
      scopeRule({
        requires: { factors: ['otp', 'push-notification'], maxAgeSeconds: 300 },
        whenConfidenceIsLow: { factors: ['otp'], maxAgeSeconds: 0 },
        exceptions: [
          { client: 'batch', untilMs: NOW_MS + 1 },
          { organization: 'org_1', untilMs: NOW_MS + 1 },
        ],
      }),
      scopeRule({
        id: 'close-account',
        scopes: ['close:account', 'transfer:funds'],
        requires: { factors: 'any', maxAgeSeconds: 60 },
        whenNotEnrolled: 'deny',
        withoutBrowser: { 'oauth2-refresh-token': 'challenge', others: 'challenge' },
      }),
      scopeRule({ id: 'reported', scopes: ['sign:contract'], reportUntilMs: NOW_MS + 1 }),
      ...FABRIKAM.rules.slice(1),
    ],
  },
}

const WORDS = [
  ...[
    BANKING,
    'https://other.example',
    'transfer:funds',
    'close:account',
    'sign:contract',
    'openid',
  ],
  ...['transfer:funds openid', MULTI_FACTOR, 'none', 'batch', 'org_1', 'mfa', 'low', 'high'],
  ...PROTOCOL_TABLE.map(([name]) => name),
  ...FACTORS,
  ...[ago(10), ago(100), ago(-100), 'scope', 'type', 'name', 'timestamp', 'sub', 'audience'],
]

const strange = strangeValues(WORDS)
const mostly = (usual: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 8, arbitrary: usual }, { weight: 1, arbitrary: strange })
const oneOf = (...values: readonly string[]) => mostly(fc.constantFrom(...values))
const listOf = (element: fc.Arbitrary<unknown>) => mostly(fc.array(element, { maxLength: 4 }))
const partsOf = (parts: Record<string, fc.Arbitrary<unknown>>) =>
  mostly(fc.record(parts, { requiredKeys: [] }))

const scope = oneOf('transfer:funds', 'close:account', 'sign:contract', 'openid')
const factor = partsOf({ type: oneOf(...FACTORS) })
const audience = oneOf(BANKING, BANKING, 'https://other.example')
const actor = mostly(fc.constant(null))

const events = partsOf({
  authentication: partsOf({
    methods: listOf(
      partsOf({
        name: oneOf('mfa', 'mfa', 'pwd'),
        timestamp: oneOf(ago(10), ago(61), ago(299), ago(301), ago(-100)),
        type: oneOf(...FACTORS),
      }),
    ),
    riskAssessment: partsOf({ confidence: oneOf('low', 'medium', 'high', 'neutral') }),
  }),
  client: partsOf({
    client_id: oneOf('fabrikam', 'batch'),
    refresh_token: partsOf({ policies: listOf(partsOf({ audience, scope: listOf(scope) })) }),
  }),
  organization: partsOf({ id: oneOf('org_1', 'org_2') }),
  refresh_token: partsOf({ resource_servers: listOf(partsOf({ audience, scopes: scope })) }),
  request: partsOf({ body: partsOf({ scope }) }),
  resource_server: partsOf({ identifier: audience }),
  session: partsOf({ actor }),
  transaction: partsOf({
    acr_values: listOf(oneOf(MULTI_FACTOR, 'urn:other')),
    actor,
    prompt: listOf(oneOf('none', 'login')),
    protocol: oneOf(...PROTOCOL_TABLE.map(([name]) => name)),
    requested_scopes: listOf(scope),
  }),
  user: partsOf({ enrolledFactors: listOf(factor) }),
})

beforeEach(() => {
  jest.spyOn(Date, 'now').mockReturnValue(NOW_MS)
  jest.spyOn(console, 'log').mockImplementation(() => undefined)
})

afterEach(() => jest.restoreAllMocks())

async function outcomeFor(policy: Policy, event: unknown) {
  const { api, calls } = recordingApi()
  const end = await postLogin(policy)(event as PostLoginEvent, api).then(
    () => 'returned',
    () => 'thrown',
  )
  const made = calls.map(([name, ...given]) => ({
    command: name.replace('api.', ''),
    arguments: given,
  }))
  return outcomeOf(made, end === 'thrown')
}

function breachesOf(policy: Policy, event: unknown, outcome: ReturnType<typeof outcomeOf>) {
  const book = newRuleBook(policy)
  const facts = readFacts(event as PostLoginEvent)
  const binding = bind(book, facts, NOW_MS)
  const expected = evaluate(book, facts, NOW_MS)
  const removed = new Set(outcome.removed)
  const [{ target } = { target: undefined }] = planUnits(policy, [], 'quick')
  if (target === undefined) throw new Error('the policy protects nothing')
  const run = { book, facts, binding, expected, outcome, removed, nowMs: NOW_MS, target }
  return RUN_CHECKS.flatMap(({ name, check }) => {
    const breach = check(run)
    return breach === undefined ? [] : [{ name, ...breach }]
  })
}

fuzz('action', {
  inputs: fc.record({ policy: fc.constantFrom(...Object.keys(POLICIES)), event: events }),
  check: async ({ policy: name, event }) => {
    const policy = POLICIES[name] ?? FABRIKAM
    const value = make(event)
    const before = process.cpuUsage()
    const outcome = await outcomeFor(policy, value)
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1_000).toBeLessThan(MAX_CPU_MS)
    expect(breachesOf(policy, make(event), outcome)).toEqual([])
  },
})
