import { placeOf } from '../../terminal/user-error.ts'
import { aligned, section, type Paint } from '../../terminal/layout.ts'
import type { Audit } from '../audit.ts'
import type { Severity } from '../findings/entry.ts'
import { abridged, firstOf } from '../../report/abridged.ts'
import { coverageInWords, coverageRows, protectedBy, wordsInWords } from './coverage.ts'
import { findingInWords, groupFindings, remediesOf } from './finding-groups.ts'
import type { Matrix } from '../matrix/matrix.ts'
import { matricesOf, matrixNotes, protectsInWords, rulesOf } from './matrix.ts'
import { printable } from '../../terminal/printable.ts'
import {
  acceptanceInWords,
  callInWords,
  casesInWords,
  coveredInWords,
  eventInWords,
  expiredInWords,
  invariantRows,
  sinceInWords,
  subjectRows,
  unusedInWords,
  verdictLine,
} from './words.ts'
import { counted, grouped } from '../../report/counts.ts'
import { isOpen, wayRows } from './ways.ts'

/** Fits beside the titles of the flows into 120 columns. */
const COLUMNS = 3
const NAMES = 6
const RULES_IN_TITLE = 2

/** More than these nobody reads on a terminal. */
const MATRICES = 4
const VIOLATIONS = 10
const FINDINGS_OF_A_KIND = 10
const REMEDIES = 3
const ROWS = 20
const PROTECTIONS = 6

const STYLES: Readonly<Record<Severity, Parameters<Paint>[0]>> = {
  error: 'red',
  warning: 'yellow',
  note: 'dim',
}

/** An audit for the terminal: the verdict first, then what speaks against it, then what was looked at. */
export function renderText(raw: Audit, paint: Paint): string {
  const audit = printable(raw)
  const { verdict, findings } = audit
  const matrices = matricesOf(audit.matrix, COLUMNS)
  const columnsLeft = audit.matrix.columns.length - MATRICES * COLUMNS
  return [
    paint(verdict.outcome === 'clean' ? 'green' : 'red', verdictLine(audit)),
    ...aligned(subjectRows(audit)).map((row) => `  ${row}`),
    '',
    ...section(paint, 'Violations', violations(audit, paint)),
    ...section(paint, 'Findings', openFindings(audit, paint)),
    ...section(
      paint,
      'Accepted',
      findings.accepted.map((each) => acceptanceInWords(each.acceptance)),
    ),
    ...section(
      paint,
      'Acceptances of what is not found',
      findings.unused.map((each) => `${acceptanceInWords(each)} (${unusedInWords(each)})`),
    ),
    ...section(paint, 'Coverage', coverage(audit)),
    ...matrices
      .slice(0, MATRICES)
      .flatMap((matrix) => section(paint, 'What happens in each flow', matrixLines(matrix))),
    ...section(paint, 'About the flows', [
      ...(columnsLeft > 0
        ? [`and ${grouped(columnsLeft)} more columns, all of them in --json`]
        : []),
      ...matrixNotes(audit),
    ]),
    ...section(paint, 'The policy in plain language', plainLanguage(audit)),
    ...section(
      paint,
      'Every way to a token, what becomes of a protected scope there, and who has it',
      ways(audit),
    ),
    ...section(paint, 'Since the last audit', sinceInWords(audit)),
    ...section(paint, `Checked in ${grouped(audit.exhaustive.cases)} cases`, checked(audit)),
    ...section(
      paint,
      'Invariants, and in how many cases each was judged',
      aligned(invariantRows(audit)),
    ),
    ...section(
      paint,
      'What no audit sees, and who keeps it safe',
      aligned(audit.cannotSee.map(({ what, who }) => [what, who])),
    ),
    verdictLine(audit),
  ].join('\n')
}

