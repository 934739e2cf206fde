import type { Terminal } from '../terminal/command.ts'
import { aligned, section } from '../terminal/layout.ts'
import type { Explanation, LocatedRule } from './explainer.ts'

/** An explanation with all that is told beside it. */
export interface Explained extends Explanation {
  readonly rules: readonly LocatedRule[]
  /** What would help, where that was asked for. */
  readonly changes?: readonly (readonly string[])[]
}

/** An explanation for people. */
export function renderExplanation(explained: Explained, { paint }: Terminal): string {
  const { rule, where, calls, rules, changes } = explained
  const rows = [
    ['reason', explained.reason],
    ...(rule === undefined ? [] : [['rule', `${rule} (${where ?? ''})`]]),
    ['user sees', explained.userSees],
  ]
  const callLines = calls.map(
    ({ command, arguments: given }) =>
      `api.${command}(${given.map((each) => JSON.stringify(each)).join(', ')})`,
  )
  return [
    paint('bold', explained.sentence),
    ...aligned(rows).map((line) => `  ${line}`),
    '',
    ...section(paint, 'Rules', aligned(rules.map((each) => [each.rule, each.sentence]))),
    ...section(paint, 'Calls', callLines.length === 0 ? ['none'] : callLines),
    ...(changes === undefined
      ? []
      : section(paint, 'What would change it', renderChanges(changes))),
  ]
    .join('\n')
    .trimEnd()
}

function renderChanges(changes: readonly (readonly string[])[]): readonly string[] {
  return changes.length === 0
    ? ['nothing that was tried']
    : changes.map((steps) => steps.join(', and '))
}
