import { ApiError, ok, type Endpoint, type Reply, type TenantRequest } from '../http.ts'
import { addLogEntry } from '../log.ts'
import { notEmulated } from '../not-emulated.ts'
import type { Tenant } from '../tenant.ts'
import { selectFields } from '../fields.ts'
import { offsetList, readInteger } from './paging.ts'
import { searchFor } from './search.ts'

// prettier-ignore
export const LOG_ENDPOINTS: readonly Endpoint[] = [
  ['GET', '/logs',      'read:logs read:logs_users', list],
  ['GET', '/logs/{id}', 'read:logs read:logs_users', show],
]

/** Newest first; with `from` the entries after that one, oldest first, as a log shipper reads them. */
function list({ store }: Tenant, request: TenantRequest): Reply {
  const { logs } = store.state
  const from = request.query.get('from')
  if (from !== null) {
    const take = readInteger(request.query, 'take', { fallback: 50, minimum: 1, maximum: 100 })
    const start = logs.findIndex(({ log_id }) => log_id === from) + 1
    return ok(logs.slice(start, start + take).map((entry) => selectFields(request, entry)))
  }
  const text = request.query.get('q') ?? request.query.get('search') ?? ''
  const found = logs.filter(searchFor(text, SEARCHABLE))
  return offsetList(request, 'logs', isOldestFirst(request) ? found : found.toReversed())
}

const SEARCHABLE = new Set(['type', 'client_id', 'user_id', 'connection', 'ip', 'log_id'])

function isOldestFirst({ query }: TenantRequest): boolean {
  const sort = query.get('sort') ?? 'date:-1'
  if (sort !== 'date:-1' && sort !== 'date:1') {
    throw new ApiError(501, notEmulated(`The order \`${sort}\``), 'not_emulated')
  }
  return sort === 'date:1'
}

function show({ store }: Tenant, { params }: TenantRequest): Reply {
  const entry = store.state.logs.find(({ log_id }) => log_id === params['id'])
  if (entry === undefined) throw new ApiError(404, 'The log event does not exist.')
  return ok(entry)
}

/** Writes a change through the Management API into the tenant's log: type `sapi`, no body, no token. */
export function logOperation(
  tenant: Tenant,
  { method, path, headers, caller }: TenantRequest,
  description: string,
): void {
  addLogEntry(tenant, {
    type: 'sapi',
    description,
    clientId: caller?.clientId,
    details: {
      user_agent: headers['user-agent'],
      details: { request: { method: method.toLowerCase(), path } },
    },
  })
}