function violations({ exhaustive }: Audit, paint: Paint): readonly string[] {
  const { shown, rest } = firstOf(exhaustive.violations, VIOLATIONS, 'violations')
  const lines = shown.flatMap((violation) => {
    const { invariant, where, title, count, expected, calls, at } = violation
    return [
      `${paint('red', 'violation')}  ${title} (${invariant})`,
      `  ${placeOf(where)}: in ${counted(count, 'case')}, the smallest at ${at}:`,
      ...eventInWords(violation)
        .split('\n')
        .map((line) => `    ${line}`),
      ...aligned([
        ['  calls', calls.map(callInWords).join('; ') || 'none'],
        ['  expected', expected],
      ]),
    ]
  })
  return [...lines, ...rest]
}

function openFindings({ findings }: Audit, paint: Paint): readonly string[] {
  return groupFindings(findings.open).flatMap((group) => {
    const found = firstOf(group.findings, FINDINGS_OF_A_KIND, 'of this kind')
    const remedies = firstOf(remediesOf(group), REMEDIES, 'remedies')
    return [
      `${paint(STYLES[group.severity], group.severity)}  ${group.title} (${group.code})`,
      ...found.shown.flatMap(findingLines).map((line) => `  ${line}`),
      ...found.rest.map((sentence) => `  ${sentence}`),
      ...remedies.shown.map((remedy) => `  → ${remedy}`),
      ...remedies.rest.map((sentence) => `  → ${sentence}`),
      paint('dim', `  ${group.source}`),
    ]
  })
}

function findingLines(finding: Audit['findings']['open'][number]): readonly string[] {
  const { expired } = finding
  return [findingInWords(finding), ...(expired === undefined ? [] : [expiredInWords(expired)])]
}

function coverage(audit: Audit): readonly string[] {
  const acrs = audit.matrix.columns.flatMap(({ things }) =>
    things.flatMap(({ protects, rules }) =>
      'acr' in protects ? [[protects.acr, protectedBy(rules, audit), 'acr value'] as const] : [],
    ),
  )
  const scopes = coverageRows(audit).map(
    (row) => [row.audience, row.says, abridged(row.scopes, NAMES)] as const,
  )
  const { shown, rest } = firstOf([...scopes, ...acrs], ROWS, 'rows')
  return [coverageInWords(audit), ...aligned(shown), ...rest, wordsInWords(audit)]
}

function matrixLines({ columns, rows }: Matrix): readonly string[] {
  return aligned([
    ['', ...columns.map((column) => abridged(rulesOf(column), RULES_IN_TITLE))],
    ...rows.flatMap(({ title, cells }) => {
      const lines = Math.max(...cells.map(({ says }) => says.length))
      return Array.from({ length: lines }, (_, i) => [
        i === 0 ? title : '',
        ...cells.map(({ says }) => says[i] ?? ''),
      ])
    }),
  ])
}

function plainLanguage({ policy }: Audit): readonly string[] {
  const { shown, rest } = firstOf(policy.says, PROTECTIONS, 'protected things')
  const invariants = firstOf(policy.invariants, PROTECTIONS, 'invariants')
  return [
    ...shown.flatMap(({ protects, rules, says }) => [
      `${protectsInWords(protects, NAMES)} (${rules.map(({ id }) => id).join(' + ')})`,
      ...says.map((sentence) => `  ${sentence}`),
    ]),
    ...rest,
    ...invariants.shown.flatMap(({ id, says }) => [
      `invariant ${id}`,
      ...says.map((sentence) => `  ${sentence}`),
    ]),
    ...invariants.rest,
  ]
}

// Those that no client has in one line: they are many, and what becomes of a scope there is no matter now.
function ways(audit: Audit): readonly string[] {
  const rows = wayRows(audit)
  const closed = rows.filter(([way]) => !isOpen(way)).map(([{ name }]) => name)
  const open = rows.filter(([way]) => isOpen(way))
  return [
    ...aligned(open.map(([{ name }, ...rest]) => [name, ...rest])),
    ...(closed.length === 0 ? [] : [`In no client that was seen: ${closed.join('; ')}`]),
  ]
}

function checked(audit: Audit): readonly string[] {
  const { shown, rest } = firstOf(audit.exhaustive.rules, ROWS, 'rules')
  return [
    ...aligned(shown.map((rule) => [rule.id, casesInWords(rule)])),
    ...rest,
    ...coveredInWords(audit),
  ]
}
