// Of what values are made with; what hangs on a global name is out of reach without that name.
const MAKERS: readonly unknown[] = [
  ...[Object, Function, Array, String, Number, Boolean, Symbol, BigInt, RegExp, Date, Promise],
  ...[Map, Set, WeakMap, WeakSet, Error, TypeError],
]

function builtIns(): readonly object[] {
  const iterators = [[].values(), new Map().keys(), new Set().keys(), ''.matchAll(/x/g)]
  const more = iterators.flatMap((each) => {
    const first = Object.getPrototypeOf(each) as object
    return [first, Object.getPrototypeOf(first) as object]
  })
  return [...MAKERS.map((each) => (each as { prototype: object }).prototype), ...more]
}

function namesOf(value: object): readonly string[] {
  return [...Object.getOwnPropertyNames(value), 'then', 'toJSON']
}

/** Every name to which some object of the language answers. */
export const BUILT_IN_NAMES: ReadonlySet<string> = new Set(builtIns().flatMap(namesOf))

/** Names that mean something in the language and are nothing but data to a step-up. */
export const PLAIN_NAMES: ReadonlySet<string> = new Set(['name'])

/** Whether a name is one that the language gives a meaning to, and so no key of data. */
export function isForeignKey(key: unknown): boolean {
  return typeof key === 'string' && BUILT_IN_NAMES.has(key) && !PLAIN_NAMES.has(key)
}
