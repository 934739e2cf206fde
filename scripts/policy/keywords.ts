/** What replaces the keywords of a tenant, by their names: any JSON. */
export type Keywords = Readonly<Record<string, unknown>>

/** A text with its keywords replaced. */
export interface Replaced {
  readonly text: string
  /** Where in the text as it was written something of the new one stood. */
  readonly originOf: (offset: number) => number
}

/** A value in which keywords stand that have no value. */
export interface Unresolved {
  readonly path: readonly PropertyKey[]
  readonly keywords: readonly string[]
}

const KEYWORD = /(['"]?)@@(?<json>\w[\w-]*)@@\1|##(?<text>\w[\w-]*)##/g

// Of the private use area of Unicode: a plain value in YAML and JSON, which nobody writes.
const OPEN = { text: '\uE000', json: '\uE002' }
const CLOSE = { text: '\uE001', json: '\uE003' }
const OPEN_KEYWORD = /\uE000([\w-]+)\uE001|\uE002([\w-]+)\uE003/g

/**
 * Replaces keywords in the text of a file as auth0-deploy-cli does: `##KEY##` by the value as text, `@@KEY@@` (in
 * quotes or not) by the value as JSON. One without a value becomes a value that {@link unresolvedIn} finds.
 */
export function replaceKeywords(text: string, keywords: Keywords): Replaced {
  const places: { readonly start: number; readonly end: number; readonly from: number }[] = []
  let grown = 0
  const replaced = text.replace(KEYWORD, (found: string, ...rest: unknown[]) => {
    const { json, text: plain } = rest.at(-1) as { json?: string; text?: string }
    const from = rest.at(-3) as number
    const name = json ?? plain ?? ''
    const kind = json === undefined ? 'text' : 'json'
    const value = valueOf(name, kind, keywords) ?? withoutValue(name, kind, { text, from, found })
    places.push({ start: from + grown, end: from + grown + value.length, from })
    grown += value.length - found.length
    return value
  })
  return {
    text: replaced,
    originOf: (offset) => {
      const last = places.findLast(({ start }) => start <= offset)
      if (last === undefined) return offset
      if (offset < last.end) return last.from
      const next = places[places.indexOf(last) + 1]
      const shift = next === undefined ? grown : next.start - next.from
      return offset - shift
    },
  }
}

// auth0-deploy-cli goes through its mappings once for `@@` and then once for `##`: what a value names in turn is
// replaced by those that come later.
function valueOf(name: string, kind: 'text' | 'json', keywords: Keywords): string | undefined {
  const entries = Object.entries(keywords)
  const place = entries.findIndex(([known]) => known === name)
  const [, value] = entries[place] ?? []
  if (value === undefined) return undefined
  const later = entries.slice(place + 1)
  if (kind === 'text') return withTexts(asText(value), later)
  return withTexts(withJson(JSON.stringify(value), later), entries)
}

// As JavaScript joins it into a text, save for an object, of which nothing would be left.
function asText(value: unknown): string {
  if (Array.isArray(value)) return value.map(asText).join(',')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

type Entries = readonly (readonly [name: string, value: unknown])[]

function withTexts(text: string, entries: Entries): string {
  return entries.reduce(
    (all, [name, value]) => all.replaceAll(`##${name}##`, () => asText(value)),
    text,
  )
}

function withJson(text: string, entries: Entries): string {
  return entries.reduce(
    (all, [name, value]) =>
      [`'@@${name}@@'`, `"@@${name}@@"`, `@@${name}@@`].reduce(
        (some, written) => some.replaceAll(written, () => JSON.stringify(value)),
        all,
      ),
    text,
  )
}

// At the beginning of a line `##` begins a comment.
function withoutValue(
  name: string,
  kind: 'text' | 'json',
  { text, from, found }: { readonly text: string; readonly from: number; readonly found: string },
): string {
  const before = text.slice(text.lastIndexOf('\n', from - 1) + 1, from)
  if (kind === 'text' && before.trim() === '') return found
  return `${OPEN[kind]}${name}${CLOSE[kind]}`
}

/** Every value of parsed data, and every key, in which a keyword without a value stands. */
export function unresolvedIn(
  content: unknown,
  path: readonly PropertyKey[] = [],
): readonly Unresolved[] {
  if (typeof content === 'string') {
    const keywords = [...content.matchAll(OPEN_KEYWORD)].map(([, text, json]) => text ?? json ?? '')
    return keywords.length === 0 ? [] : [{ path, keywords }]
  }
  if (typeof content !== 'object' || content === null) return []
  const entries: readonly (readonly [PropertyKey, unknown])[] = Array.isArray(content)
    ? content.map((value: unknown, i) => [i, value] as const)
    : Object.entries(content)
  return entries.flatMap(([key, value]) => [
    ...unresolvedIn(typeof key === 'string' ? key : undefined, path),
    ...unresolvedIn(value, [...path, key]),
  ])
}

/** Parsed data with keywords that have no value as they are written: `##KEY##` or `@@KEY@@`. */
export function asWritten(content: unknown): unknown {
  if (typeof content === 'string') {
    return content.replace(OPEN_KEYWORD, (_found, text?: string, json?: string) =>
      text === undefined ? `@@${json ?? ''}@@` : `##${text}##`,
    )
  }
  if (Array.isArray(content)) return content.map(asWritten)
  if (typeof content !== 'object' || content === null) return content
  return Object.fromEntries(
    Object.entries(content).map(([key, value]) => [asWritten(key), asWritten(value)]),
  )
}

const WRITTEN = /##(\w[\w-]*)##|@@(\w[\w-]*)@@/g

/** The names of the keywords in a text as it is written. */
export function keywordsIn(text: string): readonly string[] {
  return [...text.matchAll(WRITTEN)].map(([, plain, json]) => plain ?? json ?? '')
}
