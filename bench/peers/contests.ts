import { MULTI_FACTOR } from '../../tests/support/event.ts'
import { format } from '../format.ts'
import { policyOf, rulesFor, type ScopeRule } from '../policies.ts'
import { stepUpAction } from './action.ts'
import { casbin } from './casbin.ts'
import { cedar } from './cedar.ts'
import { jsonRulesEngine } from './json-rules-engine.ts'
import type { Peer, Question } from './peer.ts'
import { sampleForApis, sampleForWebApps } from './published-samples.ts'
import { acrQuestions, scopeQuestions } from './questions.ts'

/** One peer with one policy and one kind of logins. */
export interface Entry {
  readonly protects: string
  readonly requests: string
  readonly peer: Peer
  readonly questions: readonly Question[]
}

/** What the contests range over. */
export interface Range {
  readonly protectedScopes: readonly number[]
  readonly requestedScopes: readonly number[]
}

/** Contests over logins that request so many scopes, each between all engines with policies for so many. */
export async function scopeContests({
  protectedScopes,
  requestedScopes,
}: Range): Promise<readonly (readonly Entry[])[]> {
  const policies = await Promise.all(
    protectedScopes.map(async (count) => {
      const rules = rulesFor(count)
      return { count, rules, peers: await scopePeers(rules) }
    }),
  )
  return requestedScopes.map((requested) =>
    policies.flatMap(({ count, rules, peers }) =>
      peers.map((peer) => ({
        protects: format(count),
        requests: format(requested),
        peer,
        questions: scopeQuestions(rules, requested),
      })),
    ),
  )
}

/** All that decide by rules for scopes; the sample where there is one rule. */
export async function scopePeers(rules: readonly ScopeRule[]): Promise<readonly Peer[]> {
  const [first, second] = rules
  return [
    await stepUpAction(policyOf(rules)),
    ...(first !== undefined && second === undefined ? [sampleForApis(first)] : []),
    jsonRulesEngine(rules),
    await casbin(rules),
    cedar(rules),
  ]
}

/** The contest over logins that request an acr value. */
export async function acrContest(): Promise<readonly Entry[]> {
  const [rule] = rulesFor(1)
  if (rule === undefined) throw new Error('no rule')
  const questions = acrQuestions(MULTI_FACTOR)
  const policy = policyOf([{ ...rule, protects: { acr: MULTI_FACTOR } }])
  return [await stepUpAction(policy), sampleForWebApps()].map((peer) => ({
    protects: 'an acr value',
    requests: 'an acr value',
    peer,
    questions,
  }))
}

/** @throws Error where the peer decides a login wrongly that it claims to know */
export async function check(peer: Peer, questions: readonly Question[]): Promise<void> {
  for (const question of questions) {
    const isChallenge = peer.isChallenge(await peer.prepare(question)())
    if (peer.knows(question) && isChallenge !== question.needsChallenge) {
      throw new Error(`${peer.name} decides wrongly: ${JSON.stringify(question)}`)
    }
  }
}
