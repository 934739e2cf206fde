import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { API_PARTS } from '../action-runtime/api/action-api.ts'
import { ApiError, ok, type Endpoint, type Reply, type TenantRequest } from '../http.ts'
import type { Action, Binding, TenantState } from '../state.ts'
import type { Tenant } from '../tenant.ts'
import { liveVersion } from '../action-build.ts'
import { showBoundAction } from './action-view.ts'
import { findAction } from './actions.ts'
import { readPage, slice } from './paging.ts'
import { TRIGGERS, TRIGGER_IDS } from './trigger-catalog.ts'
import { readBody } from './validation.ts'

const MAX_BINDINGS = 20

/** The others belong to flows that the sandbox does not have. */
export const RUN_TRIGGERS: readonly string[] = Object.keys(API_PARTS)

// prettier-ignore
export const TRIGGER_ENDPOINTS: readonly Endpoint[] = [
  ['GET',   '/actions/triggers',                    'read:actions',   list],
  ['GET',   '/actions/triggers/{trigger}/bindings', 'read:actions',   listBindings],
  ['PATCH', '/actions/triggers/{trigger}/bindings', 'update:actions', replaceBindings, 'Update trigger bindings'],
]

function list(): Reply {
  return ok({ triggers: TRIGGERS })
}

function listBindings(tenant: Tenant, request: TenantRequest): Reply {
  const page = readPage(request)
  const trigger = readTrigger(request)
  const bindings = tenant.store.state.bindings[trigger] ?? []
  return ok({
    bindings: showBindings(tenant, trigger, slice(bindings, page)),
    ...(bindings.length === 0 ? {} : { total: bindings.length }),
    ...(page.page === 0 ? {} : { page: page.page }),
    per_page: page.perPage,
  })
}

const bindingsBody = z.strictObject({
  bindings: z
    .array(
      z.strictObject({
        ref: z.strictObject({
          type: z.enum(['action_id', 'action_name', 'binding_id']),
          value: z.string(),
        }),
        display_name: z.string().optional(),
        secrets: z.array(z.unknown()).optional(),
      }),
    )
    .max(MAX_BINDINGS),
})

/** The list that comes is the list that is: a binding that is not in it is gone. */
function replaceBindings(tenant: Tenant, request: TenantRequest): Reply {
  const trigger = readTrigger(request)
  const body = readBody(bindingsBody, request.body)
  const now = tenant.now()
  const bindings = tenant.store.update((state) => {
    const before = state.bindings[trigger] ?? []
    const after = body.bindings.map(({ ref, display_name }): Binding => {
      const action = resolve(state, before, ref)
      assertBindable(action, { trigger, now })
      return {
        id: randomUUID(),
        action_id: action.id,
        display_name: display_name ?? action.name,
        created_at: new Date(now).toISOString(),
      }
    })
    state.bindings[trigger] = after
    return after
  })
  if (bindings.length > 0 && !RUN_TRIGGERS.includes(trigger)) {
    tenant.report?.(`Actions of the trigger ${trigger} are kept and never run`)
  }
  return ok({ bindings: showBindings(tenant, trigger, bindings) })
}

function resolve(
  state: TenantState,
  before: readonly Binding[],
  { type, value }: { type: 'action_id' | 'action_name' | 'binding_id'; value: string },
): Action {
  switch (type) {
    case 'action_id':
      return findAction(state, value)
    case 'action_name':
      return findAction(state, state.actions.find(({ name }) => name === value)?.id)
    case 'binding_id':
      return findAction(state, before.find(({ id }) => id === value)?.action_id)
  }
}

function assertBindable(
  action: Action,
  { trigger, now }: { readonly trigger: string; readonly now: number },
): void {
  if (!action.supported_triggers.some(({ id }) => id === trigger)) {
    throw new ApiError(400, `The action "${action.name}" does not support the trigger ${trigger}.`)
  }
  if (liveVersion(action, now) === undefined) {
    throw new ApiError(400, `The action "${action.name}" is not deployed yet.`)
  }
}

function showBindings(tenant: Tenant, trigger: string, bindings: readonly Binding[]): object[] {
  return bindings.map(({ id, action_id, display_name, created_at }) => ({
    id,
    trigger_id: trigger,
    action: showBoundAction(findAction(tenant.store.state, action_id), tenant.now()),
    created_at,
    updated_at: created_at,
    display_name,
  }))
}

function readTrigger({ params }: TenantRequest): string {
  const { trigger = '' } = params
  if (!TRIGGER_IDS.includes(trigger)) {
    throw new ApiError(
      400,
      `Path validation error: 'No enum match for: ${trigger}' on property triggerId (An actions extensibility point.).`,
      'invalid_uri',
    )
  }
  return trigger
}
