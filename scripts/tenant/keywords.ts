import { suggest } from '../policy/suggest.ts'
import type { Problem } from '../terminal/user-error.ts'
import type { Keywords } from './environment.ts'

const KEYWORD = /(['"]?)@@(?<list>\w+)@@\1|##(?<text>\w+)##/g

/**
 * Replaces keywords in the text of a file as auth0-deploy-cli does: `##KEY##` by the value, `@@KEY@@`
 * (in quotes or not) by the value as JSON. Each keyword without a value is a problem.
 */
export function replaceKeywords(
  file: string,
  text: string,
  keywords: Keywords,
): { readonly text: string; readonly problems: readonly Problem[] } {
  const problems: Problem[] = []
  const replaced = text.replace(KEYWORD, (found: string, ...rest: unknown[]) => {
    const { list, text: plain } = rest.at(-1) as { list?: string; text?: string }
    const offset = rest.at(-3) as number
    const name = list ?? plain ?? ''
    const value = Object.hasOwn(keywords, name) ? keywords[name] : undefined
    if (value === undefined) {
      problems.push({
        where: `${file}:${positionOf(text, offset)}`,
        message: `no value for the keyword \`${name}\``,
        hint: `add it to \`keywords\` of the environment; ${suggest(name, Object.keys(keywords))}`,
      })
      // `@` cannot begin a value in YAML: with a list in its place the rest can still be judged.
      return list === undefined ? found : '[]'
    }
    return list === undefined ? String(value) : JSON.stringify(value)
  })
  return { text: replaced, problems }
}

function positionOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n')
  return `${before.length}:${(before.at(-1) ?? '').length + 1}`
}
