// C0, DEL and C1 steer terminals; the others are invisible, or turn the direction of what follows.
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/** What is shown as JSON is made visible there, by {@link jsonText}. */
const SHOWN_AS_JSON = ['event', 'arguments']

/** Copies plain data and makes every character in its strings visible: names come from tenants. */
export function printable<T>(value: T): T {
  return copy(value) as T
}

/** A value as JSON without invisible characters, which is read as the same value. */
export function jsonText(value: unknown, indent = 0): string {
  const lines = JSON.stringify(value, null, indent).split('\n')
  return lines.map(visible).join('\n')
}

function copy(value: unknown): unknown {
  if (typeof value === 'string') return visible(value)
  if (Array.isArray(value)) return value.map(copy)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      visible(name),
      SHOWN_AS_JSON.includes(name) ? each : copy(each),
    ]),
  )
}

function visible(text: string): string {
  return text.replace(UNPRINTABLE, escaped)
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
