import { holderOf, holds } from '../tenant/client-grants.ts'
import { known, type TenantFacts } from '../tenant/facts.ts'
import type { Goal } from './flow-events.ts'
import type { Path } from './path.ts'

const CLIENT_CREDENTIALS = {
  flow: 'client-credentials',
  title: 'Client credentials',
  kind: 'no-user',
  calls: [],
} as const

/** The one way to a token on which no post-login Action runs, and who may take it. */
export function clientCredentials(
  { asks }: Goal,
  facts: Pick<TenantFacts, 'clientGrants' | 'clients'>,
): Path {
  if ('acr' in asks) return { ...CLIENT_CREDENTIALS, outcome: { kind: 'impossible' } }
  const grants = known(facts.clientGrants)
  if (grants === undefined) return { ...CLIENT_CREDENTIALS, outcome: { kind: 'no-action' } }
  const holders = grants
    .filter(({ audience, subject }) => audience === asks.audience && subject === 'client')
    .filter((grant) => holds(grant, asks.scope))
    .map((grant) => holderOf(grant, facts))
  return { ...CLIENT_CREDENTIALS, outcome: { kind: 'no-action', holders } }
}
