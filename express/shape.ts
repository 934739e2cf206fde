/** What a value has to be, and the words for it. */
export interface Shape {
  readonly fits: (value: unknown) => boolean
  readonly words: string
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/** RFC 6749 section 3.3 */
export function isScope(value: unknown): value is string {
  return isText(value) && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(value)
}

export const TEXT: Shape = { fits: isText, words: 'a string that is not empty' }
export const OBJECT: Shape = { fits: isObject, words: 'an object' }

export function oneOf(...choices: readonly string[]): Shape {
  return {
    fits: (value) => choices.some((choice) => choice === value),
    words: choices.join(' or '),
  }
}

/** @param most the highest it may be */
export function wholeNumber(most: number): Shape {
  const fits = (value: unknown) =>
    Number.isInteger(value) && Number(value) > 0 && Number(value) <= most
  return { fits, words: `a whole number from 1 to ${most}` }
}

/** @param schemes such as `https` */
export function urlOf(...schemes: readonly string[]): Shape {
  const isOurs = (url: string) => schemes.some((scheme) => url.startsWith(`${scheme}://`))
  return {
    fits: (value) => isText(value) && isOurs(value) && URL.canParse(value) && !value.includes('#'),
    words: `a URL of ${schemes.join(' or ')}`,
  }
}

/** The only one of what a function was called with. @throws TypeError for more, which nobody would read */
export function onlyOne<T>(given: readonly T[], words: string): T {
  if (given.length > 1) throw new TypeError(words)
  return given[0] as T
}

/**
 * Checks what JavaScript hands in, where no compiler did: a word mistyped must not protect less in silence.
 *
 * @param name of the object, for whoever reads the message
 * @returns what it has itself: what it inherits was not checked
 * @throws TypeError for a key that is not known, and for a value that does not fit
 */
export function checkShape(
  given: unknown,
  name: string,
  shapes: Readonly<Record<string, Shape>>,
): Readonly<Record<string, unknown>> {
  const entries = entriesOf(given, name)
  for (const [key, value] of entries) {
    const shape = Object.hasOwn(shapes, key) ? shapes[key] : undefined
    if (shape === undefined) throw new TypeError(`${name}: unknown key \`${key}\``)
    if (value !== undefined && !shape.fits(value)) {
      throw new TypeError(`${name}: expected ${shape.words} as \`${key}\``)
    }
  }
  return Object.fromEntries(entries)
}

/** @throws TypeError where there is no object to have any */
export function entriesOf(given: unknown, name: string): readonly (readonly [string, unknown])[] {
  if (isObject(given)) return Object.entries(given)
  throw new TypeError(`${name}: expected an object`)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
