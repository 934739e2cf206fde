import type { Factor, Requirement } from '../../actions/step-up/policy.ts'
import { THROWS, type Partition } from './partition.ts'

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
