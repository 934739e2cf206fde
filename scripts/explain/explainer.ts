import { isDeepStrictEqual } from 'node:util'
import { decide, type Decision } from '../../actions/step-up/decide.ts'
import { indexAt, stagesOf, type Policy } from '../../actions/step-up/policy.ts'
import { protocolOf } from '../../actions/step-up/protocols.ts'
import { isSilent, requestedScopes, type Login } from '../../actions/step-up/request.ts'
import { outcomeOf, type Outcome } from '../proof/outcome.ts'
import { loadBundle, type Call } from '../proof/run-bundle.ts'
import type { Path } from '../policy/yaml-source.ts'
import type { Question } from './question.ts'
import { sentence, userSees } from './words.ts'

/** What a login comes to, and why. */
export interface Explanation {
  readonly sentence: string
  readonly outcome: Decision['outcome']
  readonly reason: Decision['reason']
  readonly rule?: string
  /** `file:line` of the rule. */
  readonly where?: string
  /** The calls of the real bundle on `api`. */
  readonly calls: readonly Call[]
  readonly userSees: string
  /** Whether a token with all that was asked for is issued, at once or after a challenge. */
  readonly isGranted: boolean
}

export type Explain = (question: Question) => Explanation

export interface ExplainerOptions {
  readonly code: string
  readonly policy: Policy
  readonly locate: (path: Path) => { readonly file: string; readonly line: number }
}

/**
 * Makes what explains logins. The bundle is run and `decide` is asked.
 * @throws Error where the two disagree, which would be a defect of the build
 */
export function newExplainer({ code, policy, locate }: ExplainerOptions): Explain {
  const stages = stagesOf(policy)
  const clock = { nowMs: 0 }
  const bundle = loadBundle(code, { now: () => clock.nowMs, onUnknown: () => undefined })
  return ({ event, nowMs }) => {
    clock.nowMs = nowMs
    const login = { event, protocol: protocolOf(event), nowMs }
    const decision = decide(indexAt(stages, nowMs), event, nowMs)
    const { calls } = bundle.run(event)
    const outcome = outcomeOf(calls, false)
    if (!agrees(decision, outcome)) throw new Error('the bundle and `decide` do not agree')
    const { rule } = decision
    const place = rule === undefined ? undefined : placeOf(policy, rule, locate)
    const seen = { decision, login, denial: outcome.denial }
    return {
      sentence: sentence(decision),
      outcome: decision.outcome,
      reason: decision.reason,
      ...(rule !== undefined && { rule }),
      ...(place !== undefined && { where: place }),
      // Plain copies: objects of the bundle's own context are never strictly equal to ours.
      calls: calls.map(({ command, arguments: given }) => ({
        command,
        arguments: structuredClone(given),
      })),
      userSees: userSees(seen),
      isGranted: isGranted(decision, login),
    }
  }
}

function isGranted(decision: Decision, login: Login): boolean {
  switch (decision.outcome) {
    case 'pass':
      return true
    case 'challenge':
      return !losesAsked(decision.removeScopes, login) && !isSilent(login)
    case 'remove':
      return !losesAsked(decision.removeScopes, login)
    case 'deny':
      return false
  }
}

// Of a request that names scopes, those are lost that it names.
function losesAsked(removed: readonly string[], login: Login): boolean {
  const { listed } = requestedScopes(login)
  return removed.some((scope) => listed.length === 0 || listed.includes(scope))
}

function placeOf(policy: Policy, id: string, locate: ExplainerOptions['locate']): string {
  const number = policy.rules.findIndex((rule) => rule.id === id)
  const { file, line } = locate(['rules', number])
  return `${file}:${line}`
}

function agrees(decision: Decision, outcome: Outcome): boolean {
  const types = (named: Outcome['challenged']) => named.map(({ type }) => type)
  const isChallenge = decision.outcome === 'challenge'
  return (
    (decision.outcome === 'deny') === (outcome.denial !== undefined) &&
    isChallenge === outcome.isMfaEnabled &&
    isDeepStrictEqual(types(outcome.challenged), isChallenge ? decision.challengeWith : []) &&
    isDeepStrictEqual(types(outcome.enrolled), isChallenge ? decision.enrollWith : []) &&
    isDeepStrictEqual(outcome.removed, 'removeScopes' in decision ? decision.removeScopes : [])
  )
}
