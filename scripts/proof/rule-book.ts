import type { Policy, Rule, ScopeRule } from '../../actions/step-up/policy.ts'
import { effectivePolicy, type EffectiveThing } from '../policy/effective.ts'
import { known, unlessUnreadable, type Facts } from './facts.ts'

/** The rules of a policy by what they protect. */
export interface RuleBook {
  readonly claim: string | undefined
  readonly idTokenClaim: string | undefined
  readonly rules: readonly Rule[]
  readonly byAudience: ReadonlyMap<string, Protectors>
  /** Of every audience together: a login without a known audience may be for any of them. */
  readonly everywhere: Protectors
  readonly byAcr: ReadonlyMap<string, readonly Rule[]>
  /** What the policy comes to. */
  readonly things: Things
}

export interface Things {
  readonly scopes: readonly EffectiveThing[]
  readonly acrs: readonly EffectiveThing[]
  readonly ofAudience: (audience: string) => readonly EffectiveThing[]
}

/** The rules that protect a scope. */
export type Protectors = ReadonlyMap<string, readonly ScopeRule[]>

/** A rule, and those scopes of a token that make it apply; none where it applies by acr value. */
export type Bound = ReadonlyMap<Rule, ReadonlySet<string>>

/** Which rules a login meets, exceptions left out. */
export interface Binding {
  /** Rules for what the login asks for. */
  readonly asked: Bound
  /** Rules for what the token may carry unasked. */
  readonly unasked: Bound
}

/** Arranges a policy for {@link bind}. */
export function newRuleBook(policy: Policy): RuleBook {
  const { claim, idTokenClaim, rules } = policy
  const byAudience = new Map<string, Map<string, ScopeRule[]>>()
  const everywhere = new Map<string, ScopeRule[]>()
  const byAcr = new Map<string, Rule[]>()
  for (const rule of rules) {
    if ('acr' in rule) add(byAcr, rule.acr, rule)
    else {
      const here = byAudience.get(rule.audience) ?? new Map<string, ScopeRule[]>()
      byAudience.set(rule.audience, here)
      for (const scope of rule.scopes) {
        add(here, scope, rule)
        add(everywhere, scope, rule)
      }
    }
  }
  const things = thingsOf(policy)
  return { claim, idTokenClaim, rules, byAudience, everywhere, byAcr, things }
}

function thingsOf(policy: Policy): Things {
  const all = effectivePolicy(policy)
  const scopes = all.filter(({ protects }) => 'scope' in protects)
  const byAudience = new Map<string, EffectiveThing[]>()
  for (const thing of scopes) {
    if ('audience' in thing.protects) push(byAudience, thing.protects.audience, thing)
  }
  return {
    scopes,
    acrs: all.filter(({ protects }) => 'acr' in protects),
    ofAudience: (audience) => byAudience.get(audience) ?? [],
  }
}

function push<T>(to: Map<string, T[]>, key: string, value: T): void {
  const known = to.get(key)
  if (known === undefined) to.set(key, [value])
  else known.push(value)
}

function add<T>(to: Map<string, T[]>, key: string, value: T): void {
  to.set(key, [...(to.get(key) ?? []), value])
}

/** Finds the rules that bind a login; null where that cannot be told. */
export function bind(book: RuleBook, facts: Facts, nowMs: number): Binding | null {
  return unlessUnreadable(() => bindReadable(book, facts, nowMs), null)
}

function bindReadable(book: RuleBook, facts: Facts, nowMs: number): Binding {
  const asked = new Map<Rule, Set<string>>()
  const unasked = new Map<Rule, Set<string>>()
  const isEnforced = ({ reportUntilMs = 0 }: Rule) => nowMs >= reportUntilMs
  const binds = (rule: Rule) => isEnforced(rule) && !isExcepted(rule, facts, nowMs)
  const audience = known(facts.audience())
  const protectedHere = audience === undefined ? book.everywhere : book.byAudience.get(audience)
  if (protectedHere !== undefined && hasRules(protectedHere, isEnforced)) {
    const { listed, more } = known(facts.scopes())
    // Without an audience, "all of its scopes" names none in particular.
    const isAllAsked = more === 'all' && audience !== undefined
    const protect = (scope: string, mapOf: (rule: Rule) => Map<Rule, Set<string>> | undefined) => {
      for (const rule of protectedHere.get(scope)?.filter(binds) ?? []) {
        const to = mapOf(rule)
        to?.set(rule, (to.get(rule) ?? new Set()).add(scope))
      }
    }
    for (const scope of isAllAsked ? protectedHere.keys() : listed) protect(scope, () => asked)
    // What an API of Auth0's own may give cannot be taken out, so it is as if it were asked for.
    const further = typeof more === 'string' ? [...protectedHere.keys()] : more
    for (const scope of isAllAsked ? [] : further.filter((each) => !listed.includes(each))) {
      protect(scope, ({ cannotRemove }) => {
        if (cannotRemove !== true) return unasked
        return known(facts.hasNoApi()) ? undefined : asked
      })
    }
  }
  // A refresh answers no acr value: its ID token carries no `amr`.
  if (hasRules(book.byAcr, isEnforced) && facts.flow !== 'refresh-token') {
    const rules = known(facts.acr()).flatMap((value) => book.byAcr.get(value) ?? [])
    for (const rule of rules.filter(binds)) asked.set(rule, new Set())
  }
  return { asked, unasked }
}

function hasRules(
  rulesOf: ReadonlyMap<string, readonly Rule[]>,
  isEnforced: (rule: Rule) => boolean,
): boolean {
  for (const rules of rulesOf.values()) if (rules.some(isEnforced)) return true
  return false
}

function isExcepted({ exceptions = [] }: Rule, facts: Facts, nowMs: number): boolean {
  return exceptions.some((exception) => {
    if (nowMs >= exception.untilMs) return false
    return 'client' in exception
      ? exception.client === known(facts.client())
      : exception.organization === known(facts.organization())
  })
}
