import type { Tenant } from '../tenant.ts'

/** Whether requests and tokens may go by the names of organizations. */
export function allowsNames({ store }: Tenant): boolean {
  return store.state.settings['allow_organization_name_in_authentication_api'] === true
}

/** @returns what tokens say of the organization through which the user has logged in; one that is gone has no name */
export function organizationClaims(tenant: Tenant, id: string | undefined): object {
  if (id === undefined) return {}
  const name = tenant.store.state.organizations.find((one) => one.id === id)?.name
  return { org_id: id, ...(allowsNames(tenant) && name !== undefined ? { org_name: name } : {}) }
}

/** @returns `event.organization` */
export function organizationOfEvent({ store }: Tenant, id: string | undefined): object {
  const found = store.state.organizations.find((one) => one.id === id)
  if (found === undefined) return {}
  const { name, display_name, metadata } = found
  return { organization: { id, name, display_name, metadata } }
}
