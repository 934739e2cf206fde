import { z } from 'zod'
import { newActionRunner } from './action-runtime/action-runner.ts'
import { newFaults } from './faults.ts'
import { ApiError } from './http.ts'
import { MANAGEMENT_PATH, MANAGEMENT_HANDLERS } from './management/routes.ts'
import { newOidcState } from './oidc/oidc-state.ts'
import { newRequestLog } from './request-log.ts'
import { findRoute } from './router.ts'
import type { SeedFile } from './seed-file.ts'
import type { Client, TenantState } from './state.ts'
import { Store } from './store.ts'
import type { Tenant } from './tenant.ts'

const entity = z.record(z.string(), z.unknown())
const entities = z.array(entity).optional()

/** Entities with fields that no request has; all others are for the endpoint to judge. */
function entitiesWith<S extends z.ZodRawShape>(fields: S) {
  return z.array(z.looseObject(fields)).optional()
}

const seedSchema = z.strictObject({
  tenant: z.record(z.string(), z.unknown()).optional(),
  guardianFactors: entitiesWith({ name: z.string().min(1) }),
  resourceServers: entities,
  connections: entities,
  clients: entitiesWith({
    client_id: z.string().min(1).optional(),
    client_secret: z.string().min(1).optional(),
  }),
  clientGrants: entities,
  users: entitiesWith({ authentication_methods: entities }),
  actions: entitiesWith({ bound: z.boolean().optional() }),
})

type Body = Record<string, unknown>

/**
 * Fills a new tenant with the entities of a seed, each through the endpoint that would create it, so that
 * a seed is checked as a request is.
 *
 * @throws SandboxError with the position of the first entity that is refused
 */
export async function plantSeed(state: TenantState, seed: SeedFile): Promise<TenantState> {
  const parsed = seedSchema.safeParse(seed.value ?? {})
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
    throw unknown === undefined
      ? seed.refuse(
          issue?.path ?? [],
          'expected lists of entities in the shape of Management API bodies',
        )
      : seed.refuse([unknown], `unknown key \`${unknown}\``)
  }
  const sections = parsed.data
  // Builds and deployments take time, so that of the seed lies in the past and passes at will.
  let clock = Date.now() - SEED_AGE_MS
  const tenant: Tenant = {
    domain: state.domain,
    store: Store.inMemory(state),
    runner: newActionRunner(),
    faults: newFaults(),
    requests: newRequestLog(),
    oidc: newOidcState(),
    now: () => clock,
  }

  async function send(
    [method, path]: readonly [method: string, path: string],
    body: unknown,
    at: readonly PropertyKey[],
  ): Promise<Body> {
    clock += STEP_MS
    const match = findRoute(MANAGEMENT_HANDLERS, method, `${MANAGEMENT_PATH}${path}`)
    if (match === undefined) throw new Error(`no route ${method} ${path}`)
    try {
      const { params } = match
      const query = new URLSearchParams()
      const reply = await match.route.handler(tenant, {
        method,
        path,
        query,
        headers: {},
        params,
        body,
      })
      return (reply.body ?? {}) as Body
    } catch (error) {
      if (error instanceof ApiError) throw seed.refuse([...at, ...error.path], error.message)
      throw error
    }
  }

  if (sections.tenant !== undefined) {
    await send(['PATCH', '/tenants/settings'], sections.tenant, ['tenant'])
  }
  for (const [index, { name, ...body }] of (sections.guardianFactors ?? []).entries()) {
    await send(['PUT', `/guardian/factors/${encodeURIComponent(name)}`], body, [
      'guardianFactors',
      index,
    ])
  }
  for (const [index, body] of (sections.resourceServers ?? []).entries()) {
    await send(['POST', '/resource-servers'], body, ['resourceServers', index])
  }
  for (const [index, body] of (sections.connections ?? []).entries()) {
    await send(['POST', '/connections'], body, ['connections', index])
  }
  for (const [index, { client_id, client_secret, ...body }] of (sections.clients ?? []).entries()) {
    const created = await send(['POST', '/clients'], body, ['clients', index])
    const credentials = {
      ...(client_id === undefined ? {} : { client_id }),
      ...(client_secret === undefined ? {} : { client_secret }),
    }
    identifyClient(tenant.store, created['client_id'], credentials)
  }
  for (const [index, body] of (sections.clientGrants ?? []).entries()) {
    await send(['POST', '/client-grants'], body, ['clientGrants', index])
  }
  for (const [index, { authentication_methods, ...body }] of (sections.users ?? []).entries()) {
    const at = ['users', index]
    const { user_id } = await send(['POST', '/users'], body, at)
    for (const [method, methodBody] of (authentication_methods ?? []).entries()) {
      const path = `/users/${encodeURIComponent(String(user_id))}/authentication-methods`
      await send(['POST', path], methodBody, [...at, 'authentication_methods', method])
    }
  }
  const bound: { ref: object }[] = []
  for (const [index, { bound: isBound, ...body }] of (sections.actions ?? []).entries()) {
    const at = ['actions', index]
    const action = await send(['POST', '/actions/actions'], { ...ACTION_DEFAULTS, ...body }, at)
    await send(['POST', `/actions/actions/${String(action['id'])}/deploy`], undefined, at)
    if (isBound === true) bound.push({ ref: { type: 'action_id', value: action['id'] } })
  }
  if (bound.length > 0) {
    await send(['PATCH', '/actions/triggers/post-login/bindings'], { bindings: bound }, ['actions'])
  }
  await tenant.runner.close()
  return tenant.store.state
}

const SEED_AGE_MS = 600_000
const STEP_MS = 1_000
const ACTION_DEFAULTS = { supported_triggers: [{ id: 'post-login', version: 'v3' }] }

/** A seed may fix the credentials of a client, which a request could not. */
function identifyClient(
  store: Store,
  clientId: unknown,
  credentials: Partial<Pick<Client, 'client_id' | 'client_secret'>>,
): void {
  store.update((state) => {
    const client = state.clients.find(({ client_id }) => client_id === clientId)
    if (client !== undefined) Object.assign(client, credentials)
  })
}
