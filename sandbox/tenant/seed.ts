import { findUser } from './find-user.ts'
import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { newActionRunner } from './action-runtime/action-runner.ts'
import { newFaults } from './faults.ts'
import { without } from './fields.ts'
import { ApiError } from './http.ts'
import { MANAGEMENT_PATH, MANAGEMENT_HANDLERS } from './management/routes.ts'
import { DEVICE_NAME } from './mfa/device.ts'
import { newMethod } from './mfa/methods.ts'
import { newOidcState } from './login/oidc-state.ts'
import { newRequestLog } from './request-log.ts'
import { findRoute } from './router.ts'
import { DATABASE } from './not-emulated.ts'
import { SandboxError } from './sandbox-error.ts'
import { readCode } from './seed-code.ts'
import type { SeedFile } from './seed-file.ts'
import { deviceBody, readSections, type SeedSections } from './seed-sections.ts'
import type { TenantState } from './state.ts'
import { Store } from './store.ts'
import type { Tenant } from './tenant.ts'

type Body = Record<string, unknown>

/** What installs the packages of Actions, and who is told which settings have no effect. */
type Surroundings = Pick<Tenant, 'packages' | 'report'>

/** Sends what the seed has at this path to an endpoint, as `POST /path`. */
type Send = (endpoint: string, body: unknown, at: readonly PropertyKey[]) => Promise<Body>

/**
 * Fills a new tenant with the entities of a seed, each through the endpoint that would create it, so that
 * a seed is checked as a request is.
 *
 * @throws SandboxError with the positions of all mistakes
 */
export async function plantSeed(
  state: TenantState,
  seed: SeedFile,
  surroundings: Surroundings = {},
): Promise<TenantState> {
  const sections = readSections(seed)
  const store = Store.inMemory(state)
  const send = sender(store, seed, surroundings)
  const mistakes = new Map<string, SandboxError[]>()

  /** Plants all of one list, however many of them are refused. */
  async function plant<T>(
    name: keyof SeedSections,
    entities: readonly T[],
    one: (entity: T, at: readonly PropertyKey[]) => Promise<unknown>,
  ): Promise<void> {
    for (const [index, entity] of entities.entries()) {
      try {
        await one(entity, [name, index])
      } catch (error) {
        if (!(error instanceof SandboxError)) throw error
        mistakes.set(name, [...(mistakes.get(name) ?? []), error])
      }
    }
  }
  /** Of what refers to something that was refused nothing true could be said. */
  function canPlant(name: keyof SeedSections, ...needed: readonly (keyof SeedSections)[]): boolean {
    const refused = needed.filter((one) => mistakes.has(one))
    if (refused.length === 0) return true
    const reason = `not checked, as there are mistakes in \`${refused.join('` and `')}\``
    if (sections[name]?.length !== 0) mistakes.set(name, [seed.refuse([name], reason)])
    return false
  }

  const { tenant, guardianFactors, resourceServers, connections, clients } = sections
  await plant('tenant', tenant === undefined ? [] : [tenant], (body) =>
    send('PATCH /tenants/settings', body, ['tenant']),
  )
  await plant('guardianFactors', guardianFactors, ({ name, ...body }, at) =>
    send(`PUT /guardian/factors/${encodeURIComponent(name)}`, body, at),
  )
  await plant('resourceServers', resourceServers, (body, at) =>
    send('POST /resource-servers', body, at),
  )
  // What a fresh tenant has is not made twice: what a seed says of it is put on it.
  const fresh = new Map(state.connections.map(({ name, id }) => [name, id]))
  await plant('connections', connections, ({ strategy, ...body }, at) => {
    const name = String(body['name'])
    const id = fresh.get(name)
    if (id === undefined || strategy !== DATABASE) {
      return send('POST /connections', { strategy, ...body }, at)
    }
    fresh.delete(name)
    return send(`PATCH /connections/${id}`, without(body, 'name'), at)
  })
  await plant('clients', clients, async ({ client_id, client_secret, ...body }, at) => {
    if (store.state.clients.some((one) => one.client_id === client_id)) {
      throw seed.refuse([...at, 'client_id'], `there are two clients \`${String(client_id)}\``)
    }
    const created = await send('POST /clients', body, at)
    identifyClient(store, created['client_id'], { client_id, client_secret })
  })
  if (canPlant('clientGrants', 'resourceServers', 'clients')) {
    await plant('clientGrants', sections.clientGrants, (body, at) =>
      send('POST /client-grants', body, at),
    )
  }
  const planted = { send, store, seed }
  if (canPlant('roles', 'resourceServers')) {
    await plant('roles', sections.roles, (role, at) => plantRole(planted, role, at))
  }
  if (canPlant('users', 'connections', 'roles')) {
    await plant('users', sections.users, (user, at) => plantUser(planted, user, at))
  }
  if (canPlant('organizations', 'connections', 'roles', 'users')) {
    await plant('organizations', sections.organizations, (organization, at) =>
      plantOrganization(planted, organization, at),
    )
  }
  const bindings = new Map<string, object[]>()
  await plant('actions', sections.actions, async ({ bound, ...body }, at) => {
    const { id, trigger } = await plantAction(send, seed, body, at)
    if (bound !== true) return
    const ref = { type: 'action_id', value: id }
    bindings.set(trigger, [...(bindings.get(trigger) ?? []), { ref }])
  })
  if (canPlant('tokenExchangeProfiles', 'actions')) {
    await plant('tokenExchangeProfiles', sections.tokenExchangeProfiles, (profile, at) =>
      plantProfile(planted, profile, at),
    )
  }
  const refusals = [...mistakes.values()].flat()
  if (refusals.length > 0) {
    throw new SandboxError(refusals.map(({ message }) => message).join('\n'))
  }
  for (const [trigger, bound] of bindings) {
    await send(`PATCH /actions/triggers/${trigger}/bindings`, { bindings: bound }, ['actions'])
  }
  return store.state
}

