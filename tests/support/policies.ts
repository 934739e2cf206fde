import type { Policy, ScopeRule } from '../../actions/step-up/policy.ts'
import { BANKING, MULTI_FACTOR } from './event.ts'

/** A scope rule with the defaults that the policy compiler writes out. */
export function scopeRule(changes: Partial<ScopeRule> = {}): ScopeRule {
  return {
    id: 'transfer-funds',
    audience: BANKING,
    scopes: ['transfer:funds'],
    requires: { factors: 'any', maxAgeSeconds: 0 },
    whenNotEnrolled: 'enroll',
    withoutBrowser: { others: 'remove' },
    ...changes,
  }
}

/** The ID-token claim of the shipped policy. */
export const ID_TOKEN_CLAIM = 'https://fabrikam.example/step_up_rules'

/** The policy that ships with the package, compiled. */
export const FABRIKAM: Policy = {
  idTokenClaim: ID_TOKEN_CLAIM,
  rules: [
    scopeRule(),
    {
      id: 'salary-page',
      acr: MULTI_FACTOR,
      requires: { factors: 'any', maxAgeSeconds: 0 },
      whenNotEnrolled: 'enroll',
      withoutBrowser: { others: 'deny' },
    },
  ],
}
