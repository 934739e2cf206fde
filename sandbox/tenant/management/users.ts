import { findUser, shownUser } from '../find-user.ts'
import { z } from 'zod'
import { ApiError, created, noContent, ok, type Endpoint, type Reply } from '../http.ts'
import type { TenantRequest } from '../http.ts'
import { DATABASE } from '../not-emulated.ts'
import { hashPassword } from '../password.ts'
import { newId, type User } from '../state.ts'
import type { Tenant } from '../tenant.ts'
import { selectFields, without } from '../fields.ts'
import { offsetList } from './paging.ts'
import { searchFor } from './search.ts'
import { anyFields, readBody } from './validation.ts'

// prettier-ignore
export const USER_ENDPOINTS: readonly Endpoint[] = [
  ['GET',    '/users',          'read:users',   list],
  ['POST',   '/users',          'create:users', create, 'Create a User'],
  ['GET',    '/users-by-email', 'read:users',   listByEmail],
  ['GET',    '/users/{id}',     'read:users',   show],
  ['PATCH',  '/users/{id}',     'update:users', update, 'Update a User'],
  ['DELETE', '/users/{id}',     'delete:users', remove, 'Delete a User'],
]

const profile = {
  email: z.email().nullable().optional(),
  email_verified: z.boolean().optional(),
  phone_number: z.string().nullable().optional(),
  phone_verified: z.boolean().optional(),
  username: z.string().nullable().optional(),
  password: z.string().min(1).nullable().optional(),
  blocked: z.boolean().optional(),
  user_metadata: z.record(z.string(), z.unknown()).optional(),
  app_metadata: z.record(z.string(), z.unknown()).optional(),
  verify_email: z.boolean().optional(),
  ...anyFields('given_name family_name name nickname picture'),
}

export const createBody = z.strictObject({
  connection: z.string(),
  user_id: z.string().max(255).optional(),
  ...profile,
})
const updateBody = z.strictObject({
  connection: z.string().optional(),
  ...profile,
  client_id: z.string().optional(),
  verify_phone_number: z.boolean().optional(),
})

function list({ store }: Tenant, request: TenantRequest): Reply {
  const { query } = request
  query.get('search_engine')
  const connection = query.get('connection')
  const users = store.state.users
    .filter(searchFor(query.get('q') ?? '', SEARCHABLE))
    .filter(
      ({ identities }) =>
        connection === null || identities.some((identity) => identity.connection === connection),
    )
  return offsetList(request, 'users', users.map(shownUser))
}

/** Names are compared word by word at Auth0, and numbers within ranges. */
const SEARCHABLE = new Set([
  'user_id',
  'email',
  'email_verified',
  'username',
  'phone_number',
  'blocked',
])

function listByEmail({ store }: Tenant, { query }: TenantRequest): Reply {
  const email = query.get('email')
  if (email === null) {
    const message = "Query validation error: 'Missing required property: email'."
    throw new ApiError(400, message, 'invalid_query_string')
  }
  return ok(store.state.users.filter((user) => user['email'] === email).map(shownUser))
}

function create(tenant: Tenant, request: TenantRequest): Reply {
  return created(shownUser(addUser(tenant, readBody(createBody, request.body))))
}

/** @throws ApiError 400 for a connection that there is not, 409 for a user that there is */
export function addUser(
  { store, now }: Tenant,
  { connection, user_id, password, ...given }: z.infer<typeof createBody>,
): User {
  const body = without(given, 'verify_email')
  return store.update((state) => {
    const strategy = state.connections.find(({ name }) => name === connection)?.strategy
    if (strategy === undefined) {
      throw new ApiError(400, 'The connection does not exist.', 'inexistent_connection')
    }
    // A password here would let somebody in whom Auth0 sends to an identity provider. The words are assumed.
    if (typeof password === 'string' && strategy !== DATABASE) {
      const message = `A user of a connection of the strategy ${strategy} has no password.`
      throw new ApiError(400, message, 'invalid_body', ['password'])
    }
    const localId = user_id ?? newId()
    const id = `${strategy}|${localId}`
    if (state.users.some((user) => user.user_id === id || isSameLogin(user, connection, body))) {
      throw new ApiError(409, 'The user already exists.', 'auth0_idp_error')
    }
    const at = new Date(now()).toISOString()
    const user: User = {
      created_at: at,
      updated_at: at,
      email_verified: false,
      name: body.email ?? body.username ?? localId,
      ...body,
      user_id: id,
      identities: [
        { connection, user_id: localId, provider: strategy, isSocial: strategy !== DATABASE },
      ],
      authentication_methods: [],
      ...(typeof password === 'string' ? { password_hash: hashPassword(password) } : {}),
    }
    state.users.push(user)
    return user
  })
}

function show({ store }: Tenant, request: TenantRequest): Reply {
  return ok(selectFields(request, shownUser(findUser(store.state, request.params['id']))))
}

/** Metadata is merged, a `null` in it removes a key; all other fields are replaced. */
function update({ store, now }: Tenant, request: TenantRequest): Reply {
  const { password, user_metadata, app_metadata, ...given } = readBody(updateBody, request.body)
  const body = without(given, 'connection', 'verify_email', 'verify_phone_number', 'client_id')
  const user = store.update((state) => {
    const user = findUser(state, request.params['id'])
    Object.assign(user, body, { updated_at: new Date(now()).toISOString() })
    for (const [name, patch] of Object.entries({ user_metadata, app_metadata })) {
      if (patch !== undefined) user[name] = merged(user[name], patch)
    }
    if (typeof password === 'string') user['password_hash'] = hashPassword(password)
    return user
  })
  return ok(shownUser(user))
}

function remove({ store }: Tenant, { params }: TenantRequest): Reply {
  store.update((state) => {
    const isOther = (id: string): boolean => id !== params['id']
    state.users = state.users.filter(({ user_id }) => isOther(user_id))
    for (const role of state.roles) role.users = role.users.filter(isOther)
    for (const organization of state.organizations) {
      organization.members = organization.members.filter(({ user_id }) => isOther(user_id))
    }
  })
  return noContent()
}

function isSameLogin(
  user: User,
  connection: string,
  { email, username }: { email?: unknown; username?: unknown },
): boolean {
  const isSame = (given: unknown, own: unknown): boolean =>
    typeof given === 'string' && given === own
  return (
    user.identities.some((identity) => identity.connection === connection) &&
    (isSame(email, user['email']) || isSame(username, user['username']))
  )
}

function merged(before: unknown, patch: object): object {
  const fields = { ...(before ?? {}), ...patch }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
}
