import type { Where } from '../terminal/user-error.ts'
import type { Values } from './values.ts'

/** The sections of tenant.yaml that hold settings, in the order in which a plan lists them. */
export const SETTING_SECTIONS = [
  'resourceServers',
  'clients',
  'clientGrants',
  'guardianFactors',
  'guardianPolicies',
  'tenant',
] as const

export type SettingSection = (typeof SETTING_SECTIONS)[number]

/** Sections that a tenant has once, and what a plan calls them. */
const SINGLE: Readonly<Partial<Record<SettingSection, string>>> = {
  tenant: 'settings',
  guardianPolicies: 'policies',
}

/** Whether a tenant has the section once, and no list of it. */
export function isSingle(section: SettingSection): boolean {
  return section in SINGLE
}

/** One entity of a section. */
export interface Setting {
  readonly section: SettingSection
  /** Identifier of a resource server, name of anything else. */
  readonly name: string
  readonly values: Values
  /** The place of one of its fields in tenant.yaml. */
  readonly locate?: (field: string) => Where
}

/** The name under which a plan knows an entity of a section. */
export function nameIn(section: SettingSection, values: Values): string {
  const single = SINGLE[section]
  if (single !== undefined) return single
  if (section === 'clientGrants') return grantName(values)
  return String(values[section === 'resourceServers' ? 'identifier' : 'name'])
}

function grantName({ client_id, default_for, audience, subject_type }: Values): string {
  const users = subject_type === 'user' ? ' for users' : ''
  return `${String(client_id ?? default_for)} on ${String(audience)}${users}`
}
