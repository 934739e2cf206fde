import { createHash } from 'node:crypto'
import { authorshipOf, BANNER_MARK } from '../policy/banner.ts'
import { UserError } from '../terminal/user-error.ts'
import { placeBinding, type Binding, type NamedBinding } from './bindings.ts'
import type { Desired } from './desired.ts'
import { type Setting, type SettingSection } from './setting.ts'
import { compareSetting, type Note } from './settings.ts'
import type { FieldChange, Values } from './values.ts'

/** What a tenant is like now, as far as a deploy is concerned. */
export interface Snapshot {
  readonly action?: ActionSnapshot
  /** Bindings of post-login, in the order in which they run. */
  readonly bindings: readonly Binding[]
  readonly twins: readonly Twin[]
  /** Entities of the sections that are wanted; others of those sections too. */
  readonly settings: readonly Setting[]
}

/** An Action of another name that has code of this package deployed: ours, renamed, or that of another policy. */
export interface Twin {
  readonly name: string
  /** What its rules demand is demanded as well. */
  readonly isBound: boolean
}

export interface ActionSnapshot {
  readonly id: string
  readonly trigger: { readonly id: string; readonly version: string }
  readonly runtime: string
  /** The draft, which does not run. */
  readonly code: string
  readonly status: string
  readonly secrets: readonly string[]
  readonly deployed?: VersionSnapshot
}

export interface VersionSnapshot {
  readonly number: number
  readonly runtime: string
  readonly code: string
}

/** How the Action gets to be live: its draft is written first unless that is right already. */
export interface ActionChange {
  readonly op: 'add' | 'change'
  readonly section: 'actions'
  readonly name: string
  readonly write: 'create' | 'update' | 'none'
  readonly fields: readonly FieldChange[]
}

export interface BindingChange {
  readonly op: 'add' | 'change'
  readonly section: 'triggers'
  /** Name of the Action. */
  readonly name: string
  /** The one field `post-login`: names of the bound Actions in order. */
  readonly fields: readonly FieldChange[]
}

export interface SettingChange {
  readonly op: 'add' | 'change'
  readonly section: SettingSection
  readonly name: string
  readonly fields: readonly FieldChange[]
  /** What is sent, in Auth0's names. Of a list of scopes or an object it is only our part. */
  readonly values: Values
}

export type Change = ActionChange | BindingChange | SettingChange

/** What is in the tenant, is not ours, and stays. */
export interface Kept {
  readonly what: 'binding' | 'secret' | 'draft' | 'scope' | 'factor'
  readonly name: string
  /** The entity it belongs to. */
  readonly of?: string
}

/** What a deploy would change in a tenant, as a value: printed, or carried out. */
export interface Plan {
  readonly version: 1
  readonly environment: string
  readonly changes: readonly Change[]
  readonly kept: readonly Kept[]
  readonly twins: readonly Twin[]
  /** What tenant.yaml says and auth0-deploy-cli does not write so. */
  readonly notes: readonly Note[]
}

/**
 * Compares a tenant with what is wanted. Does no I/O.
 * @throws UserError when the wanted state cannot be reached without touching what is not ours
 */
export function assemblePlan(snapshot: Snapshot, desired: Desired): Plan {
  assertOurs(snapshot.action, desired.action.name)
  const compared = desired.settings.map((wanted) => compareWith(snapshot.settings, wanted))
  return {
    version: 1,
    environment: desired.environment,
    changes: [
      ...planAction(snapshot.action, desired.action),
      ...planBinding(snapshot, desired),
      ...compared.flatMap(({ changes }) => changes),
    ],
    kept: [...keptAround(snapshot, desired), ...compared.flatMap(({ kept }) => kept)],
    twins: snapshot.twins,
    notes: compared.flatMap(({ notes }) => notes),
  }
}

/** SHA-256 of code, in hex, as `step-up build` prints it. */
export function sha256(code: string): string {
  return createHash('sha256').update(code).digest('hex')
}

