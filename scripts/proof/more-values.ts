import type { Factor } from '../../actions/step-up/policy.ts'
import type { Literals } from '../reading/literals.ts'
import { CLOCK, PROTOCOL, REQUEST, REQUESTED_SCOPES, type Partition } from './partition.ts'
import type { More, Target } from './target.ts'

/** Of code that is not looked at. */
export const NO_LITERALS: Literals = { texts: [], numbers: [] }

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** The names of methods that Auth0 documents, and a method of one's own. */
const METHOD_NAMES = [
  ...['federated', 'pwd', 'passkey', 'sms', 'email', 'phone_number', 'mock', 'tel'],
  ...['webauthn', 'webauthn-platform', 'https://fabrikam.example/methods/captcha'],
]
const FACTORS: readonly (Factor | 'recovery-code')[] = [
  ...(['otp', 'phone', 'email', 'push-notification'] as const),
  ...(['webauthn-platform', 'webauthn-roaming', 'recovery-code'] as const),
]
/** At these ages a number of 32 bits, a day, a month or a year has passed. */
const AGES_MS = [
  DAY_MS,
  7 * DAY_MS,
  25 * DAY_MS,
  30 * DAY_MS,
  50 * DAY_MS,
  365 * DAY_MS,
  3650 * DAY_MS,
]
const LENGTHS = [2, 3, 4, 5, 6, 7, 8, 9, 10, 16, 20]
const FEW_LENGTHS = [4, 9]
const LONGEST_LIST = 64
const LONGEST_TEXT = 300
/** Names to which every object answers, for code that looks them up. */
const NAMES_OF_OBJECTS = ['constructor', '__proto__', 'toString']

/** Partitions with more classes, after those that they have. */
export function withMore(
  partitions: readonly Partition[],
  target: Target,
  more: More,
): readonly Partition[] {
  return partitions.map((partition) => {
    const { path, values } = partition
    // A function, as the values of some follow the clock; each path has as many at all times.
    if (typeof values === 'function') {
      return {
        ...partition,
        values: (nowMs) => [...values(nowMs), ...moreOf(path, { target, more, nowMs })],
      }
    }
    return { ...partition, values: [...values, ...moreOf(path, { target, more, nowMs: 0 })] }
  })
}

interface Given {
  readonly target: Target
  readonly more: More
  readonly nowMs: number
}

function moreOf(path: string, given: Given): readonly unknown[] {
  const { target, more } = given
  const texts = textsOf(more)
  switch (path) {
    case CLOCK:
      return timesOf(more)
    case PROTOCOL:
      return [...texts, ...NAMES_OF_OBJECTS]
    case REQUESTED_SCOPES:
      return [null, ...scopeLists(given).flatMap((scopes) => [scopes, scopes.join(' ')])]
    case REQUEST:
      return scopeLists(given).map((scopes) => ({ body: { scope: scopes.join(' ') } }))
    case 'transaction.prompt':
      return texts.map((text) => [text])
    case 'transaction.acr_values':
      return acrLists(given)
    case 'resource_server':
      return texts.map((identifier) => ({ identifier }))
    case 'client.client_id':
      return idsOf(more)
    case 'organization':
      return idsOf(more).map((id) => ({ id }))
    case 'refresh_token':
      return [
        // Whichever of two grants for one API the code leaves out, it may be the one with the scope.
        [target.scope, 'read:thing-0'],
        ...[undefined, ...texts.map((text) => `${text} ${target.scope}`)].map((each) => [each]),
      ].map((grants) => ({
        resource_servers: grants.map((scopes) => ({ audience: target.audience, scopes })),
      }))
    case 'client.refresh_token':
      return [
        [target.scope, 'read:thing-0'],
        ['read:thing-0', target.scope],
      ].map((scopes) => ({
        policies: scopes.map((each) => ({ audience: target.audience, scope: [each] })),
      }))
    case 'authentication.methods':
      return methodLists(given)
    case 'authentication.riskAssessment':
      return texts.map((confidence) => ({ confidence }))
    case 'user':
      return [[undefined], [null], ...factorLists(more)].map((types) => ({
        enrolledFactors: types.map((type) => ({ type })),
      }))
    default:
      return []
  }
}

/** Each text as it is, and where it matters longer, and as an end. */
function textsOf({ literals: { texts }, variants }: More): readonly string[] {
  if (!variants) return texts
  return texts.flatMap((text) => [text, `${text}x`, `x${text}`])
}

/** How long something can be to be told from what is a little shorter or longer. */
function lengthsFrom({ numbers }: Literals, longest: number): readonly number[] {
  const near = numbers.flatMap((number) => [number - 1, number, number + 1])
  return near.filter((number) => Number.isInteger(number) && number > 0 && number <= longest)
}

function lengthsOf({ isBrief }: More): readonly number[] {
  return isBrief ? FEW_LENGTHS : LENGTHS
}

function timesOf({ todayMs, literals, isBrief }: More): readonly number[] {
  const hours = [0, 5, 10, 15, 20].map((hour) => todayMs + hour * HOUR_MS)
  const days = [1, 2, 3, 4, 5, 6, 40, 100, 400, 3650, 20_000].map((day) => todayMs + day * DAY_MS)
  const written = literals.numbers.flatMap((number) => [number, number * 1000])
  // From 2001 on.
  const times = written.filter((number) => number > 1e12 && number < 8e15)
  const around = isBrief ? [] : [...hours, ...days]
  return [...around, ...times.flatMap((time) => [time - 1, time, time + 1])]
}

