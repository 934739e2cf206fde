import type { Terminal } from '../terminal/command.ts'
import { aligned, section } from '../terminal/render.ts'
import type { Explanation } from './explainer.ts'

/** An explanation for people, and the changes that would help where they were asked for. */
export function renderExplanation(
  explanation: Explanation,
  changes: readonly (readonly string[])[] | undefined,
  { paint }: Terminal,
): string {
  const { rule, where, calls } = explanation
  const rows = [
    ['reason', explanation.reason],
    ...(rule === undefined ? [] : [['rule', `${rule} (${where ?? ''})`]]),
    ['user sees', explanation.userSees],
  ]
  const callLines = calls.map(
    ({ command, arguments: given }) =>
      `api.${command}(${given.map((each) => JSON.stringify(each)).join(', ')})`,
  )
  return [
    paint('bold', explanation.sentence),
    ...aligned(rows).map((line) => `  ${line}`),
    '',
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