function assertOurs(action: ActionSnapshot | undefined, name: string): void {
  if (action === undefined) return
  if (action.trigger.id !== 'post-login') {
    throw new UserError({
      message: `the tenant has an Action \`${name}\` for the trigger \`${action.trigger.id}\`, and an Action keeps its trigger`,
      hint: 'rename one of the two',
    })
  }
  const code = action.deployed?.code ?? action.code
  if (code === '' || authorshipOf(code) !== 'foreign') return
  throw new UserError({
    message: `the tenant has an Action \`${name}\` that was not deployed by this package`,
    hint: `its code does not begin with \`${BANNER_MARK.trim()}\`: rename it, or give ours another name in tenant.yaml`,
  })
}

function planAction(
  existing: ActionSnapshot | undefined,
  wanted: Desired['action'],
): readonly ActionChange[] {
  const { name } = wanted
  const live = existing?.deployed
  const fields = [
    ...difference('code', live && sha256(live.code), wanted.sha256),
    ...difference('runtime', live?.runtime, wanted.runtime),
  ]
  if (existing === undefined) {
    return [{ op: 'add', section: 'actions', name, write: 'create', fields }]
  }
  if (fields.length === 0) return []
  const draftIsRight =
    existing.code === wanted.code &&
    existing.runtime === wanted.runtime &&
    existing.trigger.version === 'v3' &&
    existing.status === 'built'
  const write = draftIsRight ? 'none' : 'update'
  return [{ op: live ? 'change' : 'add', section: 'actions', name, write, fields }]
}

function planBinding(snapshot: Snapshot, desired: Desired): readonly BindingChange[] {
  const { name } = desired.action
  const placed = placeBinding<NamedBinding>(
    snapshot.bindings,
    { actionName: name },
    desired.position,
  )
  const before = snapshot.bindings.map(({ actionName }) => actionName)
  const after = placed.map(({ actionName }) => actionName)
  const fields = difference('post-login', before, after)
  if (fields.length === 0) return []
  return [{ op: before.includes(name) ? 'change' : 'add', section: 'triggers', name, fields }]
}

function difference(field: string, before: unknown, after: unknown): readonly FieldChange[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return []
  return [{ field, ...(before !== undefined && { before }), after }]
}

function compareWith(
  settings: readonly Setting[],
  wanted: Setting,
): Pick<Plan, 'kept' | 'notes'> & { readonly changes: readonly SettingChange[] } {
  const { section, name } = wanted
  const existing = settings.find((other) => other.section === section && other.name === name)
  const { fields, values, keptScopes, notes } = compareSetting(wanted, existing)
  const op = existing === undefined ? 'add' : 'change'
  return {
    notes,
    changes: fields.length === 0 ? [] : [{ op, section, name, fields, values }],
    kept: keptScopes.map((scope) => ({ what: 'scope', name: scope, of: name })),
  }
}

function keptAround({ action, bindings, settings }: Snapshot, desired: Desired): readonly Kept[] {
  const { name } = desired.action
  const wantedFactors = desired.settings.filter(({ section }) => section === 'guardianFactors')
  const draftIsUndeployed =
    action?.deployed?.code === desired.action.code && action.code !== desired.action.code
  return [
    ...bindings
      .filter(({ actionName }) => actionName !== name)
      .map(({ actionName }) => ({ what: 'binding', name: actionName }) as const),
    ...(action?.secrets ?? []).map(
      (secret) => ({ what: 'secret', name: secret, of: name }) as const,
    ),
    ...(draftIsUndeployed ? [{ what: 'draft', name } as const] : []),
    ...settings
      .filter(({ section, values }) => section === 'guardianFactors' && values['enabled'] === true)
      .filter((factor) => !wantedFactors.some((wanted) => wanted.name === factor.name))
      .map((factor) => ({ what: 'factor', name: factor.name }) as const),
  ]
}
