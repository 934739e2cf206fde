import { demandInWords } from '../policy/words.ts'
import type { PolicyFile, PolicyRule } from '../policy/schema.ts'
import type { Setting } from '../tenant/setting.ts'

/** One request that an app can make of the tenant. */
export interface Ask {
  /** What a button says. */
  readonly label: string
  readonly audience?: string
  readonly scope?: string
  readonly acr?: string
}

/** What can be asked for under one heading of the page. */
export interface AskGroup {
  readonly title: string
  readonly words: readonly string[]
  readonly asks: readonly Ask[]
}

/** Everything that the rules of a policy protect, and of each of its APIs one scope that they do not. */
export function asksOf(policy: PolicyFile, settings: readonly Setting[]): readonly AskGroup[] {
  const everyday = everydayAsks(policy, settings)
  return [
    ...policy.rules.map(ruleGroup),
    ...(everyday.length === 0
      ? []
      : [{ title: 'No rule', words: ['Scopes that no rule protects'], asks: everyday }]),
  ]
}

function ruleGroup(rule: PolicyRule): AskGroup {
  const { id, reason, protects, requires, report } = rule
  const { audience = '', scopes = [], acr } = protects
  const { factors, maxAge } = requires
  const asks =
    acr === undefined
      ? scopes.map((scope) => ({ label: scope, audience, scope }))
      : [{ label: `acr ${acr}`, acr }]
  return {
    title: id,
    words: [
      reason,
      demandInWords({ factors, maxAgeSeconds: maxAge }),
      ...(report === undefined ? [] : [`not enforced until ${report.until}`]),
    ],
    asks,
  }
}

function everydayAsks({ rules }: PolicyFile, settings: readonly Setting[]): readonly Ask[] {
  const audiences = [...new Set(rules.flatMap(({ protects }) => protects.audience ?? []))]
  return audiences.flatMap((audience) => {
    const highValue = rules
      .filter(({ protects }) => protects.audience === audience)
      .flatMap(({ protects }) => protects.scopes ?? [])
    const api = settings.find(
      ({ section, name }) => section === 'resourceServers' && name === audience,
    )
    const declared = (api?.values['scopes'] ?? []) as readonly { readonly value: string }[]
    const scope = declared.find(({ value }) => !highValue.includes(value))?.value
    return scope === undefined ? [] : [{ label: scope, audience, scope }]
  })
}
