import type { Policy } from '../actions/step-up/policy.ts'
import { compilePolicy } from '../scripts/policy/compile.ts'
import type { PolicyRule } from '../scripts/policy/schema.ts'

export const MAX_AGE_SECONDS = 3_600

const SCOPES_PER_RULE = 5
const MAX_AUDIENCES = 50

/** A rule that protects scopes of one audience. */
export type ScopeRule = PolicyRule & {
  readonly protects: { readonly audience: string; readonly scopes: readonly string[] }
}

/** Rules for so many scopes in all, over up to 50 audiences. */
export function rulesFor(scopes: number, scopesPerRule = SCOPES_PER_RULE): readonly ScopeRule[] {
  return Array.from({ length: Math.ceil(scopes / scopesPerRule) }, (_, rule) => ({
    id: `rule-${rule}`,
    reason: 'Moves money',
    protects: {
      audience: `https://api-${rule % MAX_AUDIENCES}.example`,
      scopes: Array.from(
        { length: Math.min(scopesPerRule, scopes - rule * scopesPerRule) },
        (_each, i) => `write:${rule}-${i}`,
      ),
    },
    requires: { factors: 'any', maxAge: MAX_AGE_SECONDS },
    whenNotEnrolled: 'deny',
  }))
}

/** The policy of these rules as the build compiles it. */
export function policyOf(rules: readonly PolicyRule[]): Policy {
  return compilePolicy({ version: 1, rules: [...rules] })
}
