import type { Permission, Role, TenantState, User } from './state.ts'

/** Where a user acts: in an organization, or in the tenant as such. */
export interface Whereabouts {
  readonly user: User
  /** the id of an organization */
  readonly organization: string | undefined
}

/**
 * @returns the roles that a user has there: in an organization those that were given there (documented), and those of
 * the tenant nowhere else
 * @see https://auth0.com/docs/manage-users/organizations/organization-roles
 */
export function rolesOf(
  { roles, organizations }: Readonly<TenantState>,
  { user, organization }: Whereabouts,
): readonly Role[] {
  if (organization === undefined) return roles.filter(({ users }) => users.includes(user.user_id))
  const members = organizations.find(({ id }) => id === organization)?.members
  const given = members?.find(({ user_id }) => user_id === user.user_id)?.roles ?? []
  return roles.filter(({ id }) => given.includes(id))
}

/** A permission, and what has brought it. */
export interface SourcedPermission extends Permission {
  /** `undefined`: given to the user directly */
  readonly role: Role | undefined
}

/** @returns all that a user may do there; that what was given directly counts in no organization is assumed */
export function sourcedPermissions(
  state: Readonly<TenantState>,
  whereabouts: Whereabouts,
): readonly SourcedPermission[] {
  const direct = whereabouts.organization === undefined ? whereabouts.user.permissions : []
  return [
    ...(direct ?? []).map((permission) => ({ ...permission, role: undefined })),
    ...rolesOf(state, whereabouts).flatMap((role) =>
      role.permissions.map((permission) => ({ ...permission, role })),
    ),
  ]
}

/** @returns the names of a user's permissions on an API */
export function permissionsOf(
  state: Readonly<TenantState>,
  { audience, ...whereabouts }: Whereabouts & { readonly audience: string },
): readonly string[] {
  const own = sourcedPermissions(state, whereabouts).filter(
    ({ resource_server_identifier }) => resource_server_identifier === audience,
  )
  return [...new Set(own.map(({ permission_name }) => permission_name))]
}
