import { findUser } from '../find-user.ts'
import { z } from 'zod'
import { ApiError, created, noContent, ok, type Endpoint, type Reply } from '../http.ts'
import type { TenantRequest } from '../http.ts'
import { newMethod } from '../mfa/methods.ts'
import { newRecoveryCode } from '../mfa/recovery-code.ts'
import type { Entity, TenantState } from '../state.ts'
import type { Tenant } from '../tenant.ts'
import { offsetList } from './paging.ts'
import { anyFields, readBody } from './validation.ts'

// prettier-ignore
export const AUTHENTICATION_METHOD_ENDPOINTS: readonly Endpoint[] = [
  ['GET',    '/users/{id}/authentication-methods',          'read:authentication_methods',   list],
  ['POST',   '/users/{id}/authentication-methods',          'create:authentication_methods', create, 'Create an authentication method'],
  ['PUT',    '/users/{id}/authentication-methods',          'update:authentication_methods', replace, 'Replace the authentication methods of a user'],
  ['DELETE', '/users/{id}/authentication-methods',          'delete:authentication_methods', removeAll, 'Delete the authentication methods of a user'],
  ['GET',    '/users/{id}/authentication-methods/{method}', 'read:authentication_methods',   show],
  ['PATCH',  '/users/{id}/authentication-methods/{method}', 'update:authentication_methods', update, 'Update an authentication method'],
  ['DELETE', '/users/{id}/authentication-methods/{method}', 'delete:authentication_methods', remove, 'Delete an authentication method'],
  ['GET',    '/users/{id}/enrollments',                     'read:users read:guardian_enrollments', listEnrollments],
  ['DELETE', '/users/{id}/authenticators',                  'update:users delete:guardian_enrollments', removeFactors, 'Remove the authenticators of a user'],
  ['DELETE', '/users/{id}/multifactor/{provider}',          'update:users', removeProvider, 'Delete a multifactor provider of a user'],
  ['POST',   '/users/{id}/multifactor/actions/invalidate-remember-browser', 'update:users', forgetBrowsers, 'Invalidate the remembered browsers of a user'],
  ['POST',   '/users/{id}/recovery-code-regeneration',      'update:users', regenerateRecoveryCode, 'Regenerate the recovery code of a user'],
  ['GET',    '/guardian/enrollments/{id}',                  'read:guardian_enrollments', showEnrollment],
  ['DELETE', '/guardian/enrollments/{id}',                  'delete:guardian_enrollments', removeEnrollment, 'Delete a Guardian enrollment'],
]

export const methodBody = z.strictObject({
  type: z.enum(['phone', 'email', 'totp', 'webauthn-roaming', 'passkey']),
  totp_secret: z
    .string()
    .regex(/^[A-Za-z2-7]+=*$/)
    .optional(),
  ...anyFields(`
    name phone_number email preferred_authentication_method key_id public_key relying_party_identifier`),
})

/** Secrets, and what the sandbox keeps for itself. */
const HIDDEN = ['totp_secret', 'code_hash', 'last_counter', 'counter', 'transports', 'device']

function list({ store }: Tenant, request: TenantRequest): Reply {
  const methods = findUser(store.state, request.params['id']).authentication_methods
  return offsetList(request, 'authenticators', methods.map(shown))
}

function create({ store, now }: Tenant, request: TenantRequest): Reply {
  const { type, ...fields } = readBody(methodBody, request.body)
  const method = store.update((state) => {
    const user = findUser(state, request.params['id'])
    const method = newMethod(type, fields, now())
    user.authentication_methods.push(method)
    return method
  })
  return created(shown(method))
}

const replaceBody = z.array(methodBody.extend({ type: z.enum(['phone', 'email', 'totp']) }))

/** The list that comes is the list that is. */
function replace({ store, now }: Tenant, request: TenantRequest): Reply {
  const bodies = readBody(replaceBody, request.body)
  const methods = store.update((state) => {
    const user = findUser(state, request.params['id'])
    user.authentication_methods = bodies.map(({ type, ...fields }) =>
      newMethod(type, fields, now()),
    )
    return user.authentication_methods
  })
  return ok(methods.map(shown))
}

function removeAll({ store }: Tenant, { params }: TenantRequest): Reply {
  store.update((state) => {
    findUser(state, params['id']).authentication_methods = []
  })
  return noContent()
}

