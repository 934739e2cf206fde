// A tenant as the audit knows it, in which nothing is found, and what is found when it is changed.
import type { Finding } from '../../scripts/audit/findings/finding.ts'
import { auditTenant } from '../../scripts/audit/findings/audit-tenant.ts'
import type {
  ClientFacts,
  ClientGrantFacts,
  FlowAction,
  ResourceServerFacts,
  TenantFacts,
} from '../../scripts/audit/tenant/facts.ts'
import { parseYaml } from '../../scripts/policy/yaml-source.ts'
import { parsePolicy } from '../../scripts/policy/load.ts'
import { BANKING } from './event.ts'

export const OURS = { name: 'Step-up', runtime: 'node22', code: '// ours' }

export const server = (
  changes: Partial<ResourceServerFacts> = {},
): TenantFacts['resourceServers'] => ({
  seen: 'all',
  value: [
    {
      identifier: BANKING,
      isSystem: false,
      scopes: ['read:accounts', 'transfer:funds'],
      signingAlg: 'RS256',
      tokenDialect: 'rfc9068_profile',
      enforcePolicies: true,
      allowOfflineAccess: false,
      allowOnlineAccess: false,
      tokenLifetimeSeconds: 600,
      tokenLifetimeForWebSeconds: 600,
      userAccess: 'allow_all',
      ...changes,
    },
  ],
})
export const client = (changes: Partial<ClientFacts> = {}): TenantFacts['clients'] => ({
  seen: 'all',
  value: [
    {
      id: 'web',
      name: 'Web App',
      appType: 'regular_web',
      grantTypes: ['authorization_code'],
      isFirstParty: true,
      isOidcConformant: true,
      switches: [],
      refreshPolicies: [],
      ...changes,
    },
  ],
})
export const grant = (changes: Partial<ClientGrantFacts>): TenantFacts['clientGrants'] => ({
  seen: 'all',
  value: [
    {
      clientId: 'web',
      audience: BANKING,
      scopes: ['transfer:funds'],
      subject: 'client',
      allowsAllScopes: false,
      ...changes,
    },
  ],
})
export const factors = (...value: string[]): TenantFacts['enabledFactors'] => ({
  seen: 'all',
  value,
})
export const flow = (...value: FlowAction[]): TenantFacts['flow'] => ({ seen: 'all', value })
export const other = (body: string): FlowAction => ({
  name: 'Other',
  runtime: 'node22',
  code: `exports.onExecutePostLogin = async (event, api) => { ${body} }`,
})
export const all = <T>(value: T) => ({ seen: 'all', value }) as const
export const deployed = { ...OURS, state: 'deployed' } as const

/** A tenant of which everything is known, and in which nothing is found. */
export const GOOD: TenantFacts = {
  source: { kind: 'tenant', domain: 'acme.eu.auth0.com' },
  resourceServers: server(),
  clients: client(),
  clientGrants: all([]),
  organizations: all(['org_1']),
  enabledFactors: factors('otp'),
  // The only policy that is never worth a word, as long as no client has refresh tokens.
  mfaPolicy: all('always'),
  customizeMfa: all(true),
  loginExperience: all('new'),
  ourAction: all(deployed),
  flow: flow(OURS),
}

/** What differs from the good tenant and its policy. */
export interface Given extends Partial<TenantFacts> {
  /** Lines of the one rule that are replaced or added. */
  readonly rule?: Readonly<Record<string, string>>
  readonly audit?: string
}

/** Who agreed to an exception or a report, so that no finding asks. */
export const AGREED = 'approvedBy: R. Lead, ticket: SEC-12'
export const MY_ACCOUNT = 'https://acme.eu.auth0.com/me/'

const DECLARED = new Map([
  [MY_ACCOUNT, new Set(['create:me:authentication_methods', 'delete:me:authentication_methods'])],
  [BANKING, new Set(['transfer:funds', 'transfer:fund'])],
  ['https://old.fabrikam.example', new Set(['transfer:funds'])],
])

export function findingsOf({ rule, audit = '', ...facts }: Given): readonly Finding[] {
  const lines = {
    id: 'id: transfer-funds',
    reason: 'reason: Moves money',
    protects: `protects: { audience: ${BANKING}, scopes: [transfer:funds] }`,
    requires: 'requires: { factors: any }',
    ...rule,
  }
  const text = [
    'version: 1',
    audit,
    'rules:',
    '  -',
    ...Object.values(lines).map((l) => `    ${l}`),
  ]
  const today = new Date('2026-11-24T12:00:00Z')
  return auditTenant({
    policy: parsePolicy('policy.yaml', text.join('\n'), { declaredScopes: DECLARED }),
    facts: { ...GOOD, ...facts },
    code: OURS.code,
    today,
    locate: parseYaml('policy.yaml', text.join('\n')).locate,
  })
}
