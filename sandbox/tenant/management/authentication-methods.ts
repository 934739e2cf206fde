import { z } from 'zod'
import { ApiError, created, noContent, ok, type Endpoint, type Reply } from '../http.ts'
import type { TenantRequest } from '../http.ts'
import { newMethod } from '../mfa/methods.ts'
import type { Entity } from '../state.ts'
import type { Tenant } from '../tenant.ts'
import { offsetList } from './paging.ts'
import { findUser } from './users.ts'
import { anyFields, readBody } from './validation.ts'

// prettier-ignore
export const AUTHENTICATION_METHOD_ENDPOINTS: readonly Endpoint[] = [
  ['GET',    '/users/{id}/authentication-methods',          'read:authentication_methods',   list],
  ['POST',   '/users/{id}/authentication-methods',          'create:authentication_methods', create, 'Create an authentication method'],
  ['DELETE', '/users/{id}/authentication-methods/{method}', 'delete:authentication_methods', remove, 'Delete an authentication method'],
  ['GET',    '/users/{id}/enrollments',                     'read:users read:guardian_enrollments', listEnrollments],
]

export const methodBody = z.strictObject({
  type: z.enum(['phone', 'email', 'totp', 'webauthn-roaming', 'passkey']),
  ...anyFields(`
    name totp_secret phone_number email preferred_authentication_method key_id public_key relying_party_identifier`),
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

function remove({ store }: Tenant, { params }: TenantRequest): Reply {
  store.update((state) => {
    const user = findUser(state, params['id'])
    const method = user.authentication_methods.find(({ id }) => id === params['method'])
    if (method === undefined) throw new ApiError(404, 'The authentication method does not exist.')
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
