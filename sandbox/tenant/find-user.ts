import { without } from './fields.ts'
import { ApiError } from './http.ts'
import type { TenantState, User } from './state.ts'

/** @throws ApiError 404 */
export function findUser(state: Readonly<TenantState>, id: string | undefined): User {
  const user = state.users.find(({ user_id }) => user_id === id)
  if (user === undefined) throw new ApiError(404, 'The user does not exist.', 'inexistent_user')
  return user
}

/** A user as the Management API shows one. */
export function shownUser(user: User): object {
  return without(user, 'authentication_methods', 'password_hash', 'permissions', 'risk_assessment')
}
