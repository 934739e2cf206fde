import { placeOf } from '../../terminal/user-error.ts'
import type { Audit } from '../audit.ts'
import { abridged, firstOf } from '../../report/abridged.ts'
import { commentOf } from '../../report/comment.ts'
import { coverageInWords, coverageRows, wordsInWords } from './coverage.ts'
import { findingInWords, groupFindings, remediesOf } from './finding-groups.ts'
import { code, fenced, inline, table } from '../../report/markdown-text.ts'
import { matricesOf, matrixNotes, protectsInWords, rulesOf, thingsInWords } from './matrix.ts'
import { printable } from '../../terminal/printable.ts'
import {
  acceptanceInWords,
  callInWords,
  coveredInWords,
  eventInWords,
  expiredInWords,
  invariantRows,
  sinceInWords,
  subjectRows,
  unusedInWords,
  verdictLine,
} from './words.ts'
import { counted } from '../../report/counts.ts'
import { WAY_HEADS, wayRows } from './ways.ts'

const COLUMNS = 4
const RULES_IN_TITLE = 3
const NAMES = 20
const VIOLATIONS = 10
const FINDINGS_OF_A_KIND = 20
const REMEDIES = 3
const ROWS = 60

/** An audit as the comment on a pull request, the verdict first. */
export function renderMarkdown(raw: Audit): string {
  const audit = printable(raw)
  const heading = `### Step-up audit of ${code(audit.environment)}: ${inline(verdictLine(audit))}`
  // prettier-ignore
  return commentOf({
    heading,
    sections: [
      { ...unfolded('Violations'),              importance: 2, items: violations(audit) },
      { ...unfolded('Findings'),                importance: 3, items: findings(audit) },
      { ...unfolded('Since the last audit'),    importance: 4, items: since(audit) },
      { ...folded('What happens in each flow'), importance: 5, items: matrices(audit) },
      { ...folded('The policy in plain language'), importance: 7, items: plainLanguage(audit) },
      { ...folded('Every way to a token'),      importance: 8, items: ways(audit) },
      { ...folded('Coverage'),                  importance: 6, items: coverage(audit) },
      { ...folded('Accepted findings'),         importance: 4, items: accepted(audit) },
      { ...folded('What was checked'),          importance: 1, items: checked(audit) },
    ],
    whole: '`--html` and `--json`',
  })
}

function unfolded(title: string) {
  return { head: `<details open>\n<summary>${title}</summary>`, foot: '</details>' }
}

function folded(title: string) {
  return { head: `<details>\n<summary>${title}</summary>`, foot: '</details>' }
}

function since(audit: Audit): readonly string[] {
  const [first, ...issues] = sinceInWords(audit)
  return first === undefined ? [] : [inline(first), ...issues.map((issue) => `- ${inline(issue)}`)]
}

function violations({ exhaustive }: Audit): readonly string[] {
  const { shown, rest } = firstOf(exhaustive.violations, VIOLATIONS, 'violations')
  const counterexamples = shown.map((violation) =>
    [
      `**${inline(violation.title)}** (${code(violation.invariant)}), ${code(placeOf(violation.where))}, in ${counted(violation.count, 'case')}. Expected: ${inline(violation.expected)}. The smallest event, at ${code(violation.at)}, and the calls made:`,
      fenced('jsonc', eventInWords(violation)),
      fenced('js', violation.calls.map(callInWords).join('\n') || '// none'),
    ].join('\n\n'),
  )
  return [...counterexamples, ...rest.map(inline)]
}

function findings({ findings: { open } }: Audit): readonly string[] {
  return groupFindings(open).map((group) => {
    const found = firstOf(group.findings, FINDINGS_OF_A_KIND, 'of this kind')
    const remedies = firstOf(remediesOf(group), REMEDIES, 'remedies')
    return [
      `**${group.severity}: ${inline(group.title)}** ([${code(group.code)}](${group.source}))`,
      '',
      ...[...found.shown.map(openInWords), ...found.rest].map((line) => `- ${inline(line)}`),
      ...[...remedies.shown, ...remedies.rest].map((remedy) => `- → ${inline(remedy)}`),
    ].join('\n')
  })
}

function openInWords(finding: Audit['findings']['open'][number]): string {
  const { expired } = finding
  const words = findingInWords(finding)
  return expired === undefined ? words : `${words} (${expiredInWords(expired)})`
}

function matrices(audit: Audit): readonly string[] {
  return [
    ...matricesOf(audit.matrix, COLUMNS).map(({ columns, rows }) =>
      table(
        ['Flow', ...columns.map(headOf)],
        rows.map(({ title, cells }) => [
          inline(title),
          ...cells.map(({ says }) => says.map(inline).join('<br>')),
        ]),
      ),
    ),
    matrixNotes(audit).map(inline).join('<br>'),
  ]
}

function plainLanguage({ policy }: Audit): readonly string[] {
  const item = (title: string, rules: readonly string[], says: readonly string[]) =>
    [`**${title}** ${rules.join(', ')}`, '', ...says.map((each) => `- ${inline(each)}`)].join('\n')
  return [
    ...policy.says.map(({ protects, rules, says }) =>
      item(
        inline(protectsInWords(protects, NAMES)),
        rules.map(({ id }) => code(id)),
        says,
      ),
    ),
    ...policy.invariants.map(({ id, says }) => item('invariant', [code(id)], says)),
  ]
}

function ways(audit: Audit): readonly string[] {
  const rows = wayRows(audit).map(([{ name, source }, ...rest]) => [
    `[${inline(name)}](${source})`,
    ...rest.map(inline),
  ])
  return [table(WAY_HEADS, rows)]
}

function headOf(column: Audit['matrix']['columns'][number]): string {
  const rules = abridged(rulesOf(column), RULES_IN_TITLE)
  return `${inline(thingsInWords(column, RULES_IN_TITLE))}<br>${inline(rules)}`
}

function coverage(audit: Audit): readonly string[] {
  const { shown, rest } = firstOf(coverageRows(audit), ROWS, 'rows')
  const rows = shown.map(({ audience, says, scopes }) => [
    code(audience),
    inline(says),
    code(abridged(scopes, NAMES)),
  ])
  if (rows.length === 0) return []
  const head = ['Audience', 'Standing', 'Scopes']
  return [
    inline(coverageInWords(audit)),
    table(head, rows),
    ...rest.map(inline),
    inline(wordsInWords(audit)),
  ]
}

function accepted({ findings: { accepted: list, unused } }: Audit): readonly string[] {
  return [
    ...list.map(({ acceptance }) => `- ${inline(acceptanceInWords(acceptance))}`),
    ...unused.map((each) => `- ${unusedInWords(each)}: ${inline(acceptanceInWords(each))}`),
  ]
}

function checked(audit: Audit): readonly string[] {
  const rows = subjectRows(audit).map(([label, value]) => [inline(label), inline(value)])
  return [
    table(['', ''], rows),
    table(
      ['Invariant', 'Judged in'],
      invariantRows(audit).map((row) => row.map(inline)),
    ),
    ...coveredInWords(audit).map(inline),
    table(
      ['What no audit sees', 'Who keeps it safe'],
      audit.cannotSee.map(({ what, who }) => [inline(what), inline(who)]),
    ),
  ]
}
