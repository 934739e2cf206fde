import type { SettingChange } from './plan.ts'
import { isSingle } from './setting.ts'

/** Sections with their entities, in the format of auth0-deploy-cli. */
export type Assets = Readonly<Record<string, unknown>>

/** Changed settings as auth0-deploy-cli has them: a list per section, of what a tenant has once a map. */
export function assetsOf(changes: readonly SettingChange[]): Assets {
  const assets: Record<string, unknown> = {}
  for (const { section, values } of changes) {
    if (isSingle(section)) assets[section] = values
    else assets[section] = [...((assets[section] ?? []) as unknown[]), values]
  }
  return assets
}
