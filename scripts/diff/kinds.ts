import type { Policy, Rule, ScopeRule } from '../../actions/step-up/policy.ts'
import { acrTarget, scopeTarget, type Target } from '../proof/target.ts'
import { splitAtPolicy } from '../policy/bundle-parts.ts'
import { protectedBy, rulesFor, type Protected } from './protected.ts'

/** One of the two that are compared: a policy, and the Action that was built from it. */
export interface Side {
  readonly policy: Policy
  readonly code: string
}

export interface Sides {
  readonly before: Side
  readonly after: Side
}

/** What is protected by equal rules on either side: one exploration tells of all of it. */
export interface Kind {
  readonly protects: readonly Protected[]
  readonly target: Target
}

/**
 * Divides what two policies protect into kinds to explore, with the boundaries of both policies in the
 * target of each. Left out is what has equal rules in equal code: a decision depends on nothing else.
 * @param nowMs exceptions that have ended by then bind nobody any more and are no difference
 */
export function kindsOf(sides: Sides, nowMs: number): readonly Kind[] {
  const before = withLiveExceptions(sides.before.policy, nowMs)
  const after = withLiveExceptions(sides.after.policy, nowMs)
  const both = union(before, after)
  const isSameCode = engineOf(sides.before.code) === engineOf(sides.after.code)
  const kinds = new Map<string, Protected[]>()
  for (const what of protectedBy(both)) {
    const [was, is] = [before, after].map((policy) => contentFor(policy, what))
    if (was === is && isSameCode) continue
    const key = JSON.stringify([was, is, 'acr' in what])
    kinds.set(key, [...(kinds.get(key) ?? []), what])
  }
  return [...kinds.values()].flatMap((protects) => {
    const [first] = protects
    const target = first && targetOf(both, first)
    return target === undefined ? [] : [{ protects, target }]
  })
}

/** The rules of two policies as one. */
export function union(before: Policy, after: Policy): Policy {
  return { rules: [...before.rules, ...after.rules] }
}

function withLiveExceptions({ rules, ...policy }: Policy, nowMs: number): Policy {
  return {
    ...policy,
    rules: rules.map(({ exceptions = [], ...rule }) => ({
      ...rule,
      exceptions: exceptions.filter(({ untilMs }) => untilMs > nowMs),
    })),
  }
}

// What stands before the policy, without the comments of which each build has its own.
function engineOf(code: string): string {
  return splitAtPolicy(code).engine.replace(/^\/\/.*$/gm, '')
}

/** All that a policy says of something, without names and in a fixed order. */
function contentFor(policy: Policy, what: Protected): string {
  const rules = rulesFor(policy, what).map((rule) => JSON.stringify(contentOf(rule)))
  return JSON.stringify([policy.claim, [...new Set(rules)].toSorted()])
}

function contentOf(rule: Rule) {
  const { requires, whenConfidenceIsLow = requires, withoutBrowser } = rule
  return [
    ordered(requires),
    ordered(whenConfidenceIsLow),
    Object.entries(withoutBrowser).toSorted(),
    rule.whenNotEnrolled ?? 'deny',
    (rule.exceptions ?? []).map((each) => JSON.stringify(each)).toSorted(),
  ]
}

function ordered({ factors, maxAgeSeconds }: Rule['requires']) {
  return [factors === 'any' ? factors : factors.toSorted(), maxAgeSeconds]
}

function targetOf(both: Policy, what: Protected): Target | undefined {
  const [rule] = rulesFor(both, what)
  if (rule === undefined) return undefined
  return 'acr' in rule
    ? acrTarget(both, rule)
    : scopeTarget(both, rule satisfies ScopeRule, 'scope' in what ? what.scope : '')
}
