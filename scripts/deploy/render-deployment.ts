import type { Deployment } from '../tenant/deployment.ts'
import type { Meanwhile } from '../tenant/meanwhile.ts'
import type { Change, Kept, Twin } from '../tenant/plan.ts'
import type { Preflight } from '../tenant/preflight.ts'
import type { Note } from '../tenant/settings.ts'
import type { Tryout } from '../tenant/tryout.ts'
import type { FieldChange } from '../tenant/values.ts'
import type { Terminal } from '../terminal/command.ts'
import { aligned, section, type Paint } from '../terminal/layout.ts'
import { printable } from '../terminal/printable.ts'

const LABELS: Readonly<Record<Change['section'], string>> = {
  actions: 'action',
  triggers: 'binding',
  resourceServers: 'resource server',
  clients: 'application',
  clientGrants: 'client grant',
  guardianPolicies: 'MFA policy',
  guardianFactors: 'factor',
  tenant: 'tenant',
}

/** A deployment, and what was known of its rules before. */
export type JudgedDeployment = Deployment &
  Pick<Preflight, 'unknown'> & {
    /** Why it was made although nobody can satisfy a rule. */
    readonly evenSo?: Pick<Preflight, 'refusals'> & { readonly reason: string }
  }

/** What a deploy did and what is live, for people. The last line always has the same shape. */
export function renderDeployment(
  deployment: JudgedDeployment,
  tryouts: readonly Tryout[],
  { paint }: Terminal,
): string {
  return [
    ...section(paint, 'Changes', renderChanges(paint, deployment.changes)),
    ...section(paint, MEANWHILE, renderChanges(paint, deployment.meanwhile.map(asChange))),
    ...section(paint, `Live in ${deployment.environment}`, renderLive(deployment)),
    ...section(paint, 'Left alone', deployment.kept.map(renderKept)),
    ...section(paint, TWINS, deployment.twins.map(renderTwin)),
    ...section(paint, NOT_WRITTEN, deployment.notes.map(renderNote)),
    ...section(paint, 'Written by the whole import', renderWholeImport(deployment)),
    ...section(paint, 'Not known', deployment.unknown),
    ...section(paint, 'Deployed even so', renderEvenSo(deployment)),
    ...section(paint, 'Tried on the deployed code', renderTryouts(tryouts)),
    renderSummary(deployment),
  ].join('\n')
}

const MEANWHILE =
  'Changed by somebody else between reading and writing: kept, save for what tenant.yaml says'

/** The title above {@link renderNote}. */
export const NOT_WRITTEN = 'Not written by auth0-deploy-cli as tenant.yaml has it'

function asChange(meanwhile: Meanwhile): ChangeLike {
  return { ...meanwhile, op: 'change' }
}

function renderWholeImport({ wholeImport }: JudgedDeployment): readonly string[] {
  return wholeImport === undefined ? [] : [printable(wholeImport)]
}

function renderEvenSo({ evenSo }: JudgedDeployment): readonly string[] {
  if (evenSo === undefined) return []
  return [
    `reason: ${printable(evenSo.reason)}`,
    ...printable(evenSo.refusals).map(({ message }) => message),
  ]
}

/** A field of tenant.yaml that auth0-deploy-cli leaves out, or writes under another name. */
export function renderNote(note: Note): string {
  const { section, name, field, writtenAs, where, tenantHas } = printable(note)
  const how = writtenAs === undefined ? 'is left out' : `is written as \`${writtenAs}\``
  const has =
    tenantHas === undefined ? '' : `; the tenant has ${JSON.stringify(tenantHas)} and keeps it`
  return `${where === undefined ? '' : `${where}: `}\`${field}\` of ${LABELS[section]} ${name} ${how}${writtenAs === undefined ? has : ''}`
}

type ChangeLike = Pick<Change, 'op' | 'section' | 'name' | 'fields'>

/** Each change with its fields: new values, or old and new. */
export function renderChanges(paint: Paint, changes: readonly ChangeLike[]): readonly string[] {
  return printable(changes).flatMap(({ op, section: kind, name, fields }) => [
    `${op === 'add' ? paint('green', '+') : paint('yellow', '~')} ${LABELS[kind]} ${name}`,
    ...fields
      .filter(({ after }) => after !== name)
      .map((field) => `    ${op === 'add' ? renderNew(field) : renderBoth(field)}`),
  ])
}

function renderNew({ field, after }: FieldChange): string {
  return after === '' ? field : `${field}: ${renderValue(field, after)}`
}

function renderBoth({ field, before, after }: FieldChange): string {
  // A scope that is new and has no description.
  if (before === undefined && after === '') return field
  const [was, is] = [before, after].map((value) =>
    value === undefined || value === '' ? 'none' : renderValue(field, value),
  )
  return `${field}: ${was} → ${is}`
}

function renderValue(field: string, value: unknown): string {
  if (field === 'code') return String(value).slice(0, 12)
  if (Array.isArray(value)) return value.map((item) => renderValue('', item)).join(', ') || 'none'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function renderLive({ domain, live }: Deployment): readonly string[] {
  return aligned([
    ['tenant', domain],
    ['action', `${live.action}, version ${live.version}, ${live.runtime}`],
    ['sha-256', live.sha256],
    ['policy', live.policyHash],
    ['post-login', printable(live.bindings).join(', ')],
    ...live.rules.map(({ id, protects }) => ['rule', `${id}: ${protects}`] as const),
  ])
}

/** One thing that is not ours and stays. */
export function renderKept(kept: Kept): string {
  const { what, name, of } = printable(kept)
  const place = of === undefined ? '' : ` of ${of}`
  return what === 'draft' ? `undeployed draft of ${name}` : `${what} ${name}${place}`
}

/** The title above {@link renderTwin}. */
export const TWINS = 'Actions of other names that have code of this package'

/** An Action that may be ours, renamed. */
export function renderTwin(twin: Twin): string {
  const { name, isBound } = printable(twin)
  return isBound
    ? `${name}: bound, so what its rules demand is demanded as well`
    : `${name}: not bound, so it runs in no login`
}

function renderTryouts(tryouts: readonly Tryout[]): readonly string[] {
  return aligned(tryouts.map(({ scope, flow, outcome }) => [scope, flow, outcome]))
}

function renderSummary({ changes, environment }: Deployment): string {
  const added = changes.filter(({ op }) => op === 'add').length
  const counts = `${added} added, ${changes.length - added} changed, 0 removed.`
  return changes.length === 0
    ? `${counts} Nothing changed: ${environment} is as it should be, and nothing was written.`
    : `${counts} Read back from the tenant and found equal.`
}

/** A time of the tenant's log, to the second. @param at ISO 8601 */
export function secondOf(at: string): string {
  return at.slice(0, 19).replace('T', ' ')
}
