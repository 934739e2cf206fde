import { withMore } from './more-values.ts'
import {
  CLOCK,
  PRESENT,
  THROWS,
  valuesAt,
  type Partition,
  PROTOCOL,
  REQUEST,
  REQUESTED_SCOPES,
} from './partition.ts'
import type { Target } from './target.ts'
import type { Factor, Requirement } from '../../actions/step-up/policy.ts'
import { DOCUMENTED_PROTOCOLS } from './facts.ts'

/** Where no exception expires, the time does not matter: timestamps follow it. */
const ANY_TIME_MS = Date.UTC(2026, 0, 15, 12)
const DAY_MS = 86_400_000

/**
 * The partitions of all fields that a step-up policy can depend on. Values are alike within a class: a
 * policy compares names, compares times with its own boundaries, and distrusts what it cannot read.
 */
export function partitionsFor(target: Target): readonly Partition[] {
  const partitions = ownPartitions(target)
  return target.more === undefined ? partitions : withMore(partitions, target, target.more)
}

function ownPartitions(target: Target): readonly Partition[] {
  return [
    { path: CLOCK, values: times(target) },
    ...requestPartitions(target),
    { path: 'client', values: [PRESENT, undefined, THROWS] },
    { path: 'client.client_id', values: clients(target) },
    { path: 'client.refresh_token', values: refreshPolicies(target) },
    { path: 'organization', values: organizations(target) },
    {
      path: 'session',
      values: [undefined, {}, { actor: { sub: 'somebody' } }, { actor: null }, THROWS],
    },
    { path: 'authentication', values: [PRESENT, undefined, THROWS] },
    methodsPartition(target.demands),
    {
      path: 'authentication.riskAssessment',
      values: [
        undefined,
        { confidence: 'high' },
        { confidence: 'low' },
        { confidence: 'medium' },
        { confidence: 'neutral' },
        {},
        { confidence: 5 },
        THROWS,
      ],
    },
    enrolledPartition(target.demands),
  ]
}

/** How many combinations of classes there are: cases stand for as many as there are in what they leave unread. */
export function combinationsOf(partitions: readonly Partition[]): number {
  return partitions.reduce((product, each) => product * valuesAt(each, 0).length, 1)
}

function times({ exceptions, reportEnds }: Target): readonly number[] {
  const ends = [...new Set([...exceptions.map(({ untilMs }) => untilMs), ...reportEnds])]
  // Once every rule is enforced, if that comes, and before an exception ends.
  const ordinary =
    reportEnds.length > 0
      ? Math.max(...reportEnds)
      : ends.length === 0
        ? ANY_TIME_MS
        : Math.min(...ends) - DAY_MS
  return [ordinary, ...ends.flatMap((end) => [end - 1, end])]
}

function clients(target: Target): readonly unknown[] {
  return ['a-web-application', ...namedIn(target), undefined, 5, THROWS]
}

function organizations(target: Target): readonly unknown[] {
  return [
    undefined,
    { id: 'an-organization' },
    ...namedIn(target).map((id) => ({ id })),
    {},
    { id: 5 },
    THROWS,
  ]
}

// Both kinds of ids go into both fields, in case one is taken for the other.
function namedIn({ exceptions }: Target): readonly string[] {
  const names = exceptions.map((each) => ('client' in each ? each.client : each.organization))
  return [...new Set(names)]
}

const FACTORS: readonly Factor[] = [
  'otp',
  'phone',
  'email',
  'push-notification',
  'webauthn-platform',
  'webauthn-roaming',
]

/** The step-up's allowance for clocks that differ, and the first millisecond beyond it. */
const SKEW_MS = 30_000

/**
 * One factor of each kind that the demands can tell apart, those that the first demand accepts first.
 * Email stands alone because nobody can enrol it, push because it may fall back to a one-time password,
 * WebAuthn because the MFA API does not know it.
 */
function factorKinds(demands: readonly Requirement[]): readonly Factor[] {
  const kinds = new Map<string, Factor>()
  for (const factor of FACTORS) {
    const isAccepted = demands.map(({ factors }) => factors === 'any' || factors.includes(factor))
    const isApart = [factor === 'email', factor === 'push-notification', /^webauthn/.test(factor)]
    const kind = [...isAccepted, ...isApart].join()
    if (!kinds.has(kind)) kinds.set(kind, factor)
  }
  const accepted = demands[0]?.factors ?? 'any'
  const rank = (factor: Factor) => (accepted === 'any' || accepted.includes(factor) ? 0 : 1)
  return [...kinds.values()].toSorted((a, b) => rank(a) - rank(b))
}

