import { newEnforcer, newModelFromString, type Enforcer } from 'casbin'
import type { ScopeRule } from '../policies.ts'
import type { Peer } from './peer.ts'

// The comparison that most policies fail stands first.
const MODEL = `
[request_definition]
r = scopes, mfaAge
[policy_definition]
p = scope, maxAge
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = (p.scope in r.scopes) && r.mfaAge > p.maxAge
`

/**
 * An enforcer for each audience, since casbin advises to shard large policies, and the synchronous call. Its
 * cache is left out: it answers only logins that are alike to the second.
 * @see https://casbin.org/docs/performance
 */
export async function casbin(rules: readonly ScopeRule[]): Promise<Peer> {
  const enforcers = new Map<string, Enforcer>()
  for (const { protects, requires } of rules) {
    const { audience, scopes } = protects
    const enforcer = enforcers.get(audience) ?? (await newEnforcer(newModelFromString(MODEL)))
    enforcers.set(audience, enforcer)
    await enforcer.addPolicies(scopes.map((scope) => [scope, String(requires.maxAge)]))
  }
  return {
    name: 'casbin',
    knows: () => true,
    prepare:
      ({ audience, scopes, mfaAgeSeconds }) =>
      () =>
        enforcers.get(audience)?.enforceSync(scopes, mfaAgeSeconds) ?? false,
    isChallenge: (answer) => answer === true,
  }
}
