import { isDeepStrictEqual } from 'node:util'
import type { TenantFile } from './tenant-file.ts'

/** The sections of tenant.yaml that hold settings, in the order in which a plan lists them. */
export const SETTING_SECTIONS = ['resourceServers', 'clients', 'guardianFactors', 'tenant'] as const

export type SettingSection = (typeof SETTING_SECTIONS)[number]

/** One entity of a section with its fields in Auth0's names. */
export interface Setting {
  readonly section: SettingSection
  /** Identifier of a resource server, name of anything else. */
  readonly name: string
  readonly values: Readonly<Record<string, unknown>>
}

/** One field that differs; without `before` it is new. */
export interface FieldChange {
  readonly field: string
  readonly before?: unknown
  readonly after: unknown
}

/** How a setting differs from what is wanted, and what would be written to mend that. */
export interface SettingDifference {
  readonly fields: readonly FieldChange[]
  /** The wanted values, with what the tenant has besides where a list is merged. */
  readonly values: Readonly<Record<string, unknown>>
  /** Scopes of the tenant that are not wanted but stay. */
  readonly keptScopes: readonly string[]
}

interface Scope {
  readonly value: string
  readonly description?: string
}

/** The name under which a plan knows an entity of a section. */
export function nameIn(section: SettingSection, values: Readonly<Record<string, unknown>>): string {
  if (section === 'tenant') return 'settings'
  return String(values[section === 'resourceServers' ? 'identifier' : 'name'])
}

/** The settings that tenant.yaml names, one for each entity. */
export function settingsOf(file: TenantFile): readonly Setting[] {
  return SETTING_SECTIONS.flatMap((section) => {
    const content = file[section]
    if (content === undefined) return []
    const entities = Array.isArray(content) ? content : [content]
    return entities.map((values) => ({ section, name: nameIn(section, values), values }))
  })
}

/**
 * Compares only the fields that are wanted. Scopes of a resource server are merged, never replaced:
 * other teams add scopes too, and a scope taken away breaks whoever asks for it.
 */
export function compareSetting(wanted: Setting, existing: Setting | undefined): SettingDifference {
  const before = existing?.values ?? {}
  if (wanted.section !== 'resourceServers' || wanted.values['scopes'] === undefined) {
    return { fields: compareFields(wanted.values, before), values: wanted.values, keptScopes: [] }
  }
  const { scopes: wantedScopes, ...rest } = wanted.values
  const merged = mergeScopes(wantedScopes as Scope[], (before['scopes'] ?? []) as Scope[])
  return {
    fields: [...compareFields(rest, before), ...merged.fields],
    values: { ...rest, scopes: merged.scopes },
    keptScopes: merged.kept,
  }
}

function compareFields(
  wanted: Readonly<Record<string, unknown>>,
  before: Readonly<Record<string, unknown>>,
): FieldChange[] {
  return Object.entries(wanted)
    .filter(([field, after]) => !matches(after, before[field]))
    .map(([field, after]) => ({
      field,
      ...(before[field] !== undefined && { before: before[field] }),
      after,
    }))
}

// Auth0 treats lists of settings as sets, and adds fields of its own to objects.
function matches(wanted: unknown, existing: unknown): boolean {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(existing)) return false
    return (
      wanted.every((item) => existing.some((other) => matches(item, other))) &&
      existing.every((other) => wanted.some((item) => matches(item, other)))
    )
  }
  if (isRecord(wanted)) {
    return (
      isRecord(existing) &&
      Object.entries(wanted).every(([key, value]) => matches(value, existing[key]))
    )
  }
  return isDeepStrictEqual(wanted, existing)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function mergeScopes(wanted: readonly Scope[], existing: readonly Scope[]) {
  const wantedByValue = new Map(wanted.map((scope) => [scope.value, scope]))
  const existingByValue = new Map(existing.map((scope) => [scope.value, scope]))
  return {
    scopes: [
      ...existing.map((scope) => ({ ...scope, ...wantedByValue.get(scope.value) })),
      ...wanted.filter(({ value }) => !existingByValue.has(value)),
    ],
    fields: wanted.flatMap((scope) => compareScope(scope, existingByValue.get(scope.value))),
    kept: existing.map(({ value }) => value).filter((value) => !wantedByValue.has(value)),
  }
}

function compareScope({ value, description }: Scope, existing: Scope | undefined): FieldChange[] {
  const field = `scope ${value}`
  if (existing === undefined) return [{ field, after: description ?? '' }]
  if (description === undefined || description === existing.description) return []
  return [{ field, before: existing.description ?? '', after: description }]
}