interface Planted {
  readonly send: Send
  readonly store: Store
  readonly seed: SeedFile
}

async function plantRole(
  { send }: Planted,
  { permissions, ...body }: SeedSections['roles'][number],
  at: readonly PropertyKey[],
): Promise<void> {
  const { id } = await send('POST /roles', body, at)
  if (permissions.length > 0)
    await send(`POST /roles/${String(id)}/permissions`, { permissions }, at)
}

async function plantOrganization(
  planted: Planted,
  { id: fixed, connections, members, ...body }: SeedSections['organizations'][number],
  at: readonly PropertyKey[],
): Promise<void> {
  const { send, store, seed } = planted
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
    if (user === undefined) {
      throw seed.refuse([...where, 'email'], `no user has the email ${email}`)
    }
    await send(`POST ${path}/members`, { members: [user.user_id] }, where)
    if (roles.length === 0) continue
    const ids = roleIds(planted, roles, [...where, 'roles'])
    const endpoint = `POST ${path}/members/${encodeURIComponent(user.user_id)}/roles`
    await send(endpoint, { roles: ids }, where)
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

async function plantUser(
  planted: Planted,
  user: SeedSections['users'][number],
  at: readonly PropertyKey[],
): Promise<void> {
  const { send, store } = planted
  const { authentication_methods, risk_assessment, roles, permissions, ...body } = user
  const { user_id } = await send('POST /users', body, at)
  // What Adaptive MFA would have found out, which no request can say.
  if (risk_assessment !== undefined) {
    store.update((state) => Object.assign(findUser(state, String(user_id)), { risk_assessment }))
  }
  const path = `/users/${encodeURIComponent(String(user_id))}`
  if (roles.length > 0) {
    const ids = roleIds(planted, roles, [...at, 'roles'])
    await send(`POST ${path}/roles`, { roles: ids }, at)
  }
  if (permissions.length > 0) await send(`POST ${path}/permissions`, { permissions }, at)
  for (const [method, methodBody] of authentication_methods.entries()) {
    const where = [...at, 'authentication_methods', method]
    if (methodBody['type'] === 'push') {
      plantDevice(planted, String(user_id), { body: methodBody, at: where })
      continue
    }
    await send(`POST ${path}/authentication-methods`, methodBody, where)
  }
}

/** A device for push notifications, which its owner alone can enrol: no request can. */
function plantDevice(
  { store, seed }: Planted,
  userId: string,
  { body, at }: { readonly body: Body; readonly at: readonly PropertyKey[] },
): void {
  const { success } = deviceBody.safeParse(body)
  if (!success) throw seed.refuse(at, 'a device for push notifications has a `name` and no more')
  store.update((state) => {
    const fields = { name: DEVICE_NAME, ...without(body, 'type'), device: randomUUID() }
    const device = newMethod('push', fields, Date.now() - SEED_AGE_MS)
    findUser(state, userId).authentication_methods.push(device)
  })
}

async function plantProfile(
  { send, store, seed }: Planted,
  { action: name, ...body }: SeedSections['tokenExchangeProfiles'][number],
  at: readonly PropertyKey[],
): Promise<void> {
  const action = store.state.actions.find((one) => one.name === name)
  if (action === undefined) throw seed.refuse([...at, 'action'], `there is no Action \`${name}\``)
  const type = 'custom_authentication'
  await send('POST /token-exchange-profiles', { type, ...body, action_id: action.id }, at)
}

const ACTION_DEFAULTS = { supported_triggers: [{ id: 'post-login', version: 'v3' }] }

/** @returns an Action that is deployed, and what runs it */
async function plantAction(
  send: Send,
  seed: SeedFile,
  body: Body,
  at: readonly PropertyKey[],
): Promise<{ readonly id: unknown; readonly trigger: string }> {
  const code = readCode(seed, body['code'], [...at, 'code'])
  const made = await send('POST /actions/actions', { ...ACTION_DEFAULTS, ...body, code }, at)
  const { id, supported_triggers: triggers } = made
  const { status, errors } = await settled(send, String(id), at)
  if (status === 'failed') {
    const [error] = (errors ?? []) as { msg: string }[]
    throw seed.refuse([...at, 'dependencies'], error?.msg ?? 'The build has failed')
  }
  await send(`POST /actions/actions/${String(id)}/deploy`, undefined, at)
  const [trigger] = triggers as { readonly id: string }[]
  return { id, trigger: trigger?.id ?? '' }
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
function sender(store: Store, seed: SeedFile, surroundings: Surroundings): Send {
  let clock = Date.now() - SEED_AGE_MS
  const tenant: Tenant = {
    ...surroundings,
    domain: store.state.domain,
    store,
    runner: newActionRunner(),
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
      if (!(error instanceof ApiError)) throw error
      const refusals = [error, ...error.others].map(({ path, message }) =>
        seed.refuse([...at, ...path], message),
      )
      throw new SandboxError(refusals.map(({ message }) => message).join('\n'))
    }
  }
}
