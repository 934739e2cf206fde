/**
 * Makes a representative reportable: reading a property that no representative of its field has is
 * reported by its path. Lists and objects are frozen, as runs share them.
 */
export function guard(value: unknown, path: string, place: Guarding): unknown {
  if (Array.isArray(value)) {
    return Object.freeze(value.map((element) => guard(element, `${path}[]`, place)))
  }
  if (typeof value !== 'object' || value === null) return value
  const copy: object = {}
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
    const child = 'value' in property ? guard(property.value, `${path}.${name}`, place) : undefined
    const guarded = 'value' in property ? { ...property, value: child } : property
    Object.defineProperty(copy, name, { ...guarded, configurable: true })
  }
  return new Proxy(copy, {
    get(target, name, receiver) {
      if (typeof name === 'string' && !place.known.has(name) && !isHarmless(name)) {
        place.onUnknown(`${path}.${name}`)
      }
      return Reflect.get(target, name, receiver) as unknown
    },
    set: () => false,
    defineProperty: () => false,
    deleteProperty: () => false,
  })
}

export interface Guarding {
  /** Every property name of every representative of the field. */
  readonly known: ReadonlySet<string>
  readonly onUnknown: (path: string) => void
}

/** Collects the property names in a value, at any depth. */
export function namesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(Object.getOwnPropertyDescriptors(value)).flatMap(([name, property]) => [
    ...(Array.isArray(value) ? [] : [name]),
    ...namesIn(property.value),
  ])
}

/** Whether any object answers to this name, or the language itself asks for it. */
export function isHarmless(name: string): boolean {
  return name in Object.prototype || name === 'toJSON' || name === 'then'
}
