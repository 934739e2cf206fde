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
  let asked: Map<Rule, Set<string>> | undefined
  let unasked: Map<Rule, Set<string>> | undefined
  const binds = (rule: Rule) => isEnforced(rule, nowMs) && !isExcepted(rule, facts, nowMs)
  const audience = known(facts.audience())
  const protectedHere = audience === undefined ? book.everywhere : book.byAudience.get(audience)
  if (protectedHere !== undefined && hasRules(protectedHere, nowMs)) {
    const { listed, more } = known(facts.scopes())
    // Without an audience, "all of its scopes" names none in particular.
    const isAllAsked = more === 'all' && audience !== undefined
    for (const scope of isAllAsked ? protectedHere.keys() : listed) {
      for (const rule of protectedHere.get(scope) ?? NO_RULES) {
        if (binds(rule)) asked = withScope(asked, rule, scope)
      }
    }
    const further = typeof more === 'string' ? protectedHere.keys() : more
    for (const scope of isAllAsked ? [] : further) {
      if (listed.includes(scope)) continue
      for (const rule of protectedHere.get(scope) ?? NO_RULES) {
        if (!binds(rule)) continue
        // What an API of Auth0's own may give cannot be taken out, so it is as if it were asked for.
        if (rule.cannotRemove !== true) unasked = withScope(unasked, rule, scope)
        else if (!known(facts.hasNoApi())) asked = withScope(asked, rule, scope)
      }
    }
  }
  // A refresh answers no acr value: its ID token carries no `amr`.
  if (hasRules(book.byAcr, nowMs) && facts.flow !== 'refresh-token') {
    for (const value of known(facts.acr())) {
      for (const rule of book.byAcr.get(value) ?? NO_RULES) {
        if (binds(rule)) (asked ??= new Map()).set(rule, new Set())
      }
    }
  }
  return { asked: asked ?? NONE, unasked: unasked ?? NONE }
}

// Most logins meet no rule, and empty maps would be most of what is thrown away.
const NONE: Bound = new Map()
const NO_RULES: readonly never[] = []

function withScope(
  bound: Map<Rule, Set<string>> | undefined,
  rule: Rule,
  scope: string,
): Map<Rule, Set<string>> {
  const to = bound ?? new Map<Rule, Set<string>>()
  return to.set(rule, (to.get(rule) ?? new Set()).add(scope))
}

const HAS_RULES = new WeakMap<ReadonlyMap<string, readonly Rule[]>, Map<number, boolean>>()

/** Whether any rule is enforced at a time, of which there are a few in thousands of logins. */
function hasRules(rulesOf: ReadonlyMap<string, readonly Rule[]>, nowMs: number): boolean {
  const byTime = HAS_RULES.get(rulesOf) ?? new Map<number, boolean>()
  HAS_RULES.set(rulesOf, byTime)
  const known = byTime.get(nowMs)
  if (known !== undefined) return known
  const found = [...rulesOf.values()].flat().some((rule) => isEnforced(rule, nowMs))
  byTime.set(nowMs, found)
  return found
}

function isEnforced({ reportUntilMs = 0 }: Rule, nowMs: number): boolean {
  return nowMs >= reportUntilMs
}

function isExcepted({ exceptions = [] }: Rule, facts: Facts, nowMs: number): boolean {
  return exceptions.some((exception) => {
    if (nowMs >= exception.untilMs) return false
    return 'client' in exception
      ? exception.client === known(facts.client())
      : exception.organization === known(facts.organization())
  })
}
