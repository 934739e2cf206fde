/** Markup. Only {@link html} makes it, so nothing else gets onto a page unescaped. */
export interface Html {
  readonly markup: string
}

type Value = string | number | Html | readonly Html[] | undefined

/** A template whose values are escaped, for text and for attributes in double quotes. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  const made = { markup: parts.map((part, index) => part + render(values[index])).join('') }
  MADE.add(made)
  return made
}

const MADE = new WeakSet<Html>()

function render(value: Value): string {
  if (value === undefined) return ''
  if (typeof value === 'string' || typeof value === 'number') return escape(String(value))
  if (isList(value)) return value.map(render).join('')
  // INVARIANT: an object that merely looks like markup is not one.
  if (!MADE.has(value)) throw new TypeError('not markup')
  return value.markup
}

function isList(value: Html | readonly Html[]): value is readonly Html[] {
  return Array.isArray(value)
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
