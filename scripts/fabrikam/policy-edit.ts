import { isMap, parseDocument } from 'yaml'
import { ageInWords, secondsIn } from '../policy/age.ts'
import { UserError } from '../terminal/user-error.ts'

/** A rule as a policy file has it, and what of it the example's page lets a visitor change. */
export interface ShownRule {
  readonly id: string
  /** Its lines, with their comments. */
  readonly text: string
  readonly maxAge: number | undefined
  readonly factors: 'any' | readonly string[]
}

export interface RuleChange {
  readonly rule: string
  readonly maxAge: number
  readonly factors: 'any' | readonly string[]
}

interface RuleContent {
  readonly id?: unknown
  readonly requires?: { readonly maxAge?: unknown; readonly factors?: unknown }
}

/** @param text of a policy file without mistakes */
export function rulesIn(text: string): readonly ShownRule[] {
  const document = parseDocument(text)
  const { rules = [] } = document.toJS() as { readonly rules?: readonly RuleContent[] }
  return rules.map(({ id, requires }, index) => {
    const { maxAge, factors } = requires ?? {}
    return {
      id: String(id),
      text: linesOf(text, document.getIn(['rules', index], true)),
      maxAge: secondsIn(maxAge),
      factors: Array.isArray(factors) ? factors.map(String) : 'any',
    }
  })
}

/**
 * @param text of a policy file without mistakes
 * @returns the text with the rule changed; all else stays, comments too
 * @throws UserError when the policy has no such rule
 */
export function changeRule(text: string, { rule, maxAge, factors }: RuleChange): string {
  const document = parseDocument(text)
  const index = rulesIn(text).findIndex(({ id }) => id === rule)
  if (index < 0) throw new UserError({ message: `the policy has no rule \`${rule}\`` })
  document.setIn(['rules', index, 'requires', 'maxAge'], maxAge === 0 ? 0 : ageInWords(maxAge))
  const written = factors === 'any' ? factors : document.createNode(factors, { flow: true })
  document.setIn(['rules', index, 'requires', 'factors'], written)
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}

/** From the dash on, without the indentation of the list. */
function linesOf(text: string, node: unknown): string {
  if (!isMap(node) || !node.range) return ''
  const [from, to] = node.range
  const start = text.lastIndexOf('\n', from - 1) + 1
  const indentation = /^ */.exec(text.slice(start))?.[0] ?? ''
  const lines = text.slice(start, to).trimEnd().split('\n')
  return lines.map((line) => line.replace(indentation, '')).join('\n')
}
