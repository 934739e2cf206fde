import type { Problem } from '../terminal/user-error.ts'
import { keywordsIn, type Keywords } from './keywords.ts'
import { valueAt } from './problems.ts'
import type { Path, YamlSource } from './yaml-source.ts'

/** Where keywords may stand in a policy: what one tenant calls otherwise than another. A `*` is any index. */
const PLACES: readonly Path[] = [
  ['rules', '*', 'protects', 'audience'],
  ['rules', '*', 'exceptions', '*', 'client'],
  ['rules', '*', 'exceptions', '*', 'organization'],
  ['audit', 'everyday', '*', 'audience'],
  ['audit', 'invariants', '*', 'audience'],
  ['audit', 'accepted', '*', 'subject'],
]

/** What keywords of a policy stand for. */
export interface KeywordValues {
  /** None if left out. */
  readonly keywords?: Keywords
  /** What to say of a keyword that has no value. */
  readonly missingKeyword?: (name: string) => Omit<Problem, 'where'>
}

/** A keyword of a policy, and what it stands for in the environment. */
export interface NamedValue {
  readonly keyword: string
  readonly value: string
}

/** The keywords that a policy uses, each once, in the order in which they stand there. */
export function namedValues(source: YamlSource, { keywords = {} }: KeywordValues): NamedValue[] {
  const names = placesIn(source.content).flatMap(({ text }) => keywordsIn(text))
  return [...new Set(names)].map((keyword) => ({ keyword, value: String(keywords[keyword]) }))
}

/**
 * Puts the values of keywords into a policy where they may stand. Anywhere else what looks like one stays text, and
 * the bundle is refused for it.
 */
export function withKeywords(
  source: YamlSource,
  values: KeywordValues,
): { readonly source: YamlSource; readonly problems: readonly Problem[] } {
  const { keywords = {}, missingKeyword = withoutEnvironment } = values
  const content = structuredClone(source.content)
  const problems = new Map<string, Problem>()
  for (const { path, text } of placesIn(source.content)) {
    const replaced = text.replace(/##(\w[\w-]*)##/g, (found, name: string) => {
      const value = Object.hasOwn(keywords, name) ? keywords[name] : undefined
      if (typeof value === 'string' && value !== '') return value
      if (!problems.has(name)) {
        const problem =
          value === undefined
            ? missingKeyword(name)
            : { message: `the value of the keyword \`${name}\` is not a text`, hint: TEXT_NEEDED }
        problems.set(name, { where: source.locate(path), ...problem })
      }
      return found
    })
    Reflect.set(valueAt(content, path.slice(0, -1)) as object, path.at(-1) ?? '', replaced)
  }
  return { source: { ...source, content }, problems: [...problems.values()] }
}

const TEXT_NEEDED = 'audience, client, organization and subject are texts'

function withoutEnvironment(name: string): Omit<Problem, 'where'> {
  return { message: `no value for the keyword \`${name}\``, hint: 'write the value itself' }
}

interface Place {
  readonly path: Path
  readonly text: string
}

function placesIn(content: unknown): readonly Place[] {
  return PLACES.flatMap((place) => textsAt(content, place, [])).filter(({ text }) =>
    /##\w[\w-]*##/.test(text),
  )
}

function textsAt(content: unknown, place: Path, path: Path): readonly Place[] {
  const [key, ...rest] = place
  if (key === undefined) return typeof content === 'string' ? [{ path, text: content }] : []
  if (key !== '*') return textsAt(valueAt(content, [key]), rest, [...path, key])
  if (!Array.isArray(content)) return []
  return content.flatMap((entry: unknown, i) => textsAt(entry, rest, [...path, i]))
}
