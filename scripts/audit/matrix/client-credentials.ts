import type { Protected } from '../../policy/effective.ts'
import { holderOf, holds, machineAccess, takesNoMachine } from '../tenant/client-grants.ts'
import { known, type TenantFacts } from '../tenant/facts.ts'
import type { MatrixCell } from './cell.ts'

/** The one way to a token on which no post-login Action runs, and who may take it. */
export function clientCredentialsCell(
  protects: Protected,
  facts: Pick<TenantFacts, 'clientGrants' | 'clients' | 'resourceServers'>,
): MatrixCell {
  if ('acr' in protects) return { tone: 'none', says: ['–'] }
  const { audience, scope } = protects
  if (takesNoMachine(audience, facts)) return { tone: 'safe', says: ['no machine may ask'] }
  const access = machineAccess(audience, facts)
  if (access !== undefined && access !== 'require_client_grant') {
    return { tone: 'caution', says: [`access not known: ${access}`] }
  }
  const grants = known(facts.clientGrants)
  if (grants === undefined) return { tone: 'caution', says: ['grants not looked at'] }
  const holders = grants
    .filter((grant) => grant.audience === audience && grant.subject === 'client')
    .filter((grant) => holds(grant, scope))
    .map((grant) => holderOf(grant, facts))
  if (holders.length > 0) return { tone: 'open', says: [`granted to ${holders.join(', ')}`] }
  return facts.clientGrants.seen === 'all'
    ? { tone: 'safe', says: ['no client grant'] }
    : { tone: 'caution', says: ['no client grant of those listed'] }
}
