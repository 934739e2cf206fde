import type { Policy, Rule, ScopeRule } from '../../actions/step-up/policy.ts'

/** What a rule can protect. */
export type Protected =
  { readonly audience: string; readonly scope: string } | { readonly acr: string }

/** Everything that a policy protects, each once, in the order of the file. */
export function protectedBy({ rules }: Policy): readonly Protected[] {
  const all = rules.flatMap((rule): Protected[] =>
    'acr' in rule
      ? [{ acr: rule.acr }]
      : rule.scopes.map((scope) => ({ audience: rule.audience, scope })),
  )
  return [...new Map(all.map((each) => [JSON.stringify(each), each])).values()]
}

/** The rules of a policy that protect something. */
export function rulesFor({ rules }: Policy, what: Protected): readonly Rule[] {
  if ('acr' in what) return rules.filter((rule) => 'acr' in rule && rule.acr === what.acr)
  return rules.filter(
    (rule): rule is ScopeRule =>
      'audience' in rule && rule.audience === what.audience && rule.scopes.includes(what.scope),
  )
}

/** Its name within a request. */
export function nameOf(what: Protected): string {
  return 'acr' in what ? what.acr : what.scope
}
