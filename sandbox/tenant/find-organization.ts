import { ApiError } from './http.ts'
import type { Organization, TenantState } from './state.ts'

/** @throws ApiError 404 */
export function findOrganization(
  { organizations }: Readonly<TenantState>,
  id: string | undefined,
): Organization {
  const organization = organizations.find((one) => one.id === id)
  if (organization === undefined) {
    throw new ApiError(404, 'No organization found by that id or name', 'inexistent_organization')
  }
  return organization
}

/** Makes a user a member; who is one stays so. */
export function addMember({ members }: Organization, userId: string): void {
  if (!members.some(({ user_id }) => user_id === userId)) {
    members.push({ user_id: userId, roles: [] })
  }
}
