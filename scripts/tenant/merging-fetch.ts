import { nameIn, type SettingSection } from './setting.ts'
import { mergedWith } from './settings.ts'
import type { Values } from './values.ts'

/** An entity as it was right before it was written. */
export interface Found {
  readonly section: SettingSection
  readonly name: string
  readonly values: Values
}

/** Where entities live whose lists and objects others fill as well. */
const MERGED: readonly (readonly [path: RegExp, section: SettingSection])[] = [
  [/\/api\/v2\/resource-servers\/[^/]+$/, 'resourceServers'],
  [/\/api\/v2\/clients\/[^/]+$/, 'clients'],
  [/\/api\/v2\/tenants\/settings$/, 'tenant'],
]

/**
 * Wraps `fetch` so that each change of an entity reads it first and keeps in it what others have put there: Auth0
 * replaces lists and objects whole, and knows no condition for a write. So another write can be lost only within the
 * one request that follows.
 * @param found is told each entity as it was right before
 */
export function mergingFetch(send: typeof fetch, found: (entity: Found) => void): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    const section = MERGED.find(([path]) => path.test(url.pathname))?.[1]
    if (section === undefined || init?.method !== 'PATCH') return send(input, init)
    const { body, ...read } = init
    if (typeof body !== 'string') return send(input, init)
    const answer = await send(input, { ...read, method: 'GET' })
    if (!answer.ok) return answer
    const current = (await answer.json()) as Values
    found({ section, name: nameIn(section, current), values: current })
    const merged = mergedWith(section, current, JSON.parse(body) as Values)
    return send(input, { ...init, body: JSON.stringify(merged) })
  }
}
