import { z } from 'zod'
import { ApiError, ok, type Endpoint, type Reply, type TenantRequest } from '../http.ts'
import type { Action, ActionVersion } from '../state.ts'
import type { Tenant } from '../tenant.ts'
import { LIVE_AFTER_MS, liveVersion } from '../action-build.ts'
import { showVersion } from './action-view.ts'
import { addVersion, findAction } from './actions.ts'
import { readPage, slice } from './paging.ts'
import { readBody } from './validation.ts'

// prettier-ignore
export const ACTION_VERSION_ENDPOINTS: readonly Endpoint[] = [
  ['GET',  '/actions/actions/{id}/versions',                  'read:actions',   list],
  ['GET',  '/actions/actions/{id}/versions/{version}',        'read:actions',   show],
  ['POST', '/actions/actions/{id}/versions/{version}/deploy', 'create:actions', deploy, 'Deploy an action version'],
]

function list(tenant: Tenant, request: TenantRequest): Reply {
  const now = tenant.now()
  const page = readPage(request)
  const action = findAction(tenant.store.state, request.params['id'])
  const newestFirst = action.versions.toReversed()
  return ok({
    versions: slice(newestFirst, page).map((version) => showWithState(action, version, now)),
    ...(newestFirst.length === 0 ? {} : { total: newestFirst.length }),
    ...(page.page === 0 ? {} : { page: page.page }),
    per_page: page.perPage,
  })
}

function show(tenant: Tenant, { params }: TenantRequest): Reply {
  const action = findAction(tenant.store.state, params['id'])
  return ok(showWithState(action, findVersion(action, params['version']), tenant.now()))
}

const deployBody = z.strictObject({ update_draft: z.boolean().optional() })

/** Recorded: going back to an old version makes a new version with its content. */
function deploy(tenant: Tenant, request: TenantRequest): Reply {
  const body = readBody(deployBody, request.body)
  const now = tenant.now()
  const { action, version } = tenant.store.update((state) => {
    const action = findAction(state, request.params['id'])
    const old = findVersion(action, request.params['version'])
    if (body.update_draft === true) {
      const { code, dependencies, runtime, secrets } = structuredClone(old)
      Object.assign(action, { code, dependencies, runtime, secrets })
    }
    return { action, version: addVersion(action, old, now + LIVE_AFTER_MS) }
  })
  return ok(showVersion(action, version, now))
}

function showWithState(action: Action, version: ActionVersion, now: number): object {
  return {
    ...showVersion(action, version, now),
    deployed: liveVersion(action, now)?.id === version.id,
  }
}

function findVersion(action: Action, id: string | undefined): ActionVersion {
  const version = action.versions.find((one) => one.id === id)
  if (version === undefined) throw new ApiError(404, 'That action version does not exist.')
  return version
}
