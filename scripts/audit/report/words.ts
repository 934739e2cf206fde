import type { Audit, UnusedAcceptance } from '../audit.ts'
import { WHOLE_SHARE, type CheckedRule } from '../../proof/check-bundle.ts'
import type { Call } from '../../proof/run-bundle.ts'
import type { Position } from '../finding.ts'
import { UNREADABLE, type ReportedViolation } from '../reported-violation.ts'
import type { Acceptance } from '../tenant/accepted.ts'
import { jsonText } from '../../terminal/printable.ts'

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

/** `1 note`, `2 notes`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** A whole number with commas between thousands. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US')
}

/** A number so large that only its size matters: `4.1 trillion`. */
function rounded(count: number): string {
  return count.toLocaleString('en-US', {
    notation: 'compact',
    compactDisplay: 'long',
    maximumSignificantDigits: 2,
    useGrouping: true,
  })
}

/** What was audited, as label and value. */
export function subjectRows(audit: Audit): readonly (readonly [string, string])[] {
  const { policy, bundle, code, tenant, environment } = audit
  return [
    ['environment', environment],
    ['tenant', tenant.kind === 'tenant' ? tenant.domain : `as ${tenant.file} describes it`],
    ['as of', `${audit.at.slice(0, 16).replace('T', ' ')} UTC`],
    ['policy', `${policy.file}, sha-256 ${policy.sha256}`],
    ['bundle', `${bundle.bytes} bytes, version ${bundle.version}, sha-256 ${bundle.sha256}`],
    ...(code.from === 'built' ? [] : [['audited', auditedInWords(audit)] as const]),
    ['engine', engineInWords(audit)],
    ['deployed', deployedInWords(audit)],
  ]
}

function auditedInWords({ code }: Audit): string {
  const what = code.from === 'file' ? code.name : `the deployed code of \`${code.name}\``
  return `${what}, ${code.bytes} bytes, sha-256 ${code.sha256}`
}

/** Which engine the audited code has. */
function engineInWords({ code }: Audit): string {
  const { release, sha256 } = code.engine
  return release === undefined
    ? `no released one (sha-256 ${sha256})`
    : `release ${release} (sha-256 ${sha256})`
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
export function acceptanceInWords({
  finding,
  subject,
  reason,
  expires,
  ...approval
}: Acceptance): string {
  const { approvedBy, ticket } = approval
  const what = subject === undefined ? finding : `${finding} of ${subject}`
  const by = approvedBy === undefined ? '' : `, approved by ${approvedBy}`
  return `${what}, until ${expires}: ${reason}${by}${ticket === undefined ? '' : ` (${ticket})`}`
}

/** What becomes of an acceptance that is for nothing. */
export function unusedInWords({ lookedFor }: UnusedAcceptance): string {
  return lookedFor ? 'not found any more' : 'not looked for'
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

/** What was done, and what stands for what was not. @see newExplorer */
export function coveredInWords({ exhaustive, code }: Audit): readonly string[] {
  const { depth, combinations, varied, limits, logins } = exhaustive
  const notes = limits.map((limit) => `Limit: ${limit}.`)
  if (!code.wasRun) return notes
  const fields = varied.map(({ field, classes }) => `${field} (${classes})`)
  const reading =
    code.engine.release === undefined
      ? 'The code was read, each text and number in it was tried as a value, and it was noted which of its turns no case took.'
      : 'The engine is a released one, byte for byte: that it keeps no state and reads nothing but the event and the time was read in its code before the release.'
  return [
    depth !== 'quick'
      ? 'A search bounded by a number of cases. Each field that the code read took its classes of values together with those of other fields; a case stands for every combination that differs from it only in fields that nobody read, so that together they decide ' +
        `${rounded(combinations)} combinations.`
      : 'A quick look: every flow, and on top of it one field at a time. It is no proof; leave out --quick for the whole check.',
    `Read by the code, and varied, with how many classes of values: ${fields.join(', ')}.`,
    `One instance went through ${grouped(logins)} logins, each of another client, organization and user.`,
    reading,
    ...notes,
    'Every case was also judged by a second reading of the policy that shares no code with the Action.',
  ]
}
