import { setTimeout as wait } from 'node:timers/promises'
import { newActionRunner } from './action-runtime/action-runner.ts'
import { newFaults } from './faults.ts'
import { ApiError } from './http.ts'
import { findUser } from './management/users.ts'
import { MANAGEMENT_PATH, MANAGEMENT_HANDLERS } from './management/routes.ts'
import { newOidcState } from './oidc/oidc-state.ts'
import type { Packages } from './packages.ts'
import { newRequestLog } from './request-log.ts'
import { findRoute } from './router.ts'
import type { SeedFile } from './seed-file.ts'
import { readSections, type SeedSections } from './seed-sections.ts'
import type { TenantState } from './state.ts'
import { Store } from './store.ts'
import type { Tenant } from './tenant.ts'

type Body = Record<string, unknown>

/** Sends what the seed has at this path to an endpoint, as `POST /path`. */
type Send = (endpoint: string, body: unknown, at: readonly PropertyKey[]) => Promise<Body>

/**
 * Fills a new tenant with the entities of a seed, each through the endpoint that would create it, so that
 * a seed is checked as a request is.
 *
 * @throws SandboxError with the position of the first entity that is refused
 */
export async function plantSeed(
  state: TenantState,
  seed: SeedFile,
  packages?: Packages,
): Promise<TenantState> {
  const sections = readSections(seed)
  const store = Store.inMemory(state)
  const send = sender(store, seed, packages)
  if (sections.tenant !== undefined) {
    await send('PATCH /tenants/settings', sections.tenant, ['tenant'])
  }
  for (const [index, { name, ...body }] of sections.guardianFactors.entries()) {
    const endpoint = `PUT /guardian/factors/${encodeURIComponent(name)}`
    await send(endpoint, body, ['guardianFactors', index])
  }
  for (const [index, body] of sections.resourceServers.entries()) {
    await send('POST /resource-servers', body, ['resourceServers', index])
  }
  for (const [index, body] of sections.connections.entries()) {
    await send('POST /connections', body, ['connections', index])
  }
  for (const [index, { client_id, client_secret, ...body }] of sections.clients.entries()) {
    const created = await send('POST /clients', body, ['clients', index])
    identifyClient(store, created['client_id'], { client_id, client_secret })
  }
  for (const [index, body] of sections.clientGrants.entries()) {
    await send('POST /client-grants', body, ['clientGrants', index])
  }
  await plantUsers(send, sections.users, store)
  await plantActions(send, sections.actions, seed)
  return store.state
}

async function plantUsers(send: Send, users: SeedSections['users'], store: Store): Promise<void> {
  for (const [index, user] of users.entries()) {
    const { authentication_methods, risk_assessment, ...body } = user
    const at = ['users', index]
    const { user_id } = await send('POST /users', body, at)
    // What Adaptive MFA would have found out, which no request can say.
    if (risk_assessment !== undefined) {
      store.update((state) => Object.assign(findUser(state, String(user_id)), { risk_assessment }))
    }
    const endpoint = `POST /users/${encodeURIComponent(String(user_id))}/authentication-methods`
    for (const [method, methodBody] of authentication_methods.entries()) {
      await send(endpoint, methodBody, [...at, 'authentication_methods', method])
    }
  }
}

const ACTION_DEFAULTS = { supported_triggers: [{ id: 'post-login', version: 'v3' }] }

async function plantActions(
  send: Send,
  actions: SeedSections['actions'],
  seed: SeedFile,
): Promise<void> {
  const bindings: { ref: object }[] = []
  for (const [index, { bound, ...body }] of actions.entries()) {
    const at = ['actions', index]
    const { id } = await send('POST /actions/actions', { ...ACTION_DEFAULTS, ...body }, at)
    const { status, errors } = await settled(send, String(id), at)
    if (status === 'failed') {
      const [error] = (errors ?? []) as { msg: string }[]
      throw seed.refuse([...at, 'dependencies'], error?.msg ?? 'The build has failed')
    }
    await send(`POST /actions/actions/${String(id)}/deploy`, undefined, at)
    if (bound === true) bindings.push({ ref: { type: 'action_id', value: id } })
  }
  if (bindings.length > 0) {
    await send('PATCH /actions/triggers/post-login/bindings', { bindings }, ['actions'])
  }
}

/** @returns an Action whose packages have been installed, or could not be */
async function settled(send: Send, id: string, at: readonly PropertyKey[]): Promise<Body> {
  for (;;) {
    const action = await send(`GET /actions/actions/${id}`, undefined, at)
    if (action['status'] === 'built' || action['status'] === 'failed') return action
    await wait(100)
  }
}

/** A seed may fix the credentials of a client, which a request could not. */
function identifyClient(
  store: Store,
  clientId: unknown,
  given: { readonly client_id: string | undefined; readonly client_secret: string | undefined },
): void {
  store.update((state) => {
    const client = state.clients.find(({ client_id }) => client_id === clientId)
    if (client === undefined) return
    client.client_id = given.client_id ?? client.client_id
    client.client_secret = given.client_secret ?? client.client_secret
  })
}

const SEED_AGE_MS = 600_000
const STEP_MS = 1_000

/** Builds and deployments take time, so that of the seed lies in the past and passes with each request. */
function sender(store: Store, seed: SeedFile, packages: Packages | undefined): Send {
  let clock = Date.now() - SEED_AGE_MS
  const tenant: Tenant = {
    domain: store.state.domain,
    store,
    runner: newActionRunner(),
    packages,
    faults: newFaults(),
    requests: newRequestLog(),
    oidc: newOidcState(),
    now: () => clock,
  }
  return async (endpoint, body, at) => {
    clock += STEP_MS
    const [method = '', path = ''] = endpoint.split(' ')
    const match = findRoute(MANAGEMENT_HANDLERS, method, `${MANAGEMENT_PATH}${path}`)
    if (match === undefined) throw new Error(`no route ${endpoint}`)
    const { route, params } = match
    const query = new URLSearchParams()
    try {
      const reply = await route.handler(tenant, { method, path, query, headers: {}, params, body })
      return (reply.body ?? {}) as Body
    } catch (error) {
      if (error instanceof ApiError) throw seed.refuse([...at, ...error.path], error.message)
      throw error
    }
  }
}
