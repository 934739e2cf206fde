import { z } from 'zod'
import { ApiError } from '../http.ts'
import { storedOnly } from '../not-emulated.ts'
import type { Tenant } from '../tenant.ts'

/**
 * Checks a body as the Management API does: the first fault is the answer.
 *
 * @throws ApiError 400 `invalid_body`, in the wording of the service
 */
export function readBody<S extends z.ZodType>(schema: S, body: unknown): z.infer<S> {
  const result = schema.safeParse(body === undefined ? {} : body)
  if (result.success) return result.data
  const [first, ...others] = result.error.issues.map((issue) => ({
    message: `Payload validation error: ${describe(issue, body)}.`,
    path: issue.path,
  }))
  const refuse = ({ message, path }: (typeof others)[number], more?: ApiError[]): ApiError =>
    new ApiError(400, message, 'invalid_body', path, more)
  throw refuse(
    first ?? { message: 'Payload validation error: invalid.', path: [] },
    others.map((other) => refuse(other)),
  )
}

/** Tells the operator which settings of a body are kept and have no effect. */
export function noteStored(
  { report }: Tenant,
  kind: Parameters<typeof storedOnly>[0],
  body: object,
): void {
  const names = storedOnly(kind, body)
  if (names.length > 0) report?.(`kept without effect (${kind}): ${names.join(', ')}`)
}

/** The same for settings of which no field has an effect. */
export function noteDocument({ report }: Tenant, path: string): void {
  report?.(`kept without effect: ${path.slice(1)}`)
}

/** Fields that are stored as they come: their names, separated by white space. */
export function anyFields(names: string): Record<string, z.ZodOptional<z.ZodUnknown>> {
  return Object.fromEntries(
    names
      .trim()
      .split(/\s+/)
      .map((name) => [name, z.unknown().optional()]),
  )
}

function describe(issue: z.core.$ZodIssue, body: unknown): string {
  const path = [...issue.path]
  const value = valueAt(body, path)
  const missing = issue.code === 'invalid_type' && value === undefined ? path.pop() : undefined
  const where = path.length === 0 ? '' : ` on property ${render(path)}`
  const fault =
    missing === undefined ? faultOf(issue, value) : `Missing required property: ${String(missing)}`
  return `'${fault}'${where}`
}

function faultOf(issue: z.core.$ZodIssue, value: unknown): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return `Additional properties not allowed: ${issue.keys.join(',')}`
    case 'invalid_type':
      return `Expected type ${typeName(issue.expected)} but found type ${typeOf(value)}`
    case 'invalid_value':
      return `No enum match for: ${String(value)}`
    case 'too_small':
      return tooSmall(issue, value)
    case 'too_big':
      return tooBig(issue, value)
    case 'invalid_format':
      if (issue.pattern !== undefined && issue.format === 'regex') {
        return `String does not match pattern: ${issue.pattern}`
      }
      return `Object didn't pass validation for format ${issue.format}: ${String(value)}`
    case 'not_multiple_of':
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return issue.message
  }
}

function tooSmall({ origin, minimum }: z.core.$ZodIssueTooSmall, value: unknown): string {
  if (origin === 'string')
    return `String is too short (${lengthOf(value)} chars), minimum ${minimum}`
  if (origin === 'array') return `Array is too short (${lengthOf(value)}), minimum ${minimum}`
  return `Value ${String(value)} is less than minimum ${minimum}`
}

function tooBig({ origin, maximum }: z.core.$ZodIssueTooBig, value: unknown): string {
  if (origin === 'string')
    return `String is too long (${lengthOf(value)} chars), maximum ${maximum}`
  if (origin === 'array') return `Array is too long (${lengthOf(value)}), maximum ${maximum}`
  return `Value ${String(value)} is greater than maximum ${maximum}`
}

function lengthOf(value: unknown): number {
  return (value as { length: number }).length
}

function typeName(expected: string): string {
  return expected === 'int' ? 'integer' : expected === 'record' ? 'object' : expected
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  let value = body
  for (const key of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[key]
  return value
}

function render(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) =>
      typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${String(key)}`,
    )
    .join('')
}
