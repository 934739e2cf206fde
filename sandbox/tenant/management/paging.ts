import { ApiError, ok, type Reply, type TenantRequest } from '../http.ts'
import { selectFields } from '../fields.ts'

const MAX_PER_PAGE = 100

export interface Page {
  readonly page: number
  readonly perPage: number
}

/** Reads `page` and `per_page`. @throws ApiError 400 `invalid_query_string` */
export function readPage({ query }: TenantRequest, defaultPerPage = 50): Page {
  return {
    page: readInteger(query, 'page', { fallback: 0, minimum: 0, maximum: Infinity }),
    perPage: readInteger(query, 'per_page', {
      fallback: defaultPerPage,
      minimum: 1,
      maximum: MAX_PER_PAGE,
    }),
  }
}

export function slice<T>(items: readonly T[], { page, perPage }: Page): readonly T[] {
  return items.slice(page * perPage, (page + 1) * perPage)
}

/** A list with offsets: the bare array, or with `include_totals=true` an object. */
export function offsetList(request: TenantRequest, name: string, items: readonly unknown[]): Reply {
  const page = readPage(request)
  readSelection(request)
  const part = slice(items, page).map((item) => selectFields(request, item))
  if (request.query.get('include_totals') !== 'true') return ok(part)
  return ok({
    total: items.length,
    start: page.page * page.perPage,
    limit: page.perPage,
    [name]: part,
  })
}

/** A list with checkpoints when `take` or `from` is asked for, with offsets otherwise. */
export function checkpointList(
  request: TenantRequest,
  name: string,
  items: readonly unknown[],
): Reply {
  const { query } = request
  if (!query.has('take') && !query.has('from')) return offsetList(request, name, items)
  const take = readInteger(query, 'take', { fallback: 50, minimum: 1, maximum: MAX_PER_PAGE })
  const start = readCheckpoint(query.get('from'))
  readSelection(request)
  query.get('include_totals')
  const part = items.slice(start, start + take).map((item) => selectFields(request, item))
  const next = start + take < items.length ? { next: writeCheckpoint(start + take) } : {}
  return ok({ [name]: part, ...next })
}

/** An empty list has no item whose fields could be selected, and the parameters count as read all the same. */
function readSelection({ query }: TenantRequest): void {
  query.get('fields')
  query.get('include_fields')
}

/** @throws ApiError 400 `invalid_query_string` unless it is an integer within the limits */
export function readInteger(
  query: URLSearchParams,
  name: string,
  limits: { fallback: number; minimum: number; maximum: number },
): number {
  const text = query.get(name)
  if (text === null) return limits.fallback
  const value = /^-?\d+$/.test(text) ? Number(text) : undefined
  if (value === undefined) {
    throw invalidQuery(`'Expected type integer but found type string' on property ${name}`)
  }
  if (value < limits.minimum) {
    throw invalidQuery(
      `'Value ${value} is less than minimum ${limits.minimum}' on property ${name}`,
    )
  }
  if (value > limits.maximum) {
    throw invalidQuery(
      `'Value ${value} is greater than maximum ${limits.maximum}' on property ${name}`,
    )
  }
  return value
}

function invalidQuery(fault: string): ApiError {
  return new ApiError(400, `Query validation error: ${fault}.`, 'invalid_query_string')
}

function readCheckpoint(from: string | null): number {
  if (from === null || from === '') return 0
  const start = Number(Buffer.from(from, 'base64url').toString())
  if (!Number.isInteger(start)) {
    throw new ApiError(400, 'The checkpoint of parameter from is invalid.', 'invalid_query_string')
  }
  return start
}

function writeCheckpoint(start: number): string {
  return Buffer.from(String(start)).toString('base64url')
}