/** The factors that a user has set up: none, what is none, one of each kind, all, and what cannot be read. */
export function enrolledPartition(demands: readonly Requirement[]): Partition {
  const enrolled = (...types: readonly unknown[]) => ({
    enrolledFactors: types.map((type) => ({ type })),
  })
  const [first, ...others] = factorKinds(demands)
  return {
    path: 'user',
    values: [
      enrolled(first),
      enrolled(),
      enrolled('recovery-code'),
      ...others.map((factor) => enrolled(factor)),
      enrolled(...FACTORS),
      enrolled('recovery-code', first),
      enrolled('passkey', 'palm-reading'),
      undefined,
      {},
      enrolled(5),
      { enrolledFactors: 'otp' },
      { enrolledFactors: [null] },
      THROWS,
    ],
  }
}

interface Entry {
  readonly name?: unknown
  readonly timestamp?: unknown
  readonly type?: unknown
}

/**
 * What `event.authentication.methods` may hold: no MFA, one at each side of each boundary in time by each
 * kind of factor, several in any order, and what cannot be read.
 */
export function methodsPartition(demands: readonly Requirement[]): Partition {
  return {
    path: 'authentication.methods',
    values: (nowMs) => methodLists(demands, nowMs),
  }
}

function methodLists(demands: readonly Requirement[], nowMs: number): readonly unknown[] {
  const [listed, ...otherKinds] = factorKinds(demands)
  const maxAgesMs = [...new Set(demands.map(({ maxAgeSeconds }) => maxAgeSeconds * 1000))]
  const [firstMs = 0] = maxAgesMs
  const mfa = (ageMs: number, type: string | undefined = listed): Entry => ({
    name: 'mfa',
    timestamp: new Date(nowMs - ageMs).toISOString(),
    type,
  })
  const password: Entry = { ...mfa(1_000), name: 'pwd', type: undefined }
  const fresh = Math.min(firstMs, 1_000)
  const stale = firstMs + 1
  const untyped = { ...mfa(fresh), type: undefined }
  const stamped = (timestamp: unknown) => [{ ...mfa(0), timestamp }]
  return [
    [password],
    [password, mfa(fresh)],
    [mfa(stale)],
    [password, mfa(fresh), mfa(stale)],
    [mfa(stale), mfa(fresh)],
    ...maxAgesMs.flatMap((ms) => [[mfa(ms)], [mfa(ms + 1)]]),
    ...otherKinds.flatMap((kind) => [
      [mfa(fresh, kind)],
      [mfa(fresh, kind), mfa(stale)],
      [mfa(fresh), mfa(0, kind)],
      [mfa(stale, kind), mfa(fresh)],
    ]),
    [untyped],
    [mfa(0)],
    [mfa(-SKEW_MS)],
    [mfa(-SKEW_MS - 1)],
    [mfa(-SKEW_MS - 1), mfa(fresh)],
    [mfa(-SKEW_MS - 1), mfa(stale)],
    [mfa(-365 * 86_400_000)],
    [{ ...mfa(fresh), name: 'MFA' }],
    [password, { ...mfa(fresh), name: undefined }],
    stamped(new Date(nowMs + 2 * 3_600_000 - fresh).toISOString().replace('Z', '+02:00')),
    stamped(new Date(nowMs).toUTCString()),
    stamped(new Date(nowMs).toISOString().slice(0, 10)),
    stamped('9999-99-99T99:99:99Z'),
    stamped('1'),
    stamped(nowMs),
    stamped(undefined),
    [{ ...mfa(fresh), type: 5 }],
    [null, mfa(fresh)],
    [unreadableEntry(), mfa(fresh)],
    [],
    undefined,
    'mfa',
    { name: 'mfa' },
    THROWS,
  ]
}

function unreadableEntry(): object {
  return {
    name: 'mfa',
    get timestamp(): never {
      throw new Error('this value cannot be read')
    },
    type: undefined,
  }
}

