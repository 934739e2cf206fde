import { aligned, section, type Paint } from '../../terminal/render.ts'
import type { Audit } from '../audit.ts'
import type { Severity } from '../tenant/findings/entry.ts'
import { coverageRows } from './coverage.ts'
import { findingInWords, groupFindings, remediesOf } from './finding-groups.ts'
import { abridged, columnTitle, MATRIX_NOTES, matricesOf, type Matrix } from './matrix.ts'
import { outcomeInWords } from './outcome-words.ts'
import { printable } from './printable.ts'
import {
  acceptanceInWords,
  callInWords,
  counted,
  casesInWords,
  coveredInWords,
  eventInWords,
  grouped,
  placeOf,
  subjectRows,
  verdictLine,
} from './words.ts'

/** Fits beside the titles of the flows into 120 columns. */
const COLUMNS = 3
const NAMES = 6

const STYLES: Readonly<Record<Severity, Parameters<Paint>[0]>> = {
  error: 'red',
  warning: 'yellow',
  note: 'dim',
}

/** An audit for the terminal: the verdict first, then what speaks against it, then what was looked at. */
export function renderText(raw: Audit, paint: Paint): string {
  const audit = printable(raw)
  const { verdict, paths, findings } = audit
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
    ...section(paint, 'Acceptances of what is not found', findings.unused.map(acceptanceInWords)),
    ...section(paint, 'Coverage', coverage(audit)),
    ...matricesOf(paths, COLUMNS).flatMap((matrix) =>
      section(paint, 'What happens in each flow', matrixLines(matrix)),
    ),
    ...section(paint, 'About the flows', MATRIX_NOTES),
    ...section(paint, `Checked in ${grouped(audit.exhaustive.cases)} cases`, checked(audit)),
    verdictLine(audit),
  ].join('\n')
}

function violations({ exhaustive }: Audit, paint: Paint): readonly string[] {
  return exhaustive.violations.flatMap((violation) => {
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
}

function openFindings({ findings }: Audit, paint: Paint): readonly string[] {
  return groupFindings(findings.open).flatMap((group) => [
    `${paint(STYLES[group.severity], group.severity)}  ${group.title} (${group.code})`,
    ...group.findings.flatMap((finding) => [
      `  ${findingInWords(finding)}`,
      ...(finding.expired === undefined
        ? []
        : [`  was accepted until ${finding.expired.expires}: ${finding.expired.reason}`]),
    ]),
    ...remediesOf(group).map((remedy) => `  → ${remedy}`),
    paint('dim', `  ${group.source}`),
  ])
}

function coverage(audit: Audit): readonly string[] {
  const acrs = audit.paths.flatMap((each) =>
    'acr' in each ? [[each.acr, `protected by ${columnTitle(each)}`, 'acr value'] as const] : [],
  )
  return aligned([
    ...coverageRows(audit).map(({ audience, says, scopes }) => [
      audience,
      says,
      abridged(scopes, NAMES),
    ]),
    ...acrs,
  ])
}

function matrixLines({ columns, rows }: Matrix): readonly string[] {
  return aligned([
    ['', ...columns.map(columnTitle)],
    ...rows.map(({ title, cells }) => [title, ...cells.map((path) => outcomeInWords(path).text)]),
  ])
}

function checked(audit: Audit): readonly string[] {
  const { rules } = audit.exhaustive
  return [...aligned(rules.map((rule) => [rule.id, casesInWords(rule)])), ...coveredInWords(audit)]
}
