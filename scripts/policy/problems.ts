import { z } from 'zod'
import type { Problem, Where } from '../terminal/user-error.ts'
import { suggest } from './suggest.ts'
import type { Path, YamlSource } from './yaml-source.ts'

type Issue = z.core.$ZodIssue
type JsonSchema = z.core.JSONSchema.BaseSchema

/** Turns what a schema found wrong with a file into positioned problems in our own words. */
export function problemsOf(
  source: YamlSource<Where>,
  schema: z.ZodType,
  issues: readonly Issue[],
): Problem[] {
  const root = z.toJSONSchema(schema, { io: 'input' })
  return issues.map(mostSpecific).flatMap((issue) => {
    const place = schemaAt(root, issue.path)
    if (issue.code !== 'unrecognized_keys') {
      return [{ where: source.locate(issue.path), ...describe(issue, source.content, place) }]
    }
    return issue.keys.map((key) => ({
      where: source.locateKey(issue.path, key),
      message: `unknown key \`${key}\`${issue.path.length === 0 ? '' : ` in \`${nameOf(issue.path)}\``}`,
      hint: elsewhere(key, root, issue.path) ?? suggest(key, Object.keys(place?.properties ?? {})),
    }))
  })
}

// Whoever knows the key may have put it a level too high, or too low.
function elsewhere(key: string, root: JsonSchema, path: Path): string | undefined {
  const has = (schema: unknown) =>
    Object.hasOwn(filled(schema as JsonSchema)?.properties ?? {}, key)
  const below = Object.entries(schemaAt(root, path)?.properties ?? {})
    .filter(([, schema]) => has(schema))
    .map(([name]) => `\`${name}\``)
  if (below.length > 0) return `it belongs in ${below.join(' or ')}`
  const above = path.slice(0, -1)
  if (path.length === 0 || !has(schemaAt(root, above))) return undefined
  return `it belongs ${above.length === 0 ? 'at the top of the file' : `in \`${nameOf(above)}\``}`
}

/** `rules[0].protects.scopes`, as a reader would write it. */
export function nameOf(path: Path): string {
  return path.reduce<string>(
    (name, key) =>
      typeof key === 'number'
        ? `${name}[${key}]`
        : `${name}${name === '' ? '' : '.'}${String(key)}`,
    '',
  )
}

// Of a union's branches the reader meant the one that got furthest.
function mostSpecific(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue
  const deepest = issue.errors
    .flat()
    .toSorted((a, b) => b.path.length - a.path.length)
    .find((inner) => inner.path.length > 0)
  return deepest === undefined ? issue : { ...deepest, path: [...issue.path, ...deepest.path] }
}

function describe(
  issue: Issue,
  content: unknown,
  place: JsonSchema | undefined,
): Omit<Problem, 'where'> {
  const name = issue.path.length === 0 ? 'the file' : `\`${nameOf(issue.path)}\``
  const value = valueAt(content, issue.path)
  const shown = `\`${JSON.stringify(value)}\``
  const kind = issue.code === 'invalid_type' && issue.expected === 'array' ? ' a list' : ''
  const hint = place?.description && `expected${kind}: ${lowerFirst(place.description)}`
  if (value === null) return { message: `${name} is empty`, ...(hint && { hint }) }
  if (value === undefined) return { message: `missing ${name}`, ...(hint && { hint }) }
  switch (issue.code) {
    case 'invalid_value':
      return {
        message: `${name} cannot be ${shown}`,
        hint: suggest(
          typeof value === 'string' ? value : JSON.stringify(value),
          issue.values.map(String),
        ),
      }
    case 'too_small':
      return issue.origin === 'number' || issue.origin === 'int'
        ? {
            message: `${name} is ${shown}, at least ${issue.minimum} is expected`,
            ...(hint && { hint }),
          }
        : { message: `${name} is empty`, ...(hint && { hint }) }
    case 'too_big':
      return {
        message: `${name} is too large, at most ${issue.maximum} is expected`,
        ...(hint && { hint }),
      }
    default:
      return { message: `${name} cannot be ${shown}`, ...(hint && { hint }) }
  }
}

function lowerFirst(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`
}

/** What stands at a path, or undefined where there is no such place. */
export function valueAt(content: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key],
    content,
  )
}

function schemaAt(root: JsonSchema, path: Path): JsonSchema | undefined {
  return path.reduce<JsonSchema | undefined>((schema, key) => {
    if (typeof key === 'number') return filled(schema?.items as JsonSchema | undefined)
    return filled(schema?.properties?.[String(key)] as JsonSchema | undefined)
  }, root)
}

/** Of something or `null`, something. */
function filled(schema: JsonSchema | undefined): JsonSchema | undefined {
  const [one, other] = schema?.anyOf ?? []
  if (schema?.anyOf?.length !== 2) return schema
  return one?.type === 'null' ? other : other?.type === 'null' ? one : schema
}
