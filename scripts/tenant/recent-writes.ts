import { UserError } from '../terminal/user-error.ts'
import type { Connection } from './connection.ts'
import { ONCE } from './sending.ts'
import { explainTenantError, missingScopes } from './tenant-error.ts'

/** A change through the Management API, as the tenant's log tells it. */
export interface RecentWrite {
  /** ISO 8601 */
  readonly at: string
  readonly what: string
  /** The application or the person. */
  readonly by: string
  /** A tool that owns what it writes. */
  readonly tool?: OwningTool
}

export type OwningTool = 'auth0-deploy-cli' | 'Terraform'

/** Which of the set-ups of docs/beside-other-tools.md a tenant is in, as far as its log tells. */
export type SetUp =
  /** Silence is no proof: an older change is not among those that were read. */
  | { readonly owner: 'none seen' }
  /** With the newest change that it made to Actions or their bindings. */
  | { readonly owner: OwningTool; readonly newest: RecentWrite }
  | { readonly owner: 'unknown'; readonly reason: string }

/** What the log of a tenant told, or why it could not be read. */
export type RecentWrites =
  | { readonly log: 'read'; readonly writes: readonly RecentWrite[] }
  | { readonly log: 'unreadable'; readonly reason: string }

/** The parts of a tenant that this package looks after. */
const OURS = /\/(actions|resource-servers|clients|guardian|tenants\/settings)\b/
/** Those that a tool which owns a tenant takes from everybody else. */
const ACTIONS = /\/actions\b/
/** As the tools name themselves in `User-Agent`. */
const TOOLS: readonly (readonly [RegExp, OwningTool])[] = [
  [/^deploy-cli\//, 'auth0-deploy-cli'],
  [/^Terraform-Provider-Auth0\//, 'Terraform'],
]
const MAX_SHOWN = 10
const PER_PAGE = 100

/**
 * The newest changes to the parts of a tenant that this package looks after, newest first.
 * @see https://auth0.com/docs/deploy-monitor/logs/log-event-type-codes (`sapi`, `mgmt_api_read`)
 */
export async function readRecentWrites(connection: Connection): Promise<RecentWrites> {
  const recent = await readWrites(connection, OURS)
  return recent.log === 'read' ? { log: 'read', writes: recent.writes.slice(0, MAX_SHOWN) } : recent
}

/** Looks for another tool among those that changed Actions or bindings. @throws ManagementError */
export async function readSetUp(connection: Connection): Promise<SetUp> {
  const recent = await readWrites(connection, ACTIONS)
  if (recent.log === 'unreadable') return { owner: 'unknown', reason: recent.reason }
  const newest = recent.writes.find(({ tool }) => tool !== undefined)
  return newest?.tool === undefined ? { owner: 'none seen' } : { owner: newest.tool, newest }
}

async function readWrites(connection: Connection, paths: RegExp): Promise<RecentWrites> {
  const { management, scopes, domain } = connection
  if (scopes !== undefined && !scopes.has('read:logs')) {
    return unreadable(missingScopes(['read:logs'], domain))
  }
  try {
    // The log is an extra, for which the drift need not wait.
    const newest = { per_page: PER_PAGE, sort: 'date:-1', search: 'type:sapi' }
    const { data } = await management.logs.list(newest, ONCE)
    return { log: 'read', writes: data.map(asRecord).flatMap((entry) => writeIn(entry, paths)) }
  } catch (error) {
    const explained = explainTenantError(error, connection)
    if (explained instanceof UserError) return unreadable(explained)
    throw explained
  }
}

function unreadable({ problems: [{ message }] }: UserError): RecentWrites {
  return { log: 'unreadable', reason: message }
}

function writeIn(entry: Readonly<Record<string, unknown>>, paths: RegExp): RecentWrite[] {
  const { request, auth } = asRecord(entry['details'])
  const { method, path } = asRecord(request)
  if (entry['type'] !== 'sapi' || typeof path !== 'string' || !paths.test(path)) return []
  if (method === 'get') return []
  const { name, email } = asRecord(asRecord(auth)['user'])
  const { date, description, user_name: userName, client_name: clientName } = entry
  const { user_agent: agent } = entry
  const tool = TOOLS.find(([pattern]) => typeof agent === 'string' && pattern.test(agent))?.[1]
  return [
    {
      at: firstText(date),
      what: firstText(description, `${String(method)} ${path}`),
      by: firstText(name, email, userName, clientName, 'somebody'),
      ...(tool && { tool }),
    },
  ]
}

function firstText(...values: readonly unknown[]): string {
  return values.find((value): value is string => typeof value === 'string' && value !== '') ?? ''
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
