import { nearestTo } from '../../policy/suggest.ts'
import { scopeRulesOf, type AuditContext } from './context.ts'
import { coverageOf } from './coverage.ts'
import { known } from '../tenant/facts.ts'
import { kind } from './entry.ts'

/** How the ids of organizations look. */
export const ORGANIZATION_ID = /^org_[A-Za-z0-9]+$/

const APIS =
  'https://auth0.com/docs/secure/multi-factor-authentication/step-up-authentication/configure-step-up-authentication-for-apis'

/** Findings about what rules name, and about what no rule names. */
export const RULE_FINDINGS = {
  'high-value-scope-unprotected': kind<{
    readonly audience: string
    readonly scope: string
    /** The word of its name that looks high-value. */
    readonly word: string
  }>({
    severity: 'warning',
    title: 'A scope that looks high-value has no rule',
    restsOn: ['resourceServers'],
    find: ({ policy, facts, today }) =>
      coverageOf(policy, facts, today).flatMap((covered) => {
        if (covered.standing !== 'looks-high-value') return []
        const { scope, audience, word } = covered
        return [{ subject: scopeOn(scope, audience), audience, scope, word }]
      }),
    explain: ({ scope, audience, word }) =>
      `\`${scope}\` of \`${audience}\` is issued without step-up, although \`${word}\` in its name suggests that it matters`,
    remedy: ({ scope }) =>
      `protect \`${scope}\` by a rule, or list it under \`audit.everyday\` and say why it is an everyday scope`,
    source: APIS,
  }),

  'rule-for-missing-audience': kind<{
    readonly rule: string
    readonly audience: string
    /** The identifier of a resource server that it is probably meant to be. */
    readonly nearest?: string
  }>({
    severity: 'error',
    title: 'A rule protects a resource server that does not exist',
    restsOn: ['resourceServers'],
    find: (context) => {
      const { resourceServers } = context.facts
      if (resourceServers.seen !== 'all') return []
      const audiences = resourceServers.value.map(({ identifier }) => identifier)
      return scopeRulesOf(context)
        .filter(({ audience }) => !audiences.includes(audience))
        .map(({ id: rule, audience, path }) => {
          const where = context.locate([...path, 'protects', 'audience'])
          return { subject: audience, rule, audience, ...meant(audience, audiences), where }
        })
    },
    explain: ({ rule, audience }) =>
      `rule \`${rule}\` is for \`${audience}\`, but the tenant has no such resource server, so the rule protects nothing`,
    remedy: ({ nearest }) =>
      nearest === undefined
        ? 'create the resource server, or remove the rule'
        : `did you mean \`${nearest}\`?`,
    source: APIS,
  }),

  'rule-for-missing-scope': kind<{
    readonly rule: string
    readonly audience: string
    readonly scope: string
    /** The scope that it is probably meant to be. */
    readonly nearest?: string
  }>({
    severity: 'error',
    title: 'A rule protects a scope that does not exist',
    restsOn: ['resourceServers'],
    find: (context) =>
      scopeRulesOf(context).flatMap(({ id: rule, audience, scopes, path }) => {
        const servers = known(context.facts.resourceServers) ?? []
        const server = servers.find(({ identifier }) => identifier === audience)
        if (server === undefined) return []
        return scopes.flatMap((scope, i) => {
          if (server.scopes.includes(scope)) return []
          const where = context.locate([...path, 'protects', 'scopes', i])
          const nearest = meant(scope, server.scopes)
          return [{ subject: scopeOn(scope, audience), rule, audience, scope, ...nearest, where }]
        })
      }),
    explain: ({ rule, scope, audience }) =>
      `rule \`${rule}\` is for \`${scope}\`, which \`${audience}\` does not declare; a scope that is spelt differently there is not protected`,
    remedy: ({ nearest, scope }) =>
      nearest === undefined
        ? `declare \`${scope}\` on the resource server, or remove it from the rule`
        : `did you mean \`${nearest}\`?`,
    source: 'https://auth0.com/docs/get-started/apis/add-api-permissions',
  }),

  'rule-not-enforced': kind<{
    readonly rule: string
    /** YYYY-MM-DD, UTC */
    readonly until: string
    readonly reason: string
  }>({
    severity: 'warning',
    title: 'A rule is reported and not enforced',
    restsOn: [],
    find: ({ policy, today, locate }) =>
      policy.rules.flatMap(({ id: rule, report }, i) => {
        if (report === undefined || Date.parse(report.until) <= today.getTime()) return []
        const { until, reason } = report
        return [{ subject: rule, rule, until, reason, where: locate(['rules', i, 'report']) }]
      }),
    explain: ({ rule, until, reason }) =>
      `until ${until} rule \`${rule}\` challenges nobody: the Action logs what it would have done (${reason})`,
    remedy: () =>
      'remove `report` from the rule once its users are ready, or accept this until then',
    source: APIS,
  }),

  'exception-for-missing-client': kind<{ readonly rule: string; readonly client: string }>({
    severity: 'warning',
    title: 'An exception is for a client that does not exist',
    restsOn: ['clients'],
    // Only where all clients are known: tenant.yaml knows them by name, exceptions by id.
    find: (context) => {
      const { clients } = context.facts
      if (clients.seen !== 'all') return []
      return exceptionsOf(context).flatMap(({ rule, client, path }) => {
        if (client === undefined || clients.value.some(({ id }) => id === client)) return []
        return [{ subject: client, rule, client, where: context.locate([...path, 'client']) }]
      })
    },
    explain: ({ rule, client }) =>
      `rule \`${rule}\` makes an exception for client \`${client}\`, which the tenant does not have`,
    remedy: () => 'remove the exception, or correct the client id',
    source: 'https://auth0.com/docs/get-started/applications/application-settings',
  }),

  'exception-for-missing-organization': kind<{
    readonly rule: string
    readonly organization: string
    readonly because: 'not-an-id' | 'not-there'
  }>({
    severity: 'warning',
    title: 'An exception is for an organization that does not exist',
    restsOn: ['organizations'],
    find: (context) => {
      const there = known(context.facts.organizations)
      return exceptionsOf(context).flatMap(({ rule, organization, path }) => {
        if (organization === undefined) return []
        const isId = ORGANIZATION_ID.test(organization)
        if (isId && there?.includes(organization) !== false) return []
        const because = isId ? ('not-there' as const) : ('not-an-id' as const)
        const where = context.locate([...path, 'organization'])
        return [{ subject: organization, rule, organization, because, where }]
      })
    },
    explain: ({ rule, organization, because }) =>
      because === 'not-an-id'
        ? `rule \`${rule}\` makes an exception for organization \`${organization}\`, which is no id: ids begin with \`org_\`, and a name or a display name excepts nobody`
        : `rule \`${rule}\` makes an exception for organization \`${organization}\`, which the tenant does not have`,
    remedy: () => 'remove the exception, or correct the organization id',
    source: 'https://auth0.com/docs/manage-users/organizations/organizations-overview',
  }),
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