function show({ store }: Tenant, { params }: TenantRequest): Reply {
  return ok(shown(findMethod(store.state, params)))
}

const updateBody = z.strictObject({
  name: z.string().optional(),
  preferred_authentication_method: z.enum(['voice', 'sms']).optional(),
})

function update({ store }: Tenant, { params, body }: TenantRequest): Reply {
  const changes = readBody(updateBody, body)
  return ok(shown(store.update((state) => Object.assign(findMethod(state, params), changes))))
}

/** @throws ApiError 404 */
function findMethod(
  state: Readonly<TenantState>,
  { id, method }: Readonly<Record<string, string>>,
): Entity {
  const found = findUser(state, id).authentication_methods.find((one) => one['id'] === method)
  if (found === undefined) throw new ApiError(404, 'The authentication method does not exist.')
  return found
}

/** Takes all second factors from a user; a passkey is none. */
function removeFactors({ store }: Tenant, { params }: TenantRequest): Reply {
  store.update((state) => {
    const user = findUser(state, params['id'])
    user.authentication_methods = user.authentication_methods.filter(
      ({ type }) => type === 'passkey',
    )
  })
  return noContent()
}

const PROVIDERS: readonly string[] = ['duo', 'google-authenticator', 'guardian']

/** The factors of a user are all of Guardian, and of no other provider. */
function removeProvider(tenant: Tenant, request: TenantRequest): Reply {
  const { provider = '' } = request.params
  if (!PROVIDERS.includes(provider)) {
    throw new ApiError(
      400,
      `Path validation error: 'No enum match for: ${provider}' on property provider (The multi-factor provider).`,
      'invalid_uri',
    )
  }
  if (provider === 'guardian') return removeFactors(tenant, request)
  findUser(tenant.store.state, request.params['id'])
  return noContent()
}

function forgetBrowsers({ store, oidc }: Tenant, { params }: TenantRequest): Reply {
  const { user_id: id } = findUser(store.state, params['id'])
  for (const [cookie, { userId }] of oidc.rememberedBrowsers) {
    if (userId === id) oidc.rememberedBrowsers.delete(cookie)
  }
  return noContent()
}

function regenerateRecoveryCode(tenant: Tenant, { params }: TenantRequest): Reply {
  const { user_id: id } = findUser(tenant.store.state, params['id'])
  return ok({ recovery_code: newRecoveryCode(tenant, id) })
}

function showEnrollment({ store }: Tenant, { params }: TenantRequest): Reply {
  const { id, type, name, created_at } = findMethod(
    store.state,
    enrolmentPlace(store.state, params),
  )
  return ok({ id, status: 'confirmed', type, name, enrolled_at: created_at })
}

function removeEnrollment(tenant: Tenant, request: TenantRequest): Reply {
  const params = enrolmentPlace(tenant.store.state, request.params)
  return remove(tenant, { ...request, params })
}

/** An enrolment is known by itself, whosever it is. */
function enrolmentPlace(
  { users }: Readonly<TenantState>,
  { id = '' }: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const user = users.find(({ authentication_methods: methods }) =>
    methods.some((method) => method['id'] === id),
  )
  if (user === undefined) throw new ApiError(404, 'The enrollment does not exist.')
  return { id: user.user_id, method: id }
}

function remove({ store }: Tenant, { params }: TenantRequest): Reply {
  store.update((state) => {
    const user = findUser(state, params['id'])
    const method = findMethod(state, params)
    // Documented: the push notifications and the one-time passwords of a device go together.
    user.authentication_methods = user.authentication_methods.filter(
      ({ id, device }) =>
        id !== method['id'] && (device === undefined || device !== method['device']),
    )
  })
  return noContent()
}

function listEnrollments({ store }: Tenant, { params }: TenantRequest): Reply {
  const methods = findUser(store.state, params['id']).authentication_methods
  return ok(
    methods.map(({ id, type, name, created_at }) => ({
      id,
      status: 'confirmed',
      type,
      name,
      enrolled_at: created_at,
    })),
  )
}

function shown(method: Entity): Entity {
  return Object.fromEntries(Object.entries(method).filter(([name]) => !HIDDEN.includes(name)))
}
