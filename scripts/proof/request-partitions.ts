import { DOCUMENTED_PROTOCOLS } from './facts.ts'
import {
  PRESENT,
  PROTOCOL,
  REQUEST,
  REQUESTED_SCOPES,
  THROWS,
  type Partition,
} from './partition.ts'
import type { Target } from './target.ts'

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
