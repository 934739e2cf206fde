// The sandbox's own endpoints, for tests: what no tenant of Auth0 has. Off unless asked for.
import { z } from 'zod'
import { ApiError, noContent, ok, type Reply, type TenantRequest } from './http.ts'
import { faultPlan } from './faults.ts'
import { boundActions, execute } from './management/action-execution.ts'
import { readBody } from './management/validation.ts'
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

const clockBody = z.strictObject({ advanceSeconds: z.number().int().nonnegative() })

/** Time goes forward only: what has expired stays so. */
function moveClock(tenant: Tenant, { body }: TenantRequest): Reply {
  const { advanceSeconds } = readBody(clockBody, body)
  tenant.advanceClock?.(advanceSeconds)
  return readClock(tenant)
}

const runBody = z.strictObject({ event: z.record(z.string(), z.unknown()) })

async function runTrigger(tenant: Tenant, { params, body }: TenantRequest): Promise<Reply> {
  if (params['trigger'] !== 'post-login') throw new ApiError(404, 'Not Found')
  const given = readBody(runBody, body)
  return ok(await execute(tenant, boundActions(tenant, 'post-login'), given))
}
