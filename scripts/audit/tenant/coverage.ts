import type { PolicyFile } from '../../policy/schema.ts'
import { scopeRulesOf } from './context.ts'
import { known, type TenantFacts } from './facts.ts'

/** One scope of a resource server, and what the policy makes of it. */
export type CoveredScope = { readonly audience: string; readonly scope: string } & (
  | { readonly standing: 'protected'; readonly rules: readonly string[] }
  /** No rule, although `word` in its name suggests one. */
  | { readonly standing: 'looks-high-value'; readonly word: string }
  | { readonly standing: 'everyday' }
)

/**
 * Words that make a scope look high-value. With a colon: a whole part of its name (`write:` finds
 * `write:users` and `users.write`). Without: anywhere in it.
 */
const HIGH_VALUE_WORDS: readonly string[] = ['transfer:', 'delete:', 'write:', 'admin']

/**
 * Every scope of every resource server, in the order of the tenant. Auth0's own resource servers are
 * left out: Actions cannot change the scopes of their tokens.
 */
export function coverageOf(policy: PolicyFile, facts: TenantFacts): readonly CoveredScope[] {
  const rules = scopeRulesOf({ policy })
  const words = policy.audit?.highValue ?? HIGH_VALUE_WORDS
  const servers = (known(facts.resourceServers) ?? []).filter(({ isSystem }) => !isSystem)
  return servers.flatMap(({ identifier: audience, scopes }) =>
    scopes.map((scope): CoveredScope => {
      const protecting = rules
        .filter((rule) => rule.audience === audience && rule.scopes.includes(scope))
        .map(({ id }) => id)
      if (protecting.length > 0)
        return { audience, scope, standing: 'protected', rules: protecting }
      const word = words.find((word) => hasWord(scope, word))
      if (word !== undefined) return { audience, scope, standing: 'looks-high-value', word }
      return { audience, scope, standing: 'everyday' }
    }),
  )
}

function hasWord(scope: string, word: string): boolean {
  const [name, sought] = [scope.toLowerCase(), word.toLowerCase()]
  return sought.endsWith(':') ? inParts(name).includes(inParts(sought)) : name.includes(sought)
}

function inParts(name: string): string {
  return ` ${name
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
    .join(' ')} `
}
