import type { ExchangedUser } from '../action-runtime/messages.ts'
import { ApiError } from '../http.ts'
import { without } from '../fields.ts'
import { addUser, createBody } from '../management/users.ts'
import { readBody } from '../management/validation.ts'
import type { User } from '../state.ts'
import type { Tenant } from '../tenant.ts'
import { badRequest } from './grant-error.ts'

/**
 * @returns the user that an Action has named, who may be new
 * @throws GrantError 400 where it has named nobody, or nobody that there is; the words are assumed
 */
export function exchangedUser(tenant: Tenant, given: ExchangedUser | undefined): User {
  if (given === undefined) throw badRequest('The Action has set no user for the transaction.')
  const { users } = tenant.store.state
  if (given.by === 'id') {
    const user = users.find(({ user_id }) => user_id === given.userId)
    if (user === undefined) throw badRequest('The user does not exist.')
    return user
  }
  const { connection, userId, profile, isCreated, isReplaced } = given
  const known = users.find(({ identities }) =>
    identities.some((one) => one.connection === connection && one.user_id === userId),
  )
  if (known !== undefined) return isReplaced ? replaced(tenant, known, profile) : known
  if (!isCreated) throw badRequest('The user does not exist.')
  try {
    return addUser(tenant, readBody(createBody, { ...profile, connection, user_id: userId }))
  } catch (error) {
    if (error instanceof ApiError) throw badRequest(error.message)
    throw error
  }
}

/** Documented: these stay what they are. */
const FIXED = ['email', 'email_verified', 'phone_number', 'phone_verified', 'username']

function replaced(
  { store, now }: Tenant,
  { user_id: id, ...before }: User,
  given: Readonly<Record<string, unknown>>,
): User {
  const profile = without({ ...given }, 'verify_email')
  const fields = before as Readonly<Record<string, unknown>>
  const changed = FIXED.find((name) => name in profile && profile[name] !== fields[name])
  if (changed !== undefined) throw badRequest(`The attribute ${changed} cannot be updated.`)
  return store.update((state) => {
    const user = state.users.find(({ user_id }) => user_id === id)
    if (user === undefined) throw badRequest('The user does not exist.')
    return Object.assign(user, profile, { updated_at: new Date(now()).toISOString() })
  })
}
