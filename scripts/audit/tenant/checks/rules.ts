import { nearestTo } from '../../../policy/suggest.ts'
import { finding } from '../../finding.ts'
import { scopeRulesOf, type AuditContext, type Check } from '../context.ts'
import { coverageOf } from '../coverage.ts'
import { known } from '../facts.ts'

const DAY_MS = 86_400_000
/** Time enough to review an exception before it ends. */
const SOON_DAYS = 30

export const RULE_CHECKS: readonly Check[] = [
  highValueScopesHaveRules,
  ruleAudiencesExist,
  ruleScopesExist,
  rulesAreEnforced,
  exceptionClientsExist,
  exceptionsLast,
]

function highValueScopesHaveRules({ policy, facts }: AuditContext) {
  return coverageOf(policy, facts).flatMap((covered) => {
    if (covered.standing !== 'looks-high-value') return []
    const { scope, audience, word } = covered
    const subject = scopeOn(scope, audience)
    return [finding('high-value-scope-unprotected', subject, { audience, scope, word })]
  })
}

function ruleAudiencesExist(context: AuditContext) {
  const servers = known(context.facts.resourceServers)
  if (servers === undefined) return []
  const audiences = servers.map(({ identifier }) => identifier)
  return scopeRulesOf(context)
    .filter(({ audience }) => !audiences.includes(audience))
    .map(({ id, audience, path }) =>
      finding('rule-for-missing-audience', audience, {
        rule: id,
        audience,
        ...meant(audience, audiences),
        where: context.locate([...path, 'protects', 'audience']),
      }),
    )
}

function ruleScopesExist(context: AuditContext) {
  return scopeRulesOf(context).flatMap(({ id, audience, scopes, path }) => {
    const servers = known(context.facts.resourceServers) ?? []
    const server = servers.find(({ identifier }) => identifier === audience)
    if (server === undefined) return []
    return scopes.flatMap((scope, i) => {
      if (server.scopes.includes(scope)) return []
      const where = context.locate([...path, 'protects', 'scopes', i])
      const nearest = meant(scope, server.scopes)
      const args = { rule: id, audience, scope, ...nearest, where }
      return [finding('rule-for-missing-scope', scopeOn(scope, audience), args)]
    })
  })
}

function rulesAreEnforced(context: AuditContext) {
  const { policy, today } = context
  return policy.rules.flatMap(({ id: rule, report }, i) => {
    if (report === undefined || Date.parse(report.until) <= today.getTime()) return []
    const where = context.locate(['rules', i, 'report'])
    return [finding('rule-not-enforced', rule, { rule, ...report, where })]
  })
}

// Only where all clients are known: tenant.yaml knows them by name, exceptions by id.
function exceptionClientsExist(context: AuditContext) {
  const { clients } = context.facts
  if (clients.seen !== 'all') return []
  return exceptionsOf(context).flatMap(({ rule, client, path }) => {
    if (client === undefined || clients.value.some(({ id }) => id === client)) return []
    const where = context.locate([...path, 'client'])
    return [finding('exception-for-missing-client', client, { rule, client, where })]
  })
}

function exceptionsLast(context: AuditContext) {
  return exceptionsOf(context).flatMap(({ rule, client, organization = '', expires, path }) => {
    const daysLeft = Math.ceil((Date.parse(expires) - context.today.getTime()) / DAY_MS)
    if (daysLeft > SOON_DAYS) return []
    const exempt = client === undefined ? 'organization' : 'client'
    const id = client ?? organization
    const where = context.locate([...path, 'expires'])
    return [finding('exception-expires-soon', id, { rule, exempt, id, expires, daysLeft, where })]
  })
}

// Scopes of two audiences may have the same name, and accepting one must not accept the other.
function scopeOn(scope: string, audience: string): string {
  return `${scope} on ${audience}`
}

function exceptionsOf({ policy }: AuditContext) {
  return policy.rules.flatMap(({ id, exceptions }, i) =>
    (exceptions ?? []).map((exception, j) => ({
      rule: id,
      ...exception,
      path: ['rules', i, 'exceptions', j] as const,
    })),
  )
}

function meant(word: string, words: readonly string[]): { readonly nearest?: string } {
  const nearest = nearestTo(word, words)
  return nearest === undefined ? {} : { nearest }
}
