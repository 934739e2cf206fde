import { isDeepStrictEqual } from 'node:util'

/** Fields of an entity, in Auth0's names. */
export type Values = Readonly<Record<string, unknown>>

/** One field that differs, of an object the dotted path to it; without `before` it is new. */
export interface FieldChange {
  readonly field: string
  readonly before?: unknown
  readonly after: unknown
}

/** On where nothing is said of it: "Defaults to true". Anything else is off, or empty. */
const ON_BY_DEFAULT: readonly string[] = ['custom_login_page_on']

/** How a value differs from the wanted one, objects key by key. What the tenant has besides makes no difference. */
export function compareValues(
  field: string,
  wanted: unknown,
  existing: unknown,
): readonly FieldChange[] {
  if (isRecord(wanted) && isRecord(existing)) {
    return Object.entries(wanted).flatMap(([key, value]) =>
      compareValues(`${field}.${key}`, value, existing[key]),
    )
  }
  if (matches(wanted, existing) || (isAbsent(existing) && isNothing(field, wanted))) return []
  return [{ field, ...(existing !== undefined && { before: existing }), after: wanted }]
}

/** A wanted value with all that the existing one has besides: of objects the other keys. */
export function merged(wanted: unknown, existing: unknown): unknown {
  if (!isRecord(wanted) || !isRecord(existing)) return wanted
  const keys = Object.entries(wanted).map(([key, value]) => [key, merged(value, existing[key])])
  return { ...existing, ...(Object.fromEntries(keys) as Values) }
}

/** The value at a dotted path; `undefined` where there is none. */
export function valueAt(values: Values, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), values)
}

export function isRecord(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
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
    return isRecord(existing) && compareValues('', wanted, existing).length === 0
  }
  return isDeepStrictEqual(wanted, existing)
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null
}

// What is off, empty or null is not stored, or not shown, by every part of the Management API.
function isNothing(field: string, value: unknown): boolean {
  if (value === false) return !ON_BY_DEFAULT.includes(field)
  if (isAbsent(value) || value === '') return true
  if (Array.isArray(value)) return value.length === 0
  return isRecord(value) && Object.values(value).every((inner) => isNothing('', inner))
}
