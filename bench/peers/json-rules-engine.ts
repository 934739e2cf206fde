import { Engine } from 'json-rules-engine'
import type { ScopeRule } from '../policies.ts'
import type { Peer } from './peer.ts'

/**
 * One engine that is kept, a rule for each rule, and the condition that most logins fail first, by its priority.
 * @see https://github.com/CacheControl/json-rules-engine/blob/master/docs/rules.md
 */
export function jsonRulesEngine(rules: readonly ScopeRule[]): Peer {
  const engine = new Engine(
    rules.map(({ id, protects, requires }) => ({
      name: id,
      conditions: {
        all: [
          { fact: 'audience', operator: 'equal', value: protects.audience, priority: 3 },
          { fact: 'mfaAge', operator: 'greaterThan', value: requires.maxAge, priority: 2 },
          {
            any: protects.scopes.map((scope) => ({
              fact: 'scopes',
              operator: 'contains',
              value: scope,
            })),
          },
        ],
      },
      event: { type: 'challenge' },
    })),
  )
  return {
    name: 'json-rules-engine',
    knows: () => true,
    prepare: ({ audience, scopes, mfaAgeSeconds }) => {
      const facts = { audience, scopes, mfaAge: mfaAgeSeconds }
      return () => engine.run(facts)
    },
    isChallenge: (answer) => (answer as { events: readonly unknown[] }).events.length > 0,
  }
}
