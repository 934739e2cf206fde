import type { TenantRequest } from './http.ts'

/** Keeps or drops the fields named in `fields`, as `include_fields` says. */
export function selectFields({ query }: TenantRequest, item: unknown): unknown {
  const fields = query.get('fields')?.split(',')
  query.get('include_fields')
  if (fields === undefined) return item
  const isKept = query.get('include_fields') !== 'false'
  return Object.fromEntries(
    Object.entries(item as object).filter(([name]) => fields.includes(name) === isKept),
  )
}

/** @returns a copy of `item` without these fields */
export function without<T extends object, K extends keyof T>(
  item: T,
  ...names: readonly K[]
): Omit<T, K> {
  const entries = Object.entries(item).filter(([name]) => !names.includes(name as K))
  return Object.fromEntries(entries) as Omit<T, K>
}
