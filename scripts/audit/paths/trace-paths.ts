import type { Policy, Rule, ScopeRule } from '../../../actions/step-up/policy.ts'
import { outcomeOf, type Outcome } from '../../proof/outcome.ts'
import { loadBundle, type LoadedBundle } from '../../proof/run-bundle.ts'
import type { TenantFacts } from '../tenant/facts.ts'
import { clientCredentials } from './client-credentials.ts'
import type { Goal } from './flow-events.ts'
import { FLOWS, NOT_ENROLLED, type Flow } from './flows.ts'
import type { Path, PathOutcome, ProtectedPaths } from './path.ts'

/** What is traced: the code as it is shipped, what it must do, and where it runs. */
export interface Traced {
  readonly code: string
  readonly policy: Policy
  readonly facts: Pick<TenantFacts, 'clientGrants' | 'clients'>
  /** The time of every request, epoch milliseconds. */
  readonly nowMs: number
}

/**
 * Runs a bundle on the event of each flow, for each protected scope and acr value. What the policy
 * says plays no part in the outcomes, only in the choice of what to ask for.
 * @throws Error where the bundle cannot be loaded
 */
export async function tracePaths(traced: Traced): Promise<readonly ProtectedPaths[]> {
  const { code, policy, nowMs } = traced
  const bundle = loadBundle(code, { now: () => nowMs, onUnknown: () => undefined })
  const all: ProtectedPaths[] = []
  for (const goal of goalsOf(policy, nowMs)) {
    const paths: Path[] = []
    for (const flow of FLOWS) paths.push(await trace(bundle, flow, goal))
    paths.push(clientCredentials(goal, traced.facts))
    const rules = goal.rules.map(({ id }) => id)
    const { asks } = goal
    all.push(
      'acr' in asks
        ? { rules, acr: asks.acr, paths }
        : { rules, audience: asks.audience, scopes: [asks.scope], paths },
    )
  }
  return alikeTogether(all)
}

function goalsOf({ rules }: Policy, nowMs: number): readonly Goal[] {
  const goals = new Map<string, Goal & { readonly rules: Rule[] }>()
  const add = (asks: Goal['asks'], rule: Rule) => {
    const key = JSON.stringify(asks)
    const goal = goals.get(key) ?? { asks, rules: [], nowMs }
    goal.rules.push(rule)
    goals.set(key, goal)
  }
  for (const rule of rules) {
    if ('acr' in rule) add({ acr: rule.acr }, rule)
    else for (const asks of scopesOf(rule)) add(asks, rule)
  }
  return [...goals.values()]
}

function scopesOf({ audience, scopes }: ScopeRule) {
  return scopes.map((scope) => ({ audience, scope }))
}

async function trace(bundle: LoadedBundle, flow: Flow, goal: Goal): Promise<Path> {
  const { id, title, kind } = flow
  const event = flow.event(goal)
  if (event === undefined) {
    return { flow: id, title, kind, outcome: { kind: 'impossible' }, calls: [] }
  }
  const run = bundle.run(event)
  const [result] = await bundle.settle([run.promise])
  const sum = outcomeOf(run.calls, result?.status === 'rejected')
  return { flow: id, title, kind, outcome: pathOutcome(flow, goal, sum), calls: run.calls }
}

function pathOutcome(flow: Flow, { asks }: Goal, sum: Outcome): PathOutcome {
  if (sum.hasThrown) return { kind: 'failed' }
  if (sum.denial !== undefined) return { kind: 'denied', reason: sum.denial }
  if ('scope' in asks && sum.removed.includes(asks.scope)) return { kind: 'removed' }
  const demand = demandOf(flow, sum)
  if (demand === undefined) return { kind: 'issued', proof: flow.proof }
  return flow.kind === 'silent' ? { kind: 'login-required' } : demand
}

function demandOf({ id }: Flow, sum: Outcome): PathOutcome | undefined {
  if (sum.enrolled.length > 0) return { kind: 'enrols', factors: namesOf(sum.enrolled) }
  if (sum.challenged.length > 0) return { kind: 'challenged', factors: namesOf(sum.challenged) }
  if (!sum.isMfaEnabled) return undefined
  // Universal Login lets a user without a factor set one up, whichever it is.
  return { kind: id === NOT_ENROLLED ? 'enrols' : 'challenged', factors: 'any' }
}

function namesOf(factors: Outcome['challenged']): readonly string[] {
  return factors.map(({ type }) => type)
}

/** Puts scopes together that cannot be told apart by what happens. */
function alikeTogether(all: readonly ProtectedPaths[]): readonly ProtectedPaths[] {
  const groups = new Map<string, ProtectedPaths>()
  for (const each of all) {
    if ('acr' in each) {
      groups.set(JSON.stringify([each.acr]), each)
      continue
    }
    const { audience, rules, paths } = each
    const key = JSON.stringify([audience, rules, paths.map(({ outcome }) => outcome)])
    const group = groups.get(key)
    const scopes = group !== undefined && 'scopes' in group ? group.scopes : []
    groups.set(key, { ...(group ?? each), audience, scopes: [...scopes, ...each.scopes] })
  }
  return [...groups.values()]
}
