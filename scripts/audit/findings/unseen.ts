import { holderOf } from '../tenant/client-grants.ts'
import { protectedAudiences, protectedResourceServers, type AuditContext } from './context.ts'
import { known, type Part } from '../tenant/facts.ts'
import { MY_ACCOUNT_API } from './auth0-apis.ts'
import { kind, listed, type TenantPart } from './entry.ts'

const DEPLOYED_ACTION = 'the code that is deployed now'

type NamedPart = readonly [Exclude<TenantPart, 'source'>, string]

/** The parts of a tenant by the names that a reader knows. */
const PARTS: readonly NamedPart[] = [
  ['resourceServers', 'resource servers'],
  ['clients', 'clients'],
  ['clientGrants', 'client grants'],
  ['enabledFactors', 'MFA factors'],
  ['mfaPolicy', 'the MFA policy'],
  ['customizeMfa', '"Customize MFA Factors using Actions"'],
  ['loginExperience', 'the login experience'],
  ['ourAction', DEPLOYED_ACTION],
  ['flow', 'Actions bound to post-login'],
]

/** Settings that findings rest on; what tenant.yaml does not name is left as the tenant has it. */
const RESOURCE_SERVER_SETTINGS = [
  ['signingAlg', 'signing_alg'],
  ['tokenDialect', 'token_dialect'],
  ['allowOfflineAccess', 'allow_offline_access'],
  ['tokenLifetimeSeconds', 'token_lifetime'],
  ['tokenLifetimeForWebSeconds', 'token_lifetime_for_web'],
] as const

const CLIENT_SETTINGS = [
  ['appType', 'app_type'],
  ['grantTypes', 'grant_types'],
  ['isOidcConformant', 'oidc_conformant'],
] as const

