import type { Audit, UnusedAcceptance } from '../audit.ts'
import { WHOLE_SHARE, type CheckedRule } from '../../proof/check-bundle.ts'
import type { Call } from '../../proof/run-bundle.ts'
import { UNREADABLE, type ReportedViolation } from '../code/reported-violation.ts'
import type { Acceptance } from '../findings/accepted.ts'
import { jsonText } from '../../terminal/printable.ts'
import { counted, grouped, rounded } from '../../report/counts.ts'

/** The verdict of an audit in one line: what is protected and where not, then what was found. */
export function verdictLine(audit: Audit): string {
  return `${headlineOf(audit)}; ${countsOf(audit)}`
}

/** The outcome, what is protected, and where not. */
export function headlineOf(audit: Audit): string {
  return `${outcomeInWords(audit)}: ${audit.verdict.headline}`
}

/** How much was found, in how many cases. */
export function countsOf({ verdict, exhaustive }: Audit): string {
  const { violations, errors, warnings, notes, accepted } = verdict
  const depth = exhaustive.depth === 'quick' ? ' (a quick look, no proof)' : ''
  const counts = [
    counted(violations, 'violation'),
    counted(errors, 'error'),
    counted(warnings, 'warning'),
    counted(notes, 'note'),
    `${accepted} accepted`,
  ]
  return `${counts.join(', ')}, in ${counted(exhaustive.cases, 'case')}${depth}`
}

/** The outcome, and that nobody looked at the tenant where that is so. */
function outcomeInWords({ verdict, tenant }: Audit): string {
  const isOfFiles = tenant.kind === 'tenant-file' && verdict.outcome === 'clean'
  return isOfFiles ? 'clean as far as the files tell' : verdict.outcome
}

/** What was audited, as label and value. */
export function subjectRows(audit: Audit): readonly (readonly [string, string])[] {
  const { policy, bundle, tenant, environment } = audit
  return [
    ['environment', environment],
    ['tenant', tenant.kind === 'tenant' ? tenant.domain : `as ${tenant.file} describes it`],
    ['as of', `${minuteOf(audit.at)} UTC`],
    ['run by', runInWords(audit)],
    ['commit', commitInWords(audit)],
    ['policy', `${policy.file}, SHA-256 of its bytes ${policy.fileSha256}`],
    ['', `SHA-256 of what it says ${policy.dataSha256}`],
    ...(policy.keywords ?? []).map(
      ({ keyword, value }) => ['', `\`##${keyword}##\` in it is ${value}`] as const,
    ),
    ['bundle', `${bundle.bytes} bytes, version ${bundle.version}, SHA-256 ${bundle.sha256}`],
    ...(audit.code.from === 'built' ? [] : [['audited', auditedInWords(audit)] as const]),
    ['engine', engineInWords(audit)],
    ['deployed', deployedInWords(audit)],
  ]
}

function auditedInWords({ code }: Audit): string {
  const what = code.from === 'file' ? code.name : `the deployed code of \`${code.name}\``
  return `${what}, ${code.bytes} bytes, SHA-256 ${code.sha256}`
}

/** Which engine the audited code has. */
function engineInWords({ code }: Audit): string {
  const { release, sha256 } = code.engine
  return release === undefined
    ? `no released one (SHA-256 ${sha256})`
    : `release ${release} (SHA-256 ${sha256})`
}

/** A time to the minute, without the words for its zone. */
function minuteOf(at: string): string {
  return at.slice(0, 16).replace('T', ' ')
}

function runInWords({ provenance: { pipeline } }: Audit): string {
  if (pipeline === undefined) return 'hand, or a pipeline that is not known here'
  const { name, by, url } = pipeline
  return [
    name,
    ...(by === undefined ? [] : [`for ${by}`]),
    ...(url === undefined ? [] : [url]),
  ].join(', ')
}

function commitInWords({ provenance: { commit, noCommit = '' } }: Audit): string {
  if (commit === undefined) return `not known: ${noCommit}`
  return `${commit.id}, ${commit.isClean ? 'nothing changed since' : 'with changes that are not committed'}`
}

/** Each invariant with the number of cases in which it was judged, those that every case tells together. */
export function invariantRows({ exhaustive }: Audit): readonly (readonly [string, string])[] {
  return exhaustive.invariants.map(({ name, cases }) => [name, counted(cases, 'case')] as const)
}

/** What has changed since an earlier audit; empty where none was named. */
export function sinceInWords({ since }: Audit): readonly string[] {
  if (since === undefined) return []
  const { fresh, resolved, stillOpen } = since
  const lines = (label: string, issues: typeof fresh) =>
    issues.map(({ code, subject }) => `${label}: ${code}${subject === '' ? '' : ` of ${subject}`}`)
  return [
    `Since ${minuteOf(since.at)} UTC: ${fresh.length} new, ${resolved.length} resolved, ${stillOpen.length} still open`,
    ...lines('new', fresh),
    ...lines('resolved', resolved),
    ...lines('still open', stillOpen),
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
        `${rounded(Number(combinations))} combinations.`
      : 'A quick look: every flow, and on top of it one field at a time. It is no proof; leave out --quick for the whole check.',
    `Read by the code, and varied, with how many classes of values: ${fields.join(', ')}.`,
    `One instance went through ${grouped(logins)} logins, each of another client, organization and user.`,
    reading,
    ...notes,
    'Every case was also judged by a second reading of the policy that shares no code with the Action.',
  ]
}
