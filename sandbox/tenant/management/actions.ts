import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { ApiError, created, noContent, ok, type Endpoint, type Reply } from '../http.ts'
import type { TenantRequest } from '../http.ts'
import type { Action, ActionVersion, TenantState } from '../state.ts'
import type { Tenant } from '../tenant.ts'
import { applyBody, createActionBody, updateActionBody } from './action-body.ts'
import { LIVE_AFTER_MS, buildStatus, builtAt, liveVersion } from '../action-build.ts'
import { execute } from '../action-execution.ts'
import { showAction, showVersion } from './action-view.ts'
import { readPage, slice } from './paging.ts'
import { readBody } from './validation.ts'

const MAX_ACTIONS = 100
const MAX_VERSIONS = 50

// prettier-ignore
export const ACTION_ENDPOINTS: readonly Endpoint[] = [
  ['GET',    '/actions/actions',             'read:actions',   list],
  ['POST',   '/actions/actions',             'create:actions', create, 'Create an action'],
  ['GET',    '/actions/actions/{id}',        'read:actions',   show],
  ['PATCH',  '/actions/actions/{id}',        'update:actions', update, 'Update an action'],
  ['DELETE', '/actions/actions/{id}',        'delete:actions', remove, 'Delete an action'],
  ['POST',   '/actions/actions/{id}/deploy', 'create:actions', deploy, 'Deploy an action'],
  ['POST',   '/actions/actions/{id}/test',   'create:actions', test],
  ['GET',    '/actions/modules',             'read:actions',   listModules],
]

function list(tenant: Tenant, request: TenantRequest): Reply {
  const { query } = request
  const now = tenant.now()
  const page = readPage(request)
  const [trigger, name, deployed] = ['triggerId', 'actionName', 'deployed'].map((one) =>
    query.get(one),
  )
  const matching = tenant.store.state.actions.filter(
    (action) =>
      (trigger ?? triggerOf(action)) === triggerOf(action) &&
      (name ?? action.name) === action.name &&
      (deployed ?? String(isLive(action, now))) === String(isLive(action, now)),
  )
  // Recorded: a field that is zero is left out.
  return ok({
    actions: slice(matching, page).map((action) => showAction(tenant, action, now)),
    ...(matching.length === 0 ? {} : { total: matching.length }),
    ...(page.page === 0 ? {} : { page: page.page }),
    per_page: page.perPage,
  })
}

function create(tenant: Tenant, request: TenantRequest): Reply {
  const { deploy: isDeployed = false, ...body } = readBody(createActionBody, request.body)
  const now = tenant.now()
  const at = new Date(now).toISOString()
  const outcome = tenant.faults.nextBuild()
  const action = tenant.store.update((state) => {
    if (state.actions.length >= MAX_ACTIONS) {
      throw new ApiError(
        403,
        `You reached the limit of ${MAX_ACTIONS} actions.`,
        'too_many_actions',
      )
    }
    assertFreeName(state, body.name)
    const empty = {
      code: '',
      dependencies: [],
      runtime: 'node22',
      secrets: [],
      supported_triggers: [],
    }
    const action: Action = {
      id: randomUUID(),
      name: body.name,
      ...applyBody(empty, body, at),
      created_at: at,
      updated_at: at,
      build: { startedAtMs: now, outcome },
      versions: [],
      nextVersion: 1,
    }
    if (isDeployed && outcome === 'built') addVersion(action, action, builtAt(now))
    state.actions.push(action)
    return action
  })
  return created(showAction(tenant, action, now))
}

function show(tenant: Tenant, { params }: TenantRequest): Reply {
  return ok(showAction(tenant, findAction(tenant.store.state, params['id'])))
}

function update(tenant: Tenant, request: TenantRequest): Reply {
  const body = readBody(updateActionBody, request.body)
  const now = tenant.now()
  const at = new Date(now).toISOString()
  const action = tenant.store.update((state) => {
    const action = findAction(state, request.params['id'])
    if (body.name !== undefined && body.name !== action.name) assertFreeName(state, body.name)
    Object.assign(action, applyBody(action, body, at), { updated_at: at })
    action.name = body.name ?? action.name
    action.build = { startedAtMs: now, outcome: tenant.faults.nextBuild() }
    return action
  })
  return ok(showAction(tenant, action, now))
}

function remove(tenant: Tenant, { params, query }: TenantRequest): Reply {
  const isForced = query.get('force') === 'true'
  tenant.store.update((state) => {
    const { id } = findAction(state, params['id'])
    for (const [trigger, bindings] of Object.entries(state.bindings)) {
      const others = bindings.filter((binding) => binding.action_id !== id)
      if (others.length < bindings.length && !isForced) {
        throw new ApiError(409, 'Unable to delete an action bound to a trigger.')
      }
      state.bindings[trigger] = others
    }
    state.actions = state.actions.filter((action) => action.id !== id)
  })
  return noContent()
}

function deploy(tenant: Tenant, { params }: TenantRequest): Reply {
  const now = tenant.now()
  const { action, version } = tenant.store.update((state) => {
    const action = findAction(state, params['id'])
    if (buildStatus(tenant, action, now) !== 'built') {
      throw new ApiError(400, "A draft must be in the 'built' state before it can be deployed.")
    }
    return { action, version: addVersion(action, action, now + LIVE_AFTER_MS) }
  })
  return ok(showVersion(action, version, now))
}

const testBody = z.strictObject({
  payload: z.looseObject({ event: z.record(z.string(), z.unknown()).optional() }),
})

/** Runs the draft. Recorded: 200 also when the Action throws. */
async function test(tenant: Tenant, request: TenantRequest): Promise<Reply> {
  const { payload } = readBody(testBody, request.body)
  const action = findAction(tenant.store.state, request.params['id'])
  const { name, code, secrets, dependencies } = action
  const draft = { name, code, secrets, dependencies }
  const result = await execute(tenant, [draft], { event: payload.event ?? {} })
  return ok({ payload: result })
}

function listModules(_tenant: Tenant, request: TenantRequest): Reply {
  const { page, perPage } = readPage(request)
  return ok({ modules: [], total: 0, page, per_page: perPage })
}

/** @throws ApiError 404 */
export function findAction(state: Readonly<TenantState>, id: string | undefined): Action {
  const action = state.actions.find((one) => one.id === id)
  if (action === undefined) throw new ApiError(404, 'That action does not exist.')
  return action
}

/** Adds the version that runs from `liveFromMs` on; the oldest that no longer runs makes room. */
export function addVersion(
  action: Action,
  { code, dependencies, runtime, secrets, supported_triggers }: Action | ActionVersion,
  liveFromMs: number,
): ActionVersion {
  const version: ActionVersion = structuredClone({
    id: randomUUID(),
    number: action.nextVersion,
    code,
    dependencies,
    runtime,
    secrets,
    supported_triggers,
    created_at: new Date(liveFromMs - LIVE_AFTER_MS).toISOString(),
    liveFromMs,
  })
  action.nextVersion += 1
  action.versions = [...action.versions.slice(-(MAX_VERSIONS - 1)), version]
  return version
}

function triggerOf(action: Action): string | undefined {
  return action.supported_triggers[0]?.id
}

function isLive(action: Action, now: number): boolean {
  return liveVersion(action, now) !== undefined
}

function assertFreeName(state: TenantState, name: string): void {
  if (state.actions.some((action) => action.name === name)) {
    throw new ApiError(409, 'An action with that name already exists.')
  }
}
