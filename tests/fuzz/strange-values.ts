// Values that JSON cannot hold, described in JSON, so that an event with a getter that throws can be kept.
import fc from 'fast-check'

type Kind = (typeof KINDS)[number]
interface Strange {
  readonly $: Kind
  readonly of?: unknown
  readonly times?: number
}

const KINDS = [
  'undefined',
  'NaN',
  'bigint',
  'symbol',
  'function',
  'date',
  'throws',
  'hostile',
  'revoked',
  'unprintable',
  'without-prototype',
  'repeated',
] as const

/** Makes the value of a description; the same description makes the same value. */
export function make(description: unknown): unknown {
  if (typeof description !== 'object' || description === null) return description
  return isStrange(description) ? makeStrange(description) : filled(description)
}

function isStrange(description: object): description is Strange {
  return '$' in description && KINDS.some((kind) => kind === description.$)
}

// Defined and not assigned, so that `__proto__` is a name like others.
function filled(description: unknown): object {
  const target = Array.isArray(description) ? [] : {}
  for (const [name, part] of Object.entries(Object(description) as object)) {
    // A list that throws when its elements are read stops the audit's reference, too: nothing to compare with.
    const isTrap =
      !Array.isArray(target) &&
      isStrange(Object(part) as object) &&
      (part as Strange).$ === 'throws'
    const property = isTrap ? { get: boom } : { value: make(part), writable: true }
    Object.defineProperty(target, name, { ...property, enumerable: true, configurable: true })
  }
  return target
}

function boom(): never {
  throw new Error('boom')
}

function makeStrange({ $, of, times = 1 }: Strange): unknown {
  switch ($) {
    case 'undefined':
    case 'throws':
      return undefined
    case 'NaN':
      return NaN
    case 'bigint':
      return 1n
    case 'symbol':
      return Symbol.iterator
    case 'function':
      return () => make(of)
    case 'date':
      return new Date(0)
    case 'hostile':
      return new Proxy({}, HOSTILE)
    case 'revoked': {
      const { proxy, revoke } = Proxy.revocable(filled(of), {})
      revoke()
      return proxy
    }
    case 'unprintable':
      return Object.assign(filled(of), { toString: boom, [Symbol.toPrimitive]: boom })
    case 'without-prototype':
      return Object.create(null, Object.getOwnPropertyDescriptors(filled({ of }))) as object
    case 'repeated':
      return new Array(times).fill(make(of))
  }
}

const HOSTILE: ProxyHandler<object> = {
  get: boom,
  has: boom,
  ownKeys: boom,
  getPrototypeOf: boom,
  getOwnPropertyDescriptor: boom,
}

/** Descriptions of values, of which the leaves are any JSON or one of `words`. */
export function strangeValues(words: readonly string[]): fc.Arbitrary<unknown> {
  return fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom<unknown>(...words),
      fc.constantFrom<unknown>(null, 0, -1, true, '', '__proto__', 'constructor', { $: 'throws' }),
      fc.jsonValue(),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.oneof(fc.constantFrom(...words, ...INHERITED), fc.string()), tie('value')),
      fc.record({
        $: fc.constantFrom(...KINDS),
        of: tie('value'),
        times: fc.oneof(fc.nat(3), fc.constantFrom(1_000, 30_000)),
      }),
    ),
  })).value
}

const INHERITED = ['__proto__', 'constructor', 'toString', 'length', 'then', 'toJSON']
