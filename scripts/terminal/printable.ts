// C0, DEL and C1 steer terminals; formats are invisible, or turn the direction of what follows.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** What is shown as JSON is made visible there, by {@link jsonText}. */
const SHOWN_AS_JSON = ['event', 'arguments']

/** Copies plain data and makes every character in its strings visible: names come from tenants. */
export function printable<T>(value: T): T {
  return copy(value) as T
}

/** Makes every character of a text visible, except the line breaks and tabs that lay it out. */
export function printableLines(text: string): string {
  return text.replace(/[^\n\t]+/g, visible)
}

/** A value as JSON without invisible characters, which is read as the same value. */
export function jsonText(value: unknown, indent = 0): string {
  return printableLines(JSON.stringify(value, null, indent))
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

// One escape for each UTF-16 unit, as JSON has it.
function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, i) => {
    const unit = character.charCodeAt(i).toString(16).padStart(4, '0')
    return `\\u${unit}`
  }).join('')
}
