// The sandbox's own endpoints, for tests: what no tenant of Auth0 has. Off unless asked for.
import { z } from 'zod'
import { ApiError, noContent, ok, type Reply, type TenantRequest } from './http.ts'
import { faultPlan } from './faults.ts'
import { boundActions, execute } from './action-execution.ts'
import { readBody } from './management/validation.ts'
import { personOf } from './people.ts'
import type { Route } from './router.ts'
import type { Tenant } from './tenant.ts'

// prettier-ignore
export const CONTROL_ROUTES: readonly Route[] = [
  { method: 'POST',   path: '/sandbox/faults',                  handler: addFaults },
  { method: 'DELETE', path: '/sandbox/faults',                  handler: clearFaults },
  { method: 'GET',    path: '/sandbox/requests',                handler: listRequests },
  { method: 'DELETE', path: '/sandbox/requests',                handler: clearRequests },
  { method: 'GET',    path: '/sandbox/executions',              handler: listExecutions },
  { method: 'GET',    path: '/sandbox/clock',                   handler: readClock },
  { method: 'POST',   path: '/sandbox/clock',                   handler: moveClock },
  { method: 'GET',    path: '/sandbox/users',                   handler: listUsers },
  { method: 'POST',   path: '/sandbox/reset',                   handler: reset },
  { method: 'POST',   path: '/sandbox/triggers/{trigger}/run',  handler: runTrigger },
]

function addFaults({ faults }: Tenant, { body }: TenantRequest): Reply {
  faults.add(readBody(faultPlan, body))
  return noContent()
}

function clearFaults({ faults }: Tenant): Reply {
  faults.clear()
  return noContent()
}

function listRequests({ requests }: Tenant): Reply {
  return ok(requests.list())
}

function clearRequests({ requests }: Tenant): Reply {
  requests.clear()
  return noContent()
}

/** The runs of Actions, newest first: what each printed, asked for and came to. */
function listExecutions({ oidc }: Tenant): Reply {
  return ok(oidc.executions.toReversed())
}

function readClock({ now }: Tenant): Reply {
  return ok({ now: new Date(now()).toISOString() })
}

const clockBody = z.union([
  z.strictObject({ advanceSeconds: z.number().int().nonnegative() }),
  z.strictObject({ now: z.iso.datetime({ offset: true }) }),
])

/** Time goes forward only: what has expired stays so, until a reset. */
function moveClock(tenant: Tenant, { body }: TenantRequest): Reply {
  const given = readBody(clockBody, body)
  const seconds =
    'now' in given ? (Date.parse(given.now) - tenant.now()) / 1_000 : given.advanceSeconds
  if (seconds < 0) throw new ApiError(400, 'The clock goes forward only; a reset takes it back.')
  tenant.clock?.advance(seconds)
  return readClock(tenant)
}

/** Everything is as it was at the start: entities, sessions, logs, faults, the clock. */
function reset(tenant: Tenant): Reply {
  tenant.reset?.()
  return noContent()
}

function listUsers(tenant: Tenant): Reply {
  return ok(tenant.store.state.users.map((user) => personOf(tenant, user)))
}

const runBody = z.strictObject({ event: z.record(z.string(), z.unknown()) })

async function runTrigger(tenant: Tenant, { params, body }: TenantRequest): Promise<Reply> {
  if (params['trigger'] !== 'post-login') throw new ApiError(404, 'Not Found')
  const given = readBody(runBody, body)
  return ok(await execute(tenant, boundActions(tenant, 'post-login'), given))
}
