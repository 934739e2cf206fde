import type { Audit } from '../audit.ts'
import { WHOLE_SHARE, type CheckedRule } from '../../proof/check-bundle.ts'
import type { Call } from '../../proof/run-bundle.ts'
import type { Position } from '../finding.ts'
import { UNREADABLE, type ReportedViolation } from '../reported-violation.ts'
import type { Acceptance } from '../tenant/accepted.ts'
import { jsonText } from '../../terminal/printable.ts'
import { counted, rounded } from '../../report/counts.ts'

/** The verdict of an audit in one line. */
export function verdictLine({ verdict, exhaustive }: Audit): string {
  const { outcome, violations, errors, warnings, notes, accepted } = verdict
  const depth = exhaustive.depth === 'quick' ? ' (a quick look, no proof)' : ''
  const counts = [
    counted(violations, 'violation'),
    counted(errors, 'error'),
    counted(warnings, 'warning'),
    counted(notes, 'note'),
    `${accepted} accepted`,
  ]
  return `${outcome}: ${counts.join(', ')}, in ${counted(exhaustive.cases, 'case')}${depth}`
}

/** What was audited, as label and value. */
export function subjectRows(audit: Audit): readonly (readonly [string, string])[] {
  const { policy, bundle, tenant, environment } = audit
  return [
    ['environment', environment],
    ['tenant', tenant.kind === 'tenant' ? tenant.domain : `as ${tenant.file} describes it`],
    ['audited at', `${audit.at.slice(0, 16).replace('T', ' ')} UTC`],
    ['policy', `${policy.file}, sha-256 ${policy.sha256}`],
    ['bundle', `${bundle.bytes} bytes, version ${bundle.version}, sha-256 ${bundle.sha256}`],
    ['deployed', deployedInWords(audit)],
  ]
}

function deployedInWords({ deployed }: Audit): string {
  switch (deployed.state) {
    case 'not-looked-at':
      return 'not looked at; audit the tenant itself with --tenant'
    case 'missing':
      return 'nothing: the Action is not deployed'
    case 'same':
      return 'the same code as the bundle'
    case 'different':
      return `other code than the bundle, sha-256 ${deployed.sha256}`
  }
}

/** `file:line:column`. */
export function placeOf({ file, line, column }: Position): string {
  return `${file}:${line}:${column}`
}

/** A call as it is written in an Action. */
export function callInWords({ command, arguments: given }: Call): string {
  return `api.${command}(${given.map((each) => jsonText(each)).join(', ')})`
}

/** The event of a violation as JSON to be pasted; what cannot be read is marked by a comment. */
export function eventInWords({ event }: Pick<ReportedViolation, 'event'>): string {
  return jsonText(event, 2).replaceAll(JSON.stringify(UNREADABLE), 'null /* <throws> */')
}

/** What an acceptance is for. */
export function acceptanceInWords({ finding, subject, reason, expires }: Acceptance): string {
  const what = subject === undefined ? finding : `${finding} of ${subject}`
  return `${what}, until ${expires}: ${reason}`
}

/** Why a finding is open that was accepted once. */
export function expiredInWords({ expires, reason }: Acceptance): string {
  return `was accepted until ${expires}: ${reason}`
}

/** How many cases were run for a rule, and how much of all that can be they decide. */
export function casesInWords({ cases, covered }: CheckedRule): string {
  const part =
    covered >= WHOLE_SHARE ? 'all' : `${(Math.floor(covered * 1000) / 10).toFixed(1)} % of`
  return `${counted(cases, 'case')}, ${part} combinations`
}

/** Why the cases that were run stand for all. @see newExplorer */
export function coveredInWords({ exhaustive }: Audit): readonly string[] {
  const { depth, combinations, fieldsRead, limits } = exhaustive
  return [
    depth !== 'quick'
      ? 'The bundle keeps no state, so that its behaviour depends only on what it reads; each field that it reads took every class of values, together with the classes of the others. A case stands for every combination that differs from it only in fields that nobody read, so that together they decide ' +
        `${rounded(combinations)} combinations.`
      : 'A quick look: every flow, and on top of it one field at a time. It is no proof; leave out --quick for the whole check.',
    `Read by the bundle, and varied: ${fieldsRead.join(', ')}.`,
    ...limits.map((limit) => `Limit: ${limit}.`),
    'Every case was also judged by a second reading of the policy that shares no code with the Action.',
  ]
}
