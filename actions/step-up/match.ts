import type { PolicyIndex, Rule, ScopeIndex } from './policy.ts'
import { UNREADABLE, type StepUpRequest, type Unreadable } from './request.ts'

/** Rules that a request touches, each with the scopes of the token that it protects. */
export type Touched = ReadonlyMap<Rule, readonly string[]>

export interface Match {
  /** Rules for what the request asks for. */
  readonly asked: Touched
  /** Rules for scopes that the token may get although the request does not list them. */
  readonly possible: Touched
}

const NOTHING: Touched = new Map()

/** Finds the rules that a request touches, or says that the request cannot be read well enough. */
export function match(policy: PolicyIndex, request: StepUpRequest): Match | Unreadable {
  const scopes = matchScopes(policy, request)
  const acr = matchAcr(policy, request)
  if (scopes === UNREADABLE || acr === UNREADABLE) return UNREADABLE
  return { asked: new Map([...scopes.asked, ...acr]), possible: scopes.possible }
}

function matchScopes(policy: PolicyIndex, request: StepUpRequest): Match | Unreadable {
  const { audience } = request
  const index = audience === undefined ? policy.anyAudience : policy.byAudience.get(audience)
  if (index === undefined || index.size === 0) return { asked: NOTHING, possible: NOTHING }
  const scopes = request.scopes()
  if (scopes === UNREADABLE) return UNREADABLE
  if (scopes.others === 'none') return { asked: rulesOf(index, scopes.listed), possible: NOTHING }
  const all = rulesOf(index, index.keys())
  // Where not even the audience is known, "all its scopes" may be none of ours: they are kept out of
  // the token without punishing the request.
  if (scopes.others === 'all' && audience !== undefined) return { asked: all, possible: NOTHING }
  return { asked: rulesOf(index, scopes.listed), possible: all }
}

function rulesOf(index: ScopeIndex, scopes: Iterable<string>): Touched {
  const rules = new Map<Rule, string[]>()
  for (const scope of new Set(scopes)) {
    for (const rule of index.get(scope) ?? []) {
      const known = rules.get(rule)
      if (known === undefined) rules.set(rule, [scope])
      else known.push(scope)
    }
  }
  return rules
}

function matchAcr(policy: PolicyIndex, request: StepUpRequest): Touched | Unreadable {
  // On a refresh the acr values would be those of the original login, not of this request, and the
  // ID token of a refresh carries no `amr` (Configure Step-up Authentication for Web Apps).
  if (policy.byAcr.size === 0 || request.protocol.flow === 'refresh-token') return NOTHING
  const acrValues = request.acrValues()
  if (acrValues === UNREADABLE) return UNREADABLE
  const rules = acrValues.flatMap((acr) => policy.byAcr.get(acr) ?? [])
  return new Map(rules.map((rule) => [rule, []]))
}
