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

/** The policy that ships with the package, compiled. */
export const FABRIKAM: Policy = {
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
