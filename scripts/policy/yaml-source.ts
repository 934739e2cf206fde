import { readFileSync, statSync } from 'node:fs'
import {
  isAlias,
  isNode,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type YAMLError,
  type YAMLMap,
} from 'yaml'
import { UserError, type Position, type Problem, type Where } from '../terminal/user-error.ts'
import {
  asWritten,
  replaceKeywords,
  unresolvedIn,
  type Keywords,
  type Unresolved,
} from './keywords.ts'

export type Path = readonly PropertyKey[]

/** A YAML file whose values still know where they stand. */
export interface YamlSource<Place extends Where = Position> {
  readonly file: string
  /** The content as plain data, without anchors, aliases or tags. */
  readonly content: unknown
  /** Mistakes after which the content can still be judged, such as duplicate keys. */
  readonly problems: readonly Problem[]
  /** Keywords without a value, which stand in the content as they are written. */
  readonly unresolved: readonly Unresolved[]
  /** Of the value at a path, or of the nearest value around it. */
  readonly locate: (path: Path) => Place
  /** Of a key of the map at a path. */
  readonly locateKey: (path: Path, key: string) => Place
}

/**
 * Reads a YAML file of at most `maxBytes`.
 * @throws UserError when it cannot be read, is too large, or is not YAML
 */
export function readYaml(file: string, maxBytes: number): YamlSource {
  const bytes = sizeOf(file)
  if (bytes > maxBytes) {
    throw new UserError({
      where: file,
      message: `file is ${bytes} bytes long, at most ${maxBytes} are read`,
      hint: 'is it the right file?',
    })
  }
  return parseYaml(file, readFileSync(file, 'utf8'))
}

/** What a file may hold besides plain YAML. */
interface Allowed {
  /** Keywords are replaced before it is read, as auth0-deploy-cli does. */
  readonly keywords: Keywords
  /** Anchors, aliases and merge keys, which a team may have in a file of its own. */
  readonly aliases: true
}

/** Parses YAML text; `file` is what its positions name. */
export function parseYaml(file: string, text: string, allowed?: Allowed): YamlSource {
  const lines = lineCounter(text)
  const { text: replaced, originOf } =
    allowed === undefined
      ? { text, originOf: (offset: number) => offset }
      : replaceKeywords(text, allowed.keywords)
  const document = parseDocument(replaced, {
    prettyErrors: false,
    resolveKnownTags: false,
    merge: allowed !== undefined,
  })
  const at = (offset: number): Position => {
    const { line, col: column } = lines.linePos(originOf(offset))
    return { file, line, column }
  }
  // What follows the first mistake of syntax comes of it. A tag that would be ignored is a warning.
  const broken = document.errors.find(({ code }) => code !== 'DUPLICATE_KEY')
  const errors = document.errors.filter(
    (error) => error === broken || error.code === 'DUPLICATE_KEY',
  )
  const mistakes = [...errors, ...document.warnings]
  const problems = mistakes.map((mistake) => ({ where: at(mistake.pos[0]), ...describe(mistake) }))
  const aliases = allowed?.aliases ? [] : aliasProblems(document, at)
  const isFatal = aliases.length > 0 || mistakes.some(({ code }) => code !== 'DUPLICATE_KEY')
  const [first, ...rest] = isFatal ? [...problems, ...aliases] : []
  if (first !== undefined) throw new UserError(first, ...rest)
  const content = contentOf(document, file)
  return {
    file,
    content: allowed === undefined ? content : asWritten(content),
    problems,
    unresolved: allowed === undefined ? [] : unresolvedIn(content),
    locate: (path) => at(offsetOf(document, path)),
    locateKey: (path, key) => at(startOf(keyAt(document, path, key)) ?? offsetOf(document, path)),
  }
}

function contentOf(document: Document, file: string): unknown {
  try {
    const content = document.toJS() as unknown
    JSON.stringify(content)
    return content
  } catch {
    throw new UserError({
      where: file,
      message:
        'its aliases cannot be followed: one has no anchor, one contains itself, or together they are too large',
      hint: 'write the value out',
    })
  }
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size
  } catch {
    throw new UserError({ where: file, message: 'file cannot be read', hint: 'does it exist?' })
  }
}

// The parser would count the lines by itself, but misses some after a mistake.
function lineCounter(text: string): LineCounter {
  const lines = new LineCounter()
  lines.addNewLine(0)
  for (const { index } of text.matchAll(/\n/g)) lines.addNewLine(index + 1)
  return lines
}

function describe({ code, message }: YAMLError): Omit<Problem, 'where'> {
  if (message.startsWith('Maximum call stack')) {
    return { message: 'nested too deeply', hint: 'a policy needs no more than five levels' }
  }
  if (code === 'DUPLICATE_KEY') {
    return { message: 'duplicate key in this map', hint: 'keep one of the two' }
  }
  if (code === 'MULTIPLE_DOCS') {
    return { message: 'file holds more than one document', hint: 'keep one of them' }
  }
  if (code === 'TAG_RESOLVE_FAILED') {
    return { message: 'tags are not supported', hint: 'write the plain value' }
  }
  // A wrong escape sequence is quoted with the line break that may be in it.
  const line = message.replace(/\n.*/, '')
  return { message: `not valid YAML: ${line.charAt(0).toLowerCase()}${line.slice(1)}` }
}

// Aliases make a reviewer jump, and a few of them can stand for gigabytes.
function aliasProblems(document: Document, at: (offset: number) => Position): Problem[] {
  const problems: Problem[] = []
  visit(document, (_key, node) => {
    if (!isAlias(node)) return
    problems.push({
      where: at(startOf(node) ?? 0),
      message: `alias \`*${node.source}\` is not supported`,
      hint: 'write the value out',
    })
  })
  return problems
}

function offsetOf(document: Document, path: Path): number {
  const start = startOf(nodeAt(document, path))
  return start ?? (path.length === 0 ? 0 : offsetOf(document, path.slice(0, -1)))
}

function nodeAt(document: Document, path: Path): unknown {
  return document.getIn(path, true)
}

function keyAt(document: Document, path: Path, key: string): unknown {
  const { items } = nodeAt(document, path) as YAMLMap
  return items.find((item) => String(item.key) === key)?.key
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined
}
