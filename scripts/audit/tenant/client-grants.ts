import { known, type ClientGrantFacts, type TenantFacts } from './facts.ts'

/** Who holds a grant: the client's name, or its id where clients were not seen. */
export function holderOf(
  { clientId }: ClientGrantFacts,
  { clients }: Pick<TenantFacts, 'clients'>,
): string {
  if (clientId === undefined) return 'every third-party client'
  return known(clients)?.find(({ id }) => id === clientId)?.name ?? clientId
}

/** Whether an API takes no machine at all, whatever is granted. */
export function takesNoMachine(
  audience: string,
  { resourceServers }: Pick<TenantFacts, 'resourceServers'>,
): boolean {
  return machineAccess(audience, { resourceServers }) === 'deny_all'
}

/** What an API says of machines, where it says anything. */
export function machineAccess(
  audience: string,
  { resourceServers }: Pick<TenantFacts, 'resourceServers'>,
): string | undefined {
  return known(resourceServers)?.find(({ identifier }) => identifier === audience)?.machineAccess
}

/** Whether a grant holds a scope of its audience. */
export function holds({ scopes, allowsAllScopes }: ClientGrantFacts, scope: string): boolean {
  return allowsAllScopes || scopes.includes(scope)
}