/** Findings about what the audit knows nothing of: what is unknown is said, never assumed good. */
export const UNSEEN_FINDINGS = {
  'setting-unknown': kind<{ readonly what: string; readonly settings: readonly string[] }>({
    severity: 'warning',
    title: 'There are settings that this audit does not know',
    restsOn: ['resourceServers', 'clientGrants', 'enabledFactors', 'mfaPolicy'],
    find: (context) => {
      const { facts } = context
      const audiences = protectedAudiences(context)
      const isMeant = (audience: string) =>
        audiences.includes(audience) || MY_ACCOUNT_API.test(audience)
      const servers = (known(facts.resourceServers) ?? [])
        .filter(({ identifier }) => isMeant(identifier))
        .map(({ identifier, unknownSettings = [] }) => ({
          ...{ subject: identifier, what: `\`${identifier}\``, settings: unknownSettings },
        }))
      const grants = (known(facts.clientGrants) ?? [])
        .filter(({ audience }) => isMeant(audience))
        .map((grant) => {
          const subject = holderOf(grant, facts)
          const what = `the client grant of \`${subject}\` for \`${grant.audience}\``
          return { subject, what, settings: grant.unknownSettings ?? [] }
        })
      const tenant = {
        subject: 'tenant',
        what: 'the tenant',
        settings: facts.unknownSettings ?? [],
      }
      return [...servers, ...grants, tenant].filter(({ settings }) => settings.length > 0)
    },
    explain: ({ what, settings }) =>
      `${what} has ${listed(settings)}, of which this audit knows nothing: it may let somebody get a protected scope, or make MFA less than the policy says`,
    remedy: () => 'find out what it does, and accept the finding if it does neither',
    source: 'https://auth0.com/docs/api/management/v2',
  }),

  'part-not-seen': kind<{
    readonly part: string
    /** Whether the file says nothing of it, or names some and the tenant may have more. */
    readonly seen: 'nothing' | 'listed'
    readonly file: string
  }>({
    severity: 'note',
    title: 'Not looked at: it is not in the file',
    restsOn: [],
    find: (context) => {
      const { source, ourAction } = context.facts
      if (source.kind !== 'tenant-file') return []
      const { file } = source
      const parts = partsFor(context).flatMap(([key, part]) => {
        const { seen } = context.facts[key]
        return seen === 'all' ? [] : [{ part, seen }]
      })
      // tenant.yaml knows the Action that the next deploy brings, not the one that runs.
      const planned = known(ourAction)?.state === 'planned' ? [DEPLOYED_ACTION] : []
      const unnamed = [
        ...planned,
        ...protectedResourceServers(context).flatMap((server) =>
          RESOURCE_SERVER_SETTINGS.filter(([key]) => server[key] === undefined).map(
            ([, setting]) => `\`${setting}\` of \`${server.identifier}\``,
          ),
        ),
        ...(known(context.facts.clients) ?? []).flatMap((client) =>
          CLIENT_SETTINGS.filter(([key]) => client[key] === undefined).map(
            ([, setting]) => `\`${setting}\` of \`${client.name}\``,
          ),
        ),
      ].map((part) => ({ part, seen: 'nothing' as const }))
      return [...parts, ...unnamed].map((each) => ({ subject: each.part, ...each, file }))
    },
    explain: ({ part, seen, file }) =>
      seen === 'listed'
        ? `${file} lists some ${part}; the tenant may have more, which were not looked at`
        : `${file} does not mention ${part}, so nothing was concluded about it`,
    remedy: () => 'audit the tenant itself with `--tenant`',
    source: 'https://auth0.com/docs/deploy-monitor/deploy-cli-tool/resource-specific-documentation',
  }),

  'part-not-readable': kind<{
    readonly part: string
    readonly domain: string
    /** The Management API scope that the credentials lack. */
    readonly lacks: string
  }>({
    severity: 'warning',
    title: 'Not looked at: the credentials may not read it',
    restsOn: ['source'],
    find: (context) =>
      partsOfTenant(context).flatMap(({ part, domain, known: { seen, ...rest } }) =>
        seen === 'nothing' && 'lacks' in rest
          ? [{ subject: part, part, domain, lacks: rest.lacks }]
          : [],
      ),
    explain: ({ part, domain, lacks }) =>
      `\`${domain}\` refuses to show ${part} without \`${lacks}\`, so nothing was concluded about it`,
    remedy: ({ lacks }) =>
      `grant \`${lacks}\` to the application under APIs > Auth0 Management API`,
    source: 'https://auth0.com/docs/secure/tokens/access-tokens/management-api-access-tokens',
  }),

  'part-not-complete': kind<{ readonly part: string; readonly domain: string }>({
    severity: 'warning',
    title: 'Not all looked at: the tenant does not list them all',
    restsOn: ['source'],
    find: (context) =>
      partsOfTenant(context).flatMap(({ part, domain, known: { seen } }) =>
        seen === 'listed' ? [{ subject: part, part, domain }] : [],
      ),
    explain: ({ part, domain }) =>
      `\`${domain}\` has more ${part} than it lists, so nothing was concluded about the others`,
    remedy: () => 'look through the others in the dashboard',
    source: 'https://auth0.com/docs/api/management/v2#pagination',
  }),
}

// Organizations are of interest only where the policy names some.
function partsFor({ policy }: AuditContext): readonly NamedPart[] {
  const namesSome = policy.rules.some(({ exceptions = [] }) =>
    exceptions.some(({ organization }) => organization !== undefined),
  )
  return namesSome ? [...PARTS, ['organizations', 'organizations']] : PARTS
}

interface PartOfTenant {
  readonly part: string
  readonly domain: string
  readonly known: Part<unknown>
}

// Of a tenant that was asked; a file is not expected to say all.
function partsOfTenant(context: AuditContext): readonly PartOfTenant[] {
  const { facts } = context
  const { source } = facts
  if (source.kind !== 'tenant') return []
  return partsFor(context).map(([key, part]) => ({
    part,
    domain: source.domain,
    known: facts[key],
  }))
}
