import type { Aspect } from './change.ts'
import type { Subject } from './circumstance.ts'
import { compareKind } from './compare-kind.ts'
import { exampleOf, type Example } from './example.ts'
import { loadSides } from './explore-both.ts'
import { flowsOf } from './flows.ts'
import { groupsOf, type Group, type Prompting } from './groups.ts'
import { kindsOf, union, type Sides } from './kinds.ts'
import type { Protected } from './protected.ts'

/** Requests whose outcome has changed in the same way, in words and with an example. */
export interface ReportedGroup {
  readonly verdict: Group['verdict']
  readonly aspect: Aspect
  readonly protects: readonly Protected[]
  /** The flows in words, such as `in a browser`. */
  readonly flows: string
  readonly protocols: readonly string[]
  readonly subject?: Subject
  /** Whether it concerns only logins that Auth0 assesses so. */
  readonly confidence?: 'medium or high' | 'low or none'
  readonly was: string
  readonly now: string
  readonly prompting: Prompting
  readonly example: Example
}

/** What two policies make of the same requests. */
export interface PolicyDiff {
  readonly groups: readonly ReportedGroup[]
  /** How many requests were run on both. */
  readonly cases: number
}

export interface CompareOptions {
  /** Now, in epoch milliseconds: exceptions that have ended are no difference. */
  readonly nowMs: number
  /** Hears how many kinds of protected scopes are done. */
  readonly progress?: (done: number, total: number) => void
}

const ORDER: readonly Group['verdict'][] = ['weaker', 'stricter', 'different']

/**
 * Compares two policies by what their bundles do with the same requests, never by their text.
 * The requests: every flow with each MFA at either side of each boundary of both policies, each set of
 * factors and each risk; each client, organization and time of an exception; and every field at each of
 * its odd values, as far as it can be read. Assumed: what holds for each scope by itself holds for several
 * asked for together, so those are not reported again. What is weaker and what stricter: {@link compare} in
 * `standing.ts`. Log lines, ids of rules, their order and their reasons do not count.
 * @throws UserError where a bundle reads what is not varied
 */
export async function comparePolicies(
  sides: Sides,
  { nowMs, progress }: CompareOptions,
): Promise<PolicyDiff> {
  const loaded = loadSides(sides)
  const both = union(sides.before.policy, sides.after.policy)
  const kinds = kindsOf(sides, nowMs)
  const groups: ReportedGroup[] = []
  let cases = 0
  for (const [done, kind] of kinds.entries()) {
    progress?.(done, kinds.length)
    const comparison = await compareKind(loaded, kind, both)
    cases += comparison.cases
    for (const group of groupsOf(kind, comparison)) {
      const example = await exampleOf(loaded, kind, group.change)
      groups.push(reported(group, comparison.protocols, example))
    }
  }
  const rank = ({ verdict }: ReportedGroup) => ORDER.indexOf(verdict)
  return { groups: groups.toSorted((a, b) => rank(a) - rank(b)), cases }
}

function reported(group: Group, tried: ReadonlySet<string>, example: Example): ReportedGroup {
  const { verdict, aspect, protects, protocols, subject, isConfident, was, now, prompting } = group
  return {
    verdict,
    aspect,
    protects,
    flows: flowsOf(protocols, tried),
    protocols,
    ...(subject && { subject }),
    ...(isConfident !== undefined && {
      confidence: isConfident ? 'medium or high' : 'low or none',
    }),
    was,
    now,
    prompting,
    example,
  }
}
