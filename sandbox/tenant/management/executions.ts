import { ApiError, ok, type Endpoint, type Reply, type TenantRequest } from '../http.ts'
import type { Tenant } from '../tenant.ts'

export const EXECUTION_ENDPOINTS: readonly Endpoint[] = [
  ['GET', '/actions/executions/{id}', 'read:actions', show],
]

/** As far as Auth0 has it: what an Action printed is for `GET /sandbox/executions`. */
function show({ oidc }: Tenant, { params }: TenantRequest): Reply {
  const execution = oidc.executions.find(({ id }) => id === params['id'])
  if (execution === undefined) throw new ApiError(404, 'That execution does not exist.')
  const { id, trigger, startedAt, endedAt, result } = execution
  const last = result.logs.length - 1
  return ok({
    id,
    trigger_id: trigger,
    status: 'final',
    results: result.logs.map(({ action }, index) => ({
      action_name: action,
      error:
        result.outcome === 'error' && index === last
          ? { id: 'action_error', msg: result.reason }
          : null,
      started_at: startedAt,
      ended_at: endedAt,
    })),
    created_at: startedAt,
    updated_at: endedAt,
  })
}
