import type { Audit } from '../audit.ts'
import { coverageRows } from './coverage.ts'
import { findingInWords, groupFindings, remediesOf } from './finding-groups.ts'
import { code, fenced, inline, table } from './markdown-text.ts'
import { abridged, columnTitle, MATRIX_NOTES, matricesOf } from './matrix.ts'
import { outcomeInWords } from './outcome-words.ts'
import { printable } from '../../terminal/printable.ts'
import {
  acceptanceInWords,
  callInWords,
  counted,
  coveredInWords,
  eventInWords,
  placeOf,
  subjectRows,
  verdictLine,
} from './words.ts'

/** GitHub takes 65,536 characters in a comment; the rest is for what a pipeline adds. */
export const MARKDOWN_LIMIT = 60_000

const COLUMNS = 4
const NAMES = 20

/** A part that a reader unfolds. Its items can be left out one by one. */
interface Section {
  readonly title: string
  readonly state: 'open' | 'closed'
  readonly items: readonly string[]
}

/** An audit as the comment on a pull request, the verdict first. Never longer than {@link MARKDOWN_LIMIT}. */
export function renderMarkdown(raw: Audit): string {
  const audit = printable(raw)
  const heading = `### Step-up audit of ${code(audit.environment)}: ${inline(verdictLine(audit))}`
  return withinLimit(heading, [
    { title: 'Violations', state: 'open', items: violations(audit) },
    { title: 'Findings', state: 'open', items: findings(audit) },
    { title: 'What happens in each flow', state: 'closed', items: matrices(audit) },
    { title: 'Coverage', state: 'closed', items: coverage(audit) },
    { title: 'Accepted findings', state: 'closed', items: accepted(audit) },
    { title: 'What was checked', state: 'closed', items: checked(audit) },
  ])
}

function withinLimit(heading: string, sections: readonly Section[]): string {
  const shown = sections.filter(({ items }) => items.length > 0)
  const frames = shown.map((section) => framed(section, [cutSentence(section.items.length)]))
  let left = MARKDOWN_LIMIT - [heading, ...frames].join('').length - 1
  const parts = shown.map((section) => {
    const fitting = section.items.filter((item) => {
      const length = SEPARATOR.length + item.length
      if (length > left) return false
      left -= length
      return true
    })
    const missing = section.items.length - fitting.length
    return framed(section, missing === 0 ? fitting : [...fitting, cutSentence(missing)])
  })
  return `${[heading, ...parts].join('')}\n`
}

const SEPARATOR = '\n\n'

function framed({ title, state }: Section, items: readonly string[]): string {
  const details = state === 'open' ? '<details open>' : '<details>'
  const summary = `${details}\n<summary>${title}</summary>`
  return ['', summary, ...items, '</details>'].join(SEPARATOR)
}

function cutSentence(missing: number): string {
  return `_Cut here, as a comment takes no more: ${missing} of this section are left out. The whole audit is in \`--html\` and \`--json\`._`
}

function violations({ exhaustive }: Audit): readonly string[] {
  return exhaustive.violations.map((violation) =>
    [
      `**${inline(violation.title)}** (${code(violation.invariant)}), ${code(placeOf(violation.where))}, in ${counted(violation.count, 'case')}. Expected: ${inline(violation.expected)}. The smallest event, at ${code(violation.at)}, and the calls made:`,
      fenced('jsonc', eventInWords(violation)),
      fenced('js', violation.calls.map(callInWords).join('\n') || '// none'),
    ].join('\n\n'),
  )
}

function findings({ findings: { open } }: Audit): readonly string[] {
  return groupFindings(open).flatMap((group) => [
    `**${group.severity}: ${inline(group.title)}** ([${code(group.code)}](${group.source}))`,
    ...group.findings.map((finding) => `- ${inline(findingInWords(finding))}`),
    ...remediesOf(group).map((remedy) => `- → ${inline(remedy)}`),
  ])
}

function matrices({ paths }: Audit): readonly string[] {
  return [
    ...matricesOf(paths, COLUMNS).map(({ columns, rows }) =>
      table(
        ['Flow', ...columns.map((column) => inline(columnTitle(column)))],
        rows.map(({ title, cells }) => [
          inline(title),
          ...cells.map((path) => inline(outcomeInWords(path).text)),
        ]),
      ),
    ),
    MATRIX_NOTES.map(inline).join('<br>'),
  ]
}

function coverage(audit: Audit): readonly string[] {
  const rows = coverageRows(audit).map(({ audience, says, scopes }) => [
    code(audience),
    inline(says),
    code(abridged(scopes, NAMES)),
  ])
  return rows.length === 0 ? [] : [table(['Audience', 'Standing', 'Scopes'], rows)]
}

function accepted({ findings: { accepted: list, unused } }: Audit): readonly string[] {
  return [
    ...list.map(({ acceptance }) => `- ${inline(acceptanceInWords(acceptance))}`),
    ...unused.map((acceptance) => `- not found any more: ${inline(acceptanceInWords(acceptance))}`),
  ]
}

function checked(audit: Audit): readonly string[] {
  const rows = subjectRows(audit).map(([label, value]) => [inline(label), inline(value)])
  return [table(['', ''], rows), ...coveredInWords(audit).map(inline)]
}
