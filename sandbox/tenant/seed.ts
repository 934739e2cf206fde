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
  await plantRoles(send, sections.roles)
  await plantUsers(send, sections.users, { store, seed })
  await plantOrganizations(send, sections.organizations, { store, seed })
  await plantActions(send, sections.actions, seed)
  return store.state
}

interface Planted {
  readonly store: Store
  readonly seed: SeedFile
}

async function plantRoles(send: Send, roles: SeedSections['roles']): Promise<void> {
  for (const [index, { permissions, ...body }] of roles.entries()) {
    const at = ['roles', index]
    const { id } = await send('POST /roles', body, at)
    if (permissions.length > 0)
      await send(`POST /roles/${String(id)}/permissions`, { permissions }, at)
  }
}

async function plantOrganizations(
  send: Send,
  organizations: SeedSections['organizations'],
  { store, seed }: Planted,
): Promise<void> {
  for (const [index, { id: fixed, connections, members, ...body }] of organizations.entries()) {
    const at = ['organizations', index]
    const created = await send('POST /organizations', body, at)
    const id = fixed ?? String(created['id'])
    store.update((state) => {
      const organization = state.organizations.find((one) => one.id === created['id'])
      if (organization !== undefined) organization.id = id
    })
    const path = `/organizations/${encodeURIComponent(id)}`
    for (const [place, { name, ...settings }] of connections.entries()) {
      const connection = store.state.connections.find((one) => one.name === name)
      const enabled = { connection_id: connection?.id ?? name, ...settings }
      await send(`POST ${path}/enabled_connections`, enabled, [...at, 'connections', place])
    }
    for (const [place, { email, roles }] of members.entries()) {
      const where = [...at, 'members', place]
      const user = store.state.users.find((one) => one['email'] === email)
      if (user === undefined)
        throw seed.refuse([...where, 'email'], `no user has the email ${email}`)
      await send(`POST ${path}/members`, { members: [user.user_id] }, where)
      if (roles.length === 0) continue
      const ids = roleIds({ store, seed }, roles, [...where, 'roles'])
      await send(
        `POST ${path}/members/${encodeURIComponent(user.user_id)}/roles`,
        { roles: ids },
        where,
      )
    }
  }
}

function roleIds(
  { store, seed }: Planted,
  names: readonly string[],
  at: readonly PropertyKey[],
): string[] {
  return names.map((name, index) => {
    const role = store.state.roles.find((one) => one.name === name)
    if (role === undefined) throw seed.refuse([...at, index], `there is no role \`${name}\``)
    return role.id
  })
}

async function plantUsers(
  send: Send,
  users: SeedSections['users'],
  { store, seed }: Planted,
): Promise<void> {
  for (const [index, user] of users.entries()) {
    const { authentication_methods, risk_assessment, roles, permissions, ...body } = user
    const at = ['users', index]
    const { user_id } = await send('POST /users', body, at)
    // What Adaptive MFA would have found out, which no request can say.
    if (risk_assessment !== undefined) {
      store.update((state) => Object.assign(findUser(state, String(user_id)), { risk_assessment }))
    }
    const path = `/users/${encodeURIComponent(String(user_id))}`
    if (roles.length > 0) {
      const ids = roleIds({ store, seed }, roles, [...at, 'roles'])
      await send(`POST ${path}/roles`, { roles: ids }, at)
    }
    if (permissions.length > 0) await send(`POST ${path}/permissions`, { permissions }, at)
    const endpoint = `POST ${path}/authentication-methods`
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
