import { transformSync } from 'esbuild'

/** A call as it stands in a source text. */
export interface Call {
  /** The call with its arguments, such as `accessToken.addScope("x")`. */
  readonly text: string
  readonly args: string
}

/**
 * The source of an Action on one line without comments, with `a["b"]` as `a.b` and constants put in
 * where they are used; unchanged if it cannot be parsed.
 */
export function normalizeSource(code: string): string {
  try {
    return transformSync(code, {
      charset: 'utf8',
      legalComments: 'none',
      logLevel: 'silent',
      minifySyntax: true,
      minifyWhitespace: true,
    }).code
  } catch {
    return code
  }
}

/**
 * Calls of functions whose name matches, in normalized source. It reads text, not a program: what is
 * called by another name is missed, and what is never reached is found.
 * @param name a pattern for all that stands before the bracket, such as `multifactor\.enable`
 */
export function callsIn(source: string, name: string): readonly Call[] {
  const pattern = new RegExp(
    String.raw`\b${name.replaceAll(String.raw`\.`, String.raw`\??\.`)}(?:\?\.)?\(`,
    'g',
  )
  return [...source.matchAll(pattern)].map((match) => {
    const start = match.index + match[0].length
    const args = source.slice(start, endOfArguments(source, start))
    return { text: shortened(`${match[0]}${args})`), args }
  })
}

/** Strings that stand in a source text by themselves. */
export function stringsIn(source: string): readonly string[] {
  return [...source.matchAll(STRING)].map(([text]) => text.slice(1, -1))
}

const STRING = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`/g

function endOfArguments(source: string, start: number): number {
  const pattern = new RegExp(`${STRING.source}|[()]`, 'g')
  pattern.lastIndex = start
  let depth = 1
  for (let match = pattern.exec(source); match !== null; match = pattern.exec(source)) {
    if (match[0] === '(') depth += 1
    if (match[0] === ')') depth -= 1
    if (depth === 0) return match.index
  }
  return source.length
}

function shortened(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`
}