function idsOf(more: More): readonly string[] {
  const { literals } = more
  const lengths = [32, ...lengthsOf(more), ...lengthsFrom(literals, LONGEST_TEXT)]
  const ids = [...new Set(lengths)].map((length) => 'aB3dE5fG7h'.repeat(31).slice(0, length))
  return [...ids, ...textsOf(more), ...NAMES_OF_OBJECTS]
}

function scopeLists({ target, more }: Given): readonly (readonly string[])[] {
  const { scopes, literals } = more
  const { scope } = target
  const others = scopes.filter((each) => each !== scope)
  const pairs = others.flatMap((other, i) => [
    [scope, other],
    [other, scope],
    ...others.slice(i + 1).map((third) => [other, third]),
  ])
  const lengths = [...lengthsOf(more), ...lengthsFrom(literals, LONGEST_LIST)]
  const fill = (length: number) => Array.from({ length: length - 1 }, (_, i) => `read:thing-${i}`)
  return [
    ...pairs,
    ...others.slice(0, 4).map((other, i) => [other, scope, ...others.slice(i + 1, i + 2)]),
    [...scopes],
    [...scopes].reverse(),
    [scope, scope],
    ['openid', 'profile', 'email', 'offline_access', scope],
    ...lengths.flatMap((length) => [
      [...fill(length), scope],
      [scope, ...fill(length)],
    ]),
    ...textsOf(more).flatMap((text) => [
      [scope, text],
      [text, scope],
    ]),
  ]
}

function acrLists({ more }: Given): readonly (readonly string[])[] {
  const { acrs } = more
  const pairs = acrs.flatMap((acr) =>
    acrs.filter((each) => each !== acr).map((each) => [acr, each]),
  )
  const texts = textsOf(more).flatMap((text) => [[text], [text, ...acrs.slice(0, 1)]])
  return [...pairs, ...(acrs.length > 2 ? [[...acrs]] : []), ...texts]
}

interface Entry {
  readonly name: string
  readonly timestamp: string
  readonly type?: string
}

function methodLists({ target, more, nowMs }: Given): readonly (readonly Entry[])[] {
  const { literals, isBrief } = more
  const [demand] = target.demands
  const maxAgeMs = (demand?.maxAgeSeconds ?? 0) * 1000
  const factors = demand?.factors ?? 'any'
  const factor = factors === 'any' ? 'otp' : (factors[0] ?? 'otp')
  const entry = (name: string, ageMs: number, type?: string): Entry => ({
    name,
    // Beyond what a Date can be there is nothing to be compared with.
    timestamp: new Date(Math.max(nowMs - ageMs, -6e13)).toISOString(),
    ...(type !== undefined && { type }),
  })
  const fresh = Math.min(maxAgeMs, 1_000)
  const mfa = (ageMs: number, type: string = factor) => entry('mfa', ageMs, type)
  const password = entry('pwd', 1_000)
  // A number may be an age, in one unit or another, or the time of an MFA.
  const ages = literals.numbers.flatMap((number) => [number, number * 1000, nowMs - number])
  const around = ages
    .filter((age) => age > 0 && age < 1e13)
    .flatMap((age) => [age - 1, age, age + 1])
  const lengths = [...lengthsOf(more), ...lengthsFrom(literals, LONGEST_LIST)]
  const stale = (length: number) =>
    Array.from({ length: length - 1 }, (_, i) => mfa(maxAgeMs + 60_000 * (i + 1)))
  const names = [
    ...(isBrief ? [] : METHOD_NAMES),
    ...textsOf(more).filter((name) => name !== 'mfa'),
  ]
  return [
    ...names.flatMap((name) => [
      [entry(name, fresh)],
      [entry(name, fresh, factor), mfa(maxAgeMs + 1)],
    ]),
    ...[...(isBrief ? [] : AGES_MS), ...around].flatMap((age) => [
      [mfa(age)],
      [password, mfa(age)],
      [mfa(-age)],
    ]),
    ...lengths.flatMap((length) => [
      [password, ...stale(length)],
      [...stale(length), mfa(fresh)],
    ]),
    ...textsOf(more).map((type) => [mfa(fresh, type)]),
    ...(isBrief ? [] : FACTORS).flatMap((type) => [
      [password, mfa(fresh, type)],
      [mfa(fresh, type), mfa(0)],
    ]),
  ]
}

function factorLists(more: More): readonly (readonly string[])[] {
  const { literals, isBrief } = more
  const pairs = (isBrief ? [] : FACTORS).flatMap((a) =>
    FACTORS.filter((b) => b !== a).map((b) => [a, b]),
  )
  const lengths = [3, 4, 5, 8, ...lengthsFrom(literals, LONGEST_LIST)]
  return [
    ...pairs,
    ...lengths.map((length) =>
      Array.from({ length }, (_, i) => FACTORS[i % FACTORS.length] ?? 'otp'),
    ),
    ...textsOf(more).map((text) => [text]),
    ...textsOf(more).map((text) => ['otp', text]),
  ]
}

/** What is tried besides a policy's own classes, for a target of it. */
export function moreFor(
  policy: { readonly rules: readonly object[] },
  { audience }: Target,
  given: Pick<More, 'todayMs' | 'literals' | 'variants' | 'isBrief'>,
): More {
  const rules = policy.rules as readonly {
    audience?: string
    scopes?: readonly string[]
    acr?: string
  }[]
  const here = rules.filter((rule) => rule.audience === audience)
  const scopes = [...new Set(here.flatMap((rule) => rule.scopes ?? []))].slice(0, 6)
  const acrs = [...new Set(rules.flatMap(({ acr }) => acr ?? []))].slice(0, 6)
  return { ...given, scopes, acrs }
}
