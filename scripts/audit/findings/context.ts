import { isAuth0Api } from '../../policy/auth0-apis.ts'
import type { PolicyFile } from '../../policy/schema.ts'
import type { Path } from '../../policy/yaml-source.ts'
import type { Position } from '../../terminal/user-error.ts'
import { known, type ResourceServerFacts, type TenantFacts } from '../tenant/facts.ts'

/** What a check looks at. */
export interface AuditContext {
  readonly policy: PolicyFile
  readonly facts: TenantFacts
  /** The code that the policy builds. */
  readonly code: string
  readonly today: Date
  /** The place in the policy file of the value at a path. */
  readonly locate: (path: Path) => Position
}

/** A rule about scopes, and its place in the policy. */
export interface ScopeRule {
  readonly id: string
  readonly audience: string
  readonly scopes: readonly string[]
  /** What it answers to refresh tokens. */
  readonly refreshAnswer: string
  /** What it answers to a login with `prompt=none`. */
  readonly silentAnswer: string
  /** The day (UTC, YYYY-MM-DD) before which it is only reported. */
  readonly reportUntil?: string
  readonly path: readonly PropertyKey[]
}

export function scopeRulesOf({ policy }: Pick<AuditContext, 'policy'>): readonly ScopeRule[] {
  return policy.rules.flatMap(({ id, protects, withoutBrowser, report }, i) => {
    const { audience, scopes } = protects
    if (audience === undefined || scopes === undefined) return []
    const refreshAnswer =
      withoutBrowser?.refreshTokens ?? (isAuth0Api(audience) ? 'deny' : 'remove')
    const silentAnswer = withoutBrowser?.silent ?? 'challenge'
    const reportUntil = report && { reportUntil: report.until }
    return [
      { id, audience, scopes, refreshAnswer, silentAnswer, ...reportUntil, path: ['rules', i] },
    ]
  })
}

/** Scopes of an audience that some rule protects, each once. */
export function protectedScopes(context: AuditContext, audience: string): readonly string[] {
  const rules = scopeRulesOf(context).filter((rule) => rule.audience === audience)
  return [...new Set(rules.flatMap(({ scopes }) => scopes))]
}

/** The audiences with protected scopes, each once. */
export function protectedAudiences(context: AuditContext): readonly string[] {
  return [...new Set(scopeRulesOf(context).map(({ audience }) => audience))]
}

/** The resource servers with protected scopes, as far as they were seen. */
export function protectedResourceServers(context: AuditContext): readonly ResourceServerFacts[] {
  const audiences = protectedAudiences(context)
  const servers = known(context.facts.resourceServers) ?? []
  return servers.filter(({ identifier }) => audiences.includes(identifier))
}

/** The ids of all rules. */
export function ruleIds({ policy }: AuditContext): readonly string[] {
  return policy.rules.map(({ id }) => id)
}