/** How a request can name what it asks for: flow, audience, scopes and acr values. */
export function requestPartitions(target: Target): readonly Partition[] {
  return [
    { path: 'transaction', values: [PRESENT, undefined, null, THROWS] },
    {
      path: PROTOCOL,
      values: [
        ...DOCUMENTED_PROTOCOLS.toSorted(browserFirst),
        'oidc-telepathy',
        undefined,
        5,
        THROWS,
      ],
    },
    requestedScopes(target),
    {
      path: 'transaction.prompt',
      values: [undefined, ['none'], ['login'], ['none', 'login'], 'none', 5, THROWS],
    },
    { path: 'transaction.acr_values', values: acrValues(target) },
    { path: 'transaction.actor', values: [undefined, { sub: 'somebody' }, THROWS] },
    {
      path: 'resource_server',
      values: [
        { identifier: target.audience },
        { identifier: 'https://another.example' },
        undefined,
        {},
        { identifier: `${target.audience}/` },
        { identifier: 5 },
        THROWS,
      ],
    },
    requestBody(target),
    { path: 'refresh_token', values: refreshGrants(target) },
  ]
}

// Sorted, so that the flows that most people use come first and counterexamples read like them.
function browserFirst(a: string, b: string): number {
  const rank = (name: string) =>
    ['oidc-basic-profile', 'oauth2-refresh-token', 'oauth2-password'].indexOf(name) + 1 || 4
  return rank(a) - rank(b) || (a < b ? -1 : 1)
}

interface ScopeClasses {
  readonly everyday: readonly string[]
  readonly guarded: readonly string[]
  readonly both: readonly string[]
  readonly neighbours: readonly string[]
}

function scopeClasses({ everyday, scope, neighbour = scope }: Target): ScopeClasses {
  return {
    everyday,
    guarded: [scope],
    both: [...everyday, scope],
    neighbours: [scope, neighbour],
  }
}

function requestedScopes(target: Target): Partition {
  const { everyday, guarded, both, neighbours } = scopeClasses(target)
  const [ordinary, other] = target.asksFor === 'scope' ? [guarded, everyday] : [everyday, guarded]
  const isOrdinary = target.asksFor === 'scope'
  return {
    path: REQUESTED_SCOPES,
    values: [
      ordinary,
      other,
      undefined,
      both,
      neighbours,
      [],
      both.join(' '),
      [both.join('  ')],
      [both.join('\t')],
      [null],
      5,
      [5],
      THROWS,
    ],
    richer: new Map(
      isOrdinary
        ? [
            [0, 4],
            [1, 3],
          ]
        : [
            [0, 3],
            [1, 4],
          ],
    ),
  }
}

function requestBody(target: Target): Partition {
  const { everyday, guarded, both, neighbours } = scopeClasses(target)
  const scope = (value: unknown) => ({ body: { scope: value } })
  return {
    path: REQUEST,
    values: [
      scope(undefined),
      scope(guarded.join(' ')),
      scope(everyday.join(' ')),
      scope(both.join(' ')),
      scope(neighbours.join(' ')),
      scope(' '),
      { body: { scope: undefined, audience: target.audience } },
      { body: { scope: everyday.join(' '), audience: target.audience } },
      scope(both),
      scope(5),
      { body: undefined },
      undefined,
      THROWS,
    ],
    richer: new Map([
      [1, 4],
      [2, 3],
    ]),
  }
}

function acrValues({ acr, asksFor }: Target): readonly unknown[] {
  const other = 'urn:another:acr'
  if (acr === undefined) return [undefined, [other], [], 5, THROWS]
  const asked = [[acr], undefined, [other, acr], [other], [], `${other} ${acr}`, 5, [5], THROWS]
  return asksFor === 'acr' ? asked : [undefined, [acr], ...asked.slice(2)]
}

function refreshGrants(target: Target): readonly unknown[] {
  const { everyday, guarded, both } = scopeClasses(target)
  const granted = (...scopes: readonly unknown[]) => ({
    resource_servers: scopes.map((each) => ({ audience: target.audience, scopes: each })),
  })
  const elsewhere = { audience: 'https://another.example', scopes: both.join(' ') }
  return [
    undefined,
    granted(everyday.join(' ')),
    granted(both.join(' ')),
    granted(everyday.join(' '), guarded.join(' ')),
    { resource_servers: [elsewhere] },
    granted(both),
    granted(5),
    { resource_servers: [] },
    { resource_servers: 'all' },
    { resource_servers: [null] },
    {},
    THROWS,
  ]
}

/** The scopes that a client's multi-resource policies add to a refresh. */
export function refreshPolicies(target: Target): readonly unknown[] {
  const { everyday, both } = scopeClasses(target)
  const policy = (scope: unknown, audience = target.audience) => ({
    policies: [{ audience, scope }],
  })
  return [
    undefined,
    { policies: [] },
    policy(everyday),
    policy(both),
    policy(both, 'https://another.example'),
    policy(5),
    { policies: 'all' },
    { policies: [null] },
    {},
    THROWS,
  ]
}
