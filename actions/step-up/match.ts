import type { PolicyIndex, Rule } from './policy.ts'
import { audienceOf, isForNoApi, requestedScopes, wordsOf, type Login } from './request.ts'

/** A rule that a login touches, with the scopes of the token that it protects. */
export interface Touched {
  readonly rule: Rule
  readonly scopes: readonly string[]
}

export interface Match {
  /** Rules for what the request asks for. */
  readonly asked: readonly Touched[]
  /** Rules for scopes that the token may get although the request does not list them. */
  readonly possible: readonly Touched[]
}

const NONE: readonly never[] = []
const NOTHING: Match = { asked: NONE, possible: NONE }

/** Finds the rules that a login touches. @throws TypeError where the request cannot be read */
export function match(policy: PolicyIndex, login: Login): Match {
  const { asked, possible } = matchScopes(policy, login)
  return { asked: asked.concat(matchAcr(policy, login)), possible }
}

function matchScopes({ byAudience, anyAudience }: PolicyIndex, login: Login): Match {
  const audience = audienceOf(login.event)
  const index = audience === undefined ? anyAudience : byAudience.get(audience)
  if (index === undefined) return NOTHING
  const { listed, others } = requestedScopes(login)
  // Where not even the audience is known, "all its scopes" may be none of ours: they are kept out of
  // the token without punishing the request.
  if (others === 'all' && audience !== undefined) return { asked: index.rules, possible: NONE }
  const asked = rulesOf(index.byScope, listed)
  if (others.length === 0) return { asked, possible: NONE }
  const isUnlisted = (scope: string) => !listed.includes(scope)
  const possible =
    typeof others === 'string'
      ? index.rules.map(({ rule, scopes }) => ({ rule, scopes: scopes.filter(isUnlisted) }))
      : rulesOf(index.byScope, others.filter(isUnlisted))
  return splitByRemoval(
    asked,
    possible.filter(({ scopes }) => scopes.length > 0),
    login,
  )
}

// Auth0 ignores "changes of scopes by Actions" for its own APIs (knowledge base, community 125437), so
// what a token for one of them may carry unasked counts as asked for. A token for no API carries none.
function splitByRemoval(
  asked: readonly Touched[],
  possible: readonly Touched[],
  login: Login,
): Match {
  const own = possible.filter(({ rule }) => rule.cannotRemove)
  if (own.length === 0) return { asked, possible }
  return {
    asked: isForNoApi(login) ? asked : asked.concat(own),
    possible: possible.filter(({ rule }) => !rule.cannotRemove),
  }
}

function rulesOf(
  rulesBy: ReadonlyMap<string, readonly Rule[]>,
  asked: readonly string[],
): readonly Touched[] {
  const touched: { readonly rule: Rule; readonly scopes: string[] }[] = []
  for (const name of asked) {
    for (const rule of rulesBy.get(name) ?? NONE) {
      const known = touched.find((each) => each.rule === rule)
      if (known === undefined) touched.push({ rule, scopes: [name] })
      else known.scopes.push(name)
    }
  }
  return touched
}

function matchAcr({ byAcr }: PolicyIndex, { event, protocol }: Login): readonly Touched[] {
  // On a refresh the acr values would be those of the original login, not of this request, and the
  // ID token of a refresh carries no `amr` (Configure Step-up Authentication for Web Apps).
  if (byAcr.size === 0 || protocol.flow === 'refresh-token') return NONE
  const acrValues = wordsOf(event.transaction?.acr_values) ?? NONE
  return rulesOf(byAcr, acrValues).map(({ rule }) => ({ rule, scopes: NONE }))
}
