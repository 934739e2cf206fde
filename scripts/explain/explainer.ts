import { isDeepStrictEqual } from 'node:util'
import type { Policy } from '../../actions/step-up/policy.ts'
import type { Path } from '../policy/yaml-source.ts'
import { disagreement } from '../proof/agreement.ts'
import { outcomeOf } from '../proof/outcome.ts'
import type { Expected } from '../proof/reference.ts'
import { loadBundle, type Call } from '../proof/run-bundle.ts'
import { readLogin, type Login } from './login.ts'
import type { Question } from './question.ts'
import { explainRules, type RuleExplanation } from './rules.ts'
import { newBook, UNREADABLE, verdictOn, type Reason, type Verdict } from './verdict.ts'
import { sentence, userSees } from './words.ts'

/** What a login comes to, and why. */
export interface Explanation {
  readonly sentence: string
  readonly outcome: Verdict['outcome']
  readonly reason: Reason
  readonly rule?: string
  /** `file:line` of the rule. */
  readonly where?: string
  /** The calls of the real bundle on `api`. */
  readonly calls: readonly Call[]
  readonly userSees: string
  /** Whether a token with all that was asked for is issued, at once or after a challenge. */
  readonly isGranted: boolean
}

export interface Explainer {
  readonly explain: (question: Question) => Explanation
  /** Of every rule of the policy why it applies or does not, with its `file:line`. */
  readonly rules: (question: Question) => readonly LocatedRule[]
}

export interface LocatedRule extends RuleExplanation {
  readonly where: string
}

export interface ExplainerOptions {
  readonly code: string
  readonly policy: Policy
  readonly locate: (path: Path) => { readonly file: string; readonly line: number }
}

/**
 * Makes what explains logins: in the words of the effective policy, which the bundle is run to be held
 * against.
 * @throws Error where the bundle does otherwise, which would be a defect of the build
 */
export function newExplainer({ code, policy, locate }: ExplainerOptions): Explainer {
  const book = newBook(policy)
  const clock = { nowMs: 0 }
  const bundle = loadBundle(code, { now: () => clock.nowMs, onUnknown: () => undefined })
  const numbers = new Map(policy.rules.map(({ id }, i) => [id, i]))
  const placeOf = (id: string): string => {
    const { file, line } = locate(['rules', numbers.get(id) ?? 0])
    return `${file}:${line}`
  }

  function explain(question: Question): Explanation {
    clock.nowMs = question.nowMs
    const login = readLogin(question)
    const { calls } = bundle.run(question.event)
    const outcome = outcomeOf(calls, false)
    const { denial } = outcome
    const isUnreadable = !login.isReadable && denial?.includes('request-unreadable') === true
    const verdict = isUnreadable ? UNREADABLE : verdictOn(book, login)
    const ifConfident = isUnreadable ? verdict : verdictOn(book, login, 'high')
    const isLow = !isSame(verdict, ifConfident)
    const told = sentence({ verdict, login, ifConfident: isLow ? ifConfident : undefined })
    const expected = disagreement(outcome, expectedOf(verdict, policy), {
      claim: policy.claim,
      idTokenClaim: policy.idTokenClaim,
    })
    if (expected !== undefined) throw new Error(defect(told, expected, calls))
    const { rule } = verdict
    return {
      sentence: told,
      outcome: verdict.outcome,
      reason: verdict.reason,
      ...(rule !== undefined && { rule: rule.id, where: placeOf(rule.id) }),
      // Plain copies: objects of the bundle's own context are never strictly equal to ours.
      calls: calls.map(({ command, arguments: given }) => ({
        command,
        arguments: structuredClone(given),
      })),
      userSees: userSees(verdict, login, denial),
      isGranted: isGranted(verdict, login),
    }
  }

  return {
    explain,
    rules: (question) =>
      explainRules(book, readLogin(question)).map((rule) => ({
        ...rule,
        where: placeOf(rule.rule),
      })),
  }
}

function isSame(a: Verdict, b: Verdict): boolean {
  const visible = ({ outcome, reason, removed, answer }: Verdict) => ({
    ...{ outcome, reason, removed, answer },
  })
  return isDeepStrictEqual(visible(a), visible(b))
}

function isGranted({ outcome, removed, answer }: Verdict, { scopes: { listed } }: Login): boolean {
  const isAllLeft = listed.length > 0 && !listed.some((scope) => removed.includes(scope))
  switch (outcome) {
    case 'pass':
      return true
    case 'remove':
      return isAllLeft
    case 'challenge':
      return answer.kind === 'mfa' && (removed.length === 0 || isAllLeft)
    case 'deny':
      return false
  }
}

function expectedOf(verdict: Verdict, { claim, idTokenClaim }: Policy): Expected {
  const { outcome, removed, answer, recorded, held } = verdict
  if (outcome === 'deny') return { kind: 'refused' }
  return {
    kind: 'answered',
    removed,
    mfa: mfaOf(answer),
    recorded: claim === undefined ? undefined : recorded,
    held: idTokenClaim === undefined ? [] : held.map(({ id }) => id).toSorted(),
  }
}

function mfaOf(answer: Verdict['answer']): Extract<Expected, { kind: 'answered' }>['mfa'] {
  if (answer.kind === 'login-required') return 'any'
  if (answer.kind !== 'mfa') return 'none'
  const { challenge, enrol } = answer
  return challenge === 'any' ? 'any' : { challenge, enroll: enrol }
}

function defect(told: string, expected: string, calls: readonly Call[]): string {
  const done = calls.map(
    ({ command, arguments: given }) => `api.${command}(${JSON.stringify(given).slice(1, -1)})`,
  )
  return `the bundle does otherwise than its policy says
  policy: ${told}
  expected: ${expected}
  bundle: ${done.length === 0 ? 'no call on `api`' : done.join(', ')}`
}
