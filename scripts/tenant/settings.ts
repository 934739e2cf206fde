import { placeOf, type Where } from '../terminal/user-error.ts'
import { asWritten, type Unwritten } from './as-written.ts'
import { nameIn, SETTING_SECTIONS, type Setting, type SettingSection } from './setting.ts'
import type { TenantFile } from './tenant-file.ts'
import { compareValues, merged, valueAt, type FieldChange, type Values } from './values.ts'

/** A field of tenant.yaml that is written differently to the tenant. */
export interface Note extends Unwritten {
  readonly section: SettingSection
  readonly name: string
  /** Its place in tenant.yaml. */
  readonly where?: string
  /** What the tenant has in its place, where that is something else. */
  readonly tenantHas?: unknown
}

/** How a setting differs from what is wanted, and what would be written to mend that. */
export interface SettingDifference {
  readonly fields: readonly FieldChange[]
  /** What is sent: the fields that differ, and what the entity is known by. */
  readonly values: Values
  /** Scopes of the tenant that are not wanted but stay. */
  readonly keptScopes: readonly string[]
  readonly notes: readonly Note[]
}

interface Scope {
  readonly value: string
  readonly description?: string
}

/** The settings that tenant.yaml names, one for each entity. */
export function settingsOf(
  file: TenantFile,
  locate?: (path: readonly PropertyKey[]) => Where,
): readonly Setting[] {
  return SETTING_SECTIONS.flatMap((section) => {
    const content = file[section]
    if (content === undefined) return []
    const isList = Array.isArray(content)
    return (isList ? content : [content]).map((values: Values, i) => ({
      section,
      name: nameIn(section, values),
      values,
      ...(locate && {
        locate: (field: string) => locate([section, ...(isList ? [i] : []), ...field.split('.')]),
      }),
    }))
  })
}

/** What an entity is known by: it is sent with every change. */
const KNOWN_BY: Readonly<Partial<Record<SettingSection, readonly string[]>>> = {
  resourceServers: ['name', 'identifier'],
  clients: ['name'],
  clientGrants: ['client_id', 'default_for', 'audience', 'subject_type'],
  guardianFactors: ['name'],
}

/**
 * Compares only the fields that are wanted, as far as they can be written. Scopes of a resource server are merged,
 * never replaced: other teams add scopes too, and a scope taken away breaks whoever asks for it.
 */
export function compareSetting(wanted: Setting, existing: Setting | undefined): SettingDifference {
  const { section } = wanted
  const before = existing?.values
  const { values, unwritten } = asWritten(wanted, before === undefined ? 'create' : 'update')
  const fields = Object.entries(values)
    .map(([field, value]) => [field, compareField(section, field, { value, before })] as const)
    .toSorted(([a], [b]) => Number(isScopes(section, a)) - Number(isScopes(section, b)))
  const known = (KNOWN_BY[section] ?? []).map((field) => [field, values[field] ?? before?.[field]])
  const differing = fields.filter(([, changes]) => changes.length > 0)
  return {
    fields: fields.flatMap(([, changes]) => changes),
    values: Object.fromEntries([
      ...known.filter(([, value]) => value !== undefined),
      ...differing.map(([field]) => [field, values[field]]),
    ]) as Values,
    keptScopes: keptScopes(wanted, before),
    notes: unwritten.map((one) => noteOf(one, wanted, before)),
  }
}

function compareField(
  section: SettingSection,
  field: string,
  { value, before }: { readonly value: unknown; readonly before: Values | undefined },
): readonly FieldChange[] {
  if (isScopes(section, field)) return compareScopes(value as Scope[], scopesIn(before))
  if (before === undefined) return [{ field, after: value }]
  const has = section === 'tenant' ? lifetimeIn(before, { field, value }) : before[field]
  return compareValues(field, value, has)
}

/**
 * What to send of a change so that nothing is lost: of an object all that the tenant has in it, of scopes those of
 * others too. For Auth0 replaces both whole.
 */
export function mergedWith(section: SettingSection, current: Values, sent: Values): Values {
  const values = Object.fromEntries(
    Object.entries(sent).map(([field, value]) => [
      field,
      isScopes(section, field)
        ? mergeScopes(value as Scope[], scopesIn(current))
        : merged(value, current[field]),
    ]),
  )
  return asWritten({ section, values }, 'update').values
}

function isScopes(section: SettingSection, field: string): boolean {
  return section === 'resourceServers' && field === 'scopes'
}

function scopesIn(values: Values | undefined): readonly Scope[] {
  return (values?.['scopes'] ?? []) as Scope[]
}

function mergeScopes(wanted: readonly Scope[], existing: readonly Scope[]): readonly Scope[] {
  const values = new Set(existing.map(({ value }) => value))
  return [
    ...existing.map((scope) => ({
      ...scope,
      ...wanted.find(({ value }) => value === scope.value),
    })),
    ...wanted.filter(({ value }) => !values.has(value)),
  ]
}

function compareScopes(
  wanted: readonly Scope[],
  existing: readonly Scope[],
): readonly FieldChange[] {
  const byValue = new Map(existing.map((scope) => [scope.value, scope]))
  return wanted.flatMap(({ value, description }) => {
    const field = `scope ${value}`
    const before = byValue.get(value)
    if (before === undefined) return [{ field, after: description ?? '' }]
    if (description === undefined || description === (before.description ?? '')) return []
    return [{ field, before: before.description ?? '', after: description }]
  })
}

function keptScopes({ section, values }: Setting, before: Values | undefined): readonly string[] {
  if (!isScopes(section, 'scopes') || values['scopes'] === undefined) return []
  const wanted = new Set(scopesIn(values).map(({ value }) => value))
  return scopesIn(before)
    .map(({ value }) => value)
    .filter((value) => !wanted.has(value))
}

const IN_MINUTES = '_in_minutes'

/** The field under which the tenant shows a field: lifetimes of sessions that were sent in minutes in hours. */
export function shownAs(field: string): string {
  return field.endsWith(IN_MINUTES) ? field.slice(0, -IN_MINUTES.length) : field
}

// auth0-deploy-cli sends whole minutes, also of hours, and Auth0 shows hours.
function lifetimeIn(
  before: Values,
  { field, value }: { readonly field: string; readonly value: unknown },
): unknown {
  const has = before[field]
  const hours = before[shownAs(field)]
  if (!/session_lifetime/.test(field) || typeof hours !== 'number') return has
  const minutes = Math.round(hours * 60)
  if (field.endsWith(IN_MINUTES)) return has ?? minutes
  return Math.round(Number(value) * 60) === minutes ? value : has
}

function noteOf(
  { field, writtenAs }: Unwritten,
  { section, name, values, locate }: Setting,
  before: Values | undefined,
): Note {
  const has = before && valueAt(before, writtenAs ?? field)
  const isOther =
    before !== undefined && compareValues(field, valueAt(values, field), has).length > 0
  return {
    ...{ section, name, field },
    ...(writtenAs !== undefined && { writtenAs }),
    ...(locate && { where: placeOf(locate(field)) }),
    // A secret is compared and never shown.
    ...(isOther && field !== 'signing_secret' && { tenantHas: has ?? null }),
  }
}
