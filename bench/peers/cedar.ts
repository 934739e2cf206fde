import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs'
import type { ScopeRule } from '../policies.ts'
import type { Peer } from './peer.ts'

/**
 * A policy for each rule, the audience in its scope (by which Cedar can slice policies), parsed once.
 * @see https://docs.cedarpolicy.com/bestpractices/bp-populate-policy-scope.html
 */
export function cedar(rules: readonly ScopeRule[]): Peer {
  const preparsedPolicySetId = `${rules.length} rules`
  const parsed = preparsePolicySet(preparsedPolicySetId, {
    staticPolicies: Object.fromEntries(rules.map((rule) => [rule.id, policyOf(rule)])),
  })
  if (parsed.type === 'failure') throw new Error(parsed.errors[0]?.message)
  return {
    name: 'cedar-wasm',
    knows: () => true,
    prepare: ({ audience, scopes, mfaAgeSeconds }) => {
      const call = {
        principal: { type: 'User', id: 'ada' },
        action: { type: 'Action', id: 'challenge' },
        resource: { type: 'Audience', id: audience },
        context: { scopes: [...scopes], mfaAge: mfaAgeSeconds },
        preparsedPolicySetId,
        entities: [],
      }
      return () => statefulIsAuthorized(call)
    },
    isChallenge: (answer) => {
      const { type, ...rest } = answer as ReturnType<typeof statefulIsAuthorized>
      if (type === 'failure' || !('response' in rest)) throw new Error(JSON.stringify(rest))
      return rest.response.decision === 'allow'
    },
  }
}

function policyOf({ protects, requires }: ScopeRule): string {
  return `permit (
    principal,
    action == Action::"challenge",
    resource == Audience::${JSON.stringify(protects.audience)}
  ) when {
    context.mfaAge > ${requires.maxAge} &&
    context.scopes.containsAny(${JSON.stringify(protects.scopes)})
  };`
}
