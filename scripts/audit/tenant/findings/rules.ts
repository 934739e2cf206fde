import { nearestTo } from '../../../policy/problems.ts'
import { scopeRulesOf, type AuditContext } from '../context.ts'
import { coverageOf } from '../coverage.ts'
import { known } from '../facts.ts'
import { kind } from './entry.ts'

const DAY_MS = 86_400_000
/** Time enough to review an exception before it ends. */
const SOON_DAYS = 30

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
    find: ({ policy, facts }) =>
      coverageOf(policy, facts).flatMap((covered) => {
        if (covered.standing !== 'looks-high-value') return []
        const { scope, audience, word } = covered
        return [{ subject: scopeOn(scope, audience), audience, scope, word }]
      }),
    explain: ({ scope, audience, word }) =>
      `\`${scope}\` of \`${audience}\` is issued without step-up, although \`${word}\` in its name suggests that it matters`,
    remedy: ({ scope }) =>
      `protect \`${scope}\` by a rule, or accept the finding under \`audit.accepted\` and say why it is an everyday scope`,
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
    find: (context) => {
      const servers = known(context.facts.resourceServers)
      if (servers === undefined) return []
      const audiences = servers.map(({ identifier }) => identifier)
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

  'exception-expires-soon': kind<{
    readonly rule: string
    readonly exempt: 'client' | 'organization'
    readonly id: string
    /** YYYY-MM-DD, UTC */
    readonly expires: string
    readonly daysLeft: number
  }>({
    severity: 'warning',
    title: 'An exception expires soon',
    find: (context) =>
      exceptionsOf(context).flatMap(({ rule, client, organization = '', expires, path }) => {
        const daysLeft = Math.ceil((Date.parse(expires) - context.today.getTime()) / DAY_MS)
        if (daysLeft > SOON_DAYS) return []
        const exempt = client === undefined ? 'organization' : 'client'
        const id = client ?? organization
        const where = context.locate([...path, 'expires'])
        return [{ subject: id, rule, exempt, id, expires, daysLeft, where }]
      }),
    explain: ({ rule, exempt, id, expires, daysLeft }) =>
      `the exception of rule \`${rule}\` for ${exempt} \`${id}\` ends on ${expires}, in ${daysLeft} ${daysLeft === 1 ? 'day' : 'days'}; from then on its users are challenged, and from then on the policy no longer builds until the exception is removed`,
    remedy: ({ exempt }) =>
      `make the ${exempt} ready for step-up and remove the exception, or have it reviewed and give it a new date`,
    source: APIS,
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
