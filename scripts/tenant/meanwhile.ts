import type { Found } from './merging-fetch.ts'
import type { SettingChange } from './plan.ts'
import { type Setting, type SettingSection } from './setting.ts'
import { compareSetting } from './settings.ts'
import type { FieldChange } from './values.ts'

/** What somebody else has changed of an entity after it was read and before it was written. */
export interface Meanwhile {
  readonly section: SettingSection
  readonly name: string
  readonly fields: readonly FieldChange[]
}

/** Compares entities as they were right before they were written with what was read, as far as they were written. */
export function changedMeanwhile(
  found: readonly Found[],
  changes: readonly SettingChange[],
  read: readonly Setting[],
): readonly Meanwhile[] {
  return found.flatMap(({ section, name, values }) => {
    const isThis = (one: { section: SettingSection; name: string }) =>
      one.section === section && one.name === name
    const before = read.find(isThis)
    const sent = changes.find(isThis)
    if (before === undefined || sent === undefined) return []
    const fields = Object.keys(sent.values).filter((field) => field in before.values)
    const then = pick(before, fields)
    const now = pick({ ...before, values }, fields)
    const all = [
      ...compareSetting(now, then).fields,
      // What is gone, which compares as something that the tenant of before has besides.
      ...compareSetting(then, now).fields.filter(isNew).map(reversed),
    ]
    return all.length === 0 ? [] : [{ section, name, fields: all }]
  })
}

function pick(setting: Setting, fields: readonly string[]): Setting {
  const values = Object.fromEntries(fields.map((field) => [field, setting.values[field]]))
  return { ...setting, values }
}

function isNew(change: FieldChange): boolean {
  return change.before === undefined
}

function reversed({ field, after }: FieldChange): FieldChange {
  return { field, before: after, after: null }
}
