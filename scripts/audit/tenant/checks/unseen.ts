import { finding, type Finding } from '../../finding.ts'
import { protectedResourceServers, type AuditContext, type Check } from '../context.ts'
import { known, type Part, type TenantFacts } from '../facts.ts'

export const UNSEEN_CHECKS: readonly Check[] = [
  everyPartIsSeen,
  theDeployedActionIsSeen,
  everySettingIsSeen,
]

const DEPLOYED_ACTION = 'the deployed Action'

/** The parts of a tenant by the names that a reader knows. */
const PARTS: readonly (readonly [Exclude<keyof TenantFacts, 'source'>, string])[] = [
  ['resourceServers', 'resource servers'],
  ['clients', 'clients'],
  ['clientGrants', 'client grants'],
  ['enabledFactors', 'MFA factors'],
  ['mfaPolicy', 'the MFA policy'],
  ['customizeMfa', '"Customize MFA Factors using Actions"'],
  ['ourAction', DEPLOYED_ACTION],
  ['flow', 'the Actions bound to post-login'],
]

function everyPartIsSeen({ facts }: AuditContext) {
  return PARTS.flatMap(([key, name]) => unseen(facts, name, facts[key]))
}

function unseen({ source }: TenantFacts, part: string, known: Part<unknown>): readonly Finding[] {
  if (known.seen === 'all') return []
  if (source.kind === 'tenant-file') {
    return [finding('part-not-seen', part, { part, seen: known.seen, file: source.file })]
  }
  const { domain } = source
  return known.seen === 'listed'
    ? [finding('part-not-complete', part, { part, domain })]
    : [finding('part-not-readable', part, { part, domain, lacks: known.lacks ?? '' })]
}

// tenant.yaml knows the Action that the next deploy brings, not the one that runs.
function theDeployedActionIsSeen({ facts: { source, ourAction } }: AuditContext) {
  if (source.kind !== 'tenant-file' || known(ourAction)?.state !== 'planned') return []
  const part = DEPLOYED_ACTION
  return [finding('part-not-seen', part, { part, seen: 'nothing', file: source.file })]
}

/** Settings that checks rest on; what tenant.yaml does not name is left as the tenant has it. */
const RESOURCE_SERVER_SETTINGS = [
  ['tokenDialect', 'token_dialect'],
  ['allowOfflineAccess', 'allow_offline_access'],
  ['tokenLifetimeSeconds', 'token_lifetime'],
  ['tokenLifetimeForWebSeconds', 'token_lifetime_for_web'],
] as const

function everySettingIsSeen(context: AuditContext) {
  const { source, clients } = context.facts
  if (source.kind !== 'tenant-file') return []
  const { file } = source
  const ofServers = protectedResourceServers(context).flatMap((server) =>
    RESOURCE_SERVER_SETTINGS.filter(([key]) => server[key] === undefined).map(
      ([, setting]) => `\`${setting}\` of \`${server.identifier}\``,
    ),
  )
  const ofClients = (known(clients) ?? [])
    .filter(({ grantTypes }) => grantTypes === undefined)
    .map(({ name }) => `\`grant_types\` of \`${name}\``)
  return [...ofServers, ...ofClients].map((part) =>
    finding('part-not-seen', part, { part, seen: 'nothing', file }),
  )
}
