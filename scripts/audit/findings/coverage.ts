import type { PolicyFile } from '../../policy/schema.ts'
import { scopeRulesOf } from './context.ts'
import { known, type TenantFacts } from '../tenant/facts.ts'

/** One scope of a resource server, and what the policy makes of it. */
export type CoveredScope = { readonly audience: string; readonly scope: string } & (
  | { readonly standing: 'protected'; readonly rules: readonly string[] }
  /** Its rules are only reported, the first of them until this day (UTC, YYYY-MM-DD). */
  | {
      readonly standing: 'not-enforced'
      readonly rules: readonly string[]
      readonly until: string
    }
  /** No rule, although `word` in its name suggests one. */
  | { readonly standing: 'looks-high-value'; readonly word: string }
  /** Somebody listed it, for that reason; or its name has none of the high-value words. */
  | { readonly standing: 'everyday'; readonly reason?: string }
)

/**
 * Words that make a scope look high-value. With a colon: a whole part of its name (`write:` finds
 * `write:users` and `users.write`). Without: anywhere in it. They go by what APIs of banks, hospitals
 * and shops call what moves money, cannot be taken back, or lets somebody in.
 */
const HIGH_VALUE_WORDS: readonly string[] = [
  ...['transfer:', 'withdraw:', 'pay:', 'payout', 'payment', 'refund:', 'funds', 'money', 'trade:'],
  ...['beneficiar', 'payee', 'mandate', 'limit:', 'limits:', 'pin:', 'payroll'],
  ...['delete:', 'remove:', 'close:', 'cancel:', 'write:', 'change:', 'manage:', 'approve:'],
  ...['authorize:', 'sign:', 'prescribe:', 'release:', 'export:', 'publish:', 'execute:'],
  ...['admin', 'impersonat', 'grant:', 'revoke:', 'assign:', 'reset:', 'unlock:', 'permission'],
  ...['password', 'credential', 'secret', 'authentication_methods:'],
]

/** The words by which scopes of a policy are taken to be high-value. */
export function highValueWords({ audit }: PolicyFile): readonly string[] {
  return audit?.highValue ?? HIGH_VALUE_WORDS
}

/**
 * Every scope of every resource server, in the order of the tenant. Auth0's own resource servers are
 * left out: Actions cannot change the scopes of their tokens.
 */
export function coverageOf(
  policy: PolicyFile,
  facts: TenantFacts,
  today: Date,
): readonly CoveredScope[] {
  const rules = scopeRulesOf({ policy })
  const words = highValueWords(policy)
  const servers = (known(facts.resourceServers) ?? []).filter(({ isSystem }) => !isSystem)
  return servers.flatMap(({ identifier: audience, scopes }) =>
    scopes.map((scope): CoveredScope => {
      const its = rules.filter((rule) => rule.audience === audience && rule.scopes.includes(scope))
      const [first] = its
        .map(({ reportUntil = '' }) => reportUntil)
        .toSorted((a, b) => a.localeCompare(b))
      if (first !== undefined) {
        const enforced = its.filter(({ reportUntil = '' }) => !isAfter(reportUntil, today))
        const ids = (enforced.length > 0 ? enforced : its).map(({ id }) => id)
        return enforced.length > 0
          ? { audience, scope, standing: 'protected', rules: ids }
          : { audience, scope, standing: 'not-enforced', rules: ids, until: first }
      }
      const listed = policy.audit?.everyday?.find(
        (each) => each.audience === audience && each.scopes.includes(scope),
      )
      if (listed !== undefined) {
        return { audience, scope, standing: 'everyday', reason: listed.reason }
      }
      const word = highValueWordIn(scope, words)
      if (word !== undefined) return { audience, scope, standing: 'looks-high-value', word }
      return { audience, scope, standing: 'everyday' }
    }),
  )
}

/** The first of the words that a scope has in its name. */
export function highValueWordIn(
  scope: string,
  words: readonly string[] = HIGH_VALUE_WORDS,
): string | undefined {
  return words.find((word) => hasWord(scope, word))
}

function isAfter(day: string, today: Date): boolean {
  return day !== '' && Date.parse(day) > today.getTime()
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
