import { readFileSync } from 'node:fs'
import { auditTenant } from '../../scripts/audit/findings/audit-tenant.ts'
import type { TenantFacts } from '../../scripts/audit/tenant/facts.ts'
import { factsFromFile } from '../../scripts/audit/tenant/from-file.ts'
import { parseYaml } from '../../scripts/policy/yaml-source.ts'
import { loadPolicy } from '../../scripts/policy/load.ts'
import { loadEnvironment } from '../../scripts/tenant/environment.ts'
import { readTenantFile, type TenantFile } from '../../scripts/tenant/tenant-file.ts'
import { BANKING } from '../support/event.ts'

const POLICY = 'config/step-up.policy.yaml'

test('what tenant.yaml says of a tenant, and what it does not', () => {
  const file: TenantFile = {
    actions: [
      {
        name: 'Step-up',
        code: './dist/step-up.js',
        runtime: 'node22',
        deployed: true,
        supported_triggers: [{ id: 'post-login', version: 'v3' }],
      },
    ],
    triggers: { 'post-login': [{ action_name: 'Step-up', display_name: 'Step-up' }] },
    resourceServers: [
      {
        name: 'Banking',
        identifier: BANKING,
        scopes: [{ value: 'read:accounts' }, { value: 'transfer:funds' }],
        signing_alg: 'RS256',
        token_dialect: 'rfc9068_profile_authz',
        enforce_policies: true,
        allow_offline_access: false,
        allow_online_access: true,
        token_lifetime: 600,
        token_lifetime_for_web: 300,
        subject_type_authorization: { user: { policy: 'require_client_grant' } },
      },
    ],
    guardianFactors: [
      { name: 'otp', enabled: true },
      { name: 'sms', enabled: false },
    ],
    tenant: { customize_mfa_in_postlogin_action: true },
    clients: [
      {
        name: 'Web App',
        grant_types: ['authorization_code'],
        oidc_conformant: true,
        native_social_login: { google: { enabled: true }, apple: { enabled: false } },
        refresh_token: { policies: [{ audience: BANKING, scope: ['read:accounts'] }] },
      },
    ],
    clientGrants: [{ client_id: 'Web App', audience: BANKING, scope: ['transfer:funds'] }],
    guardianPolicies: { policies: ['confidence-score'] },
  }
  expect(factsFromFile(file, 'tenant.yaml', [])).toEqual<TenantFacts>({
    source: { kind: 'tenant-file', file: 'tenant.yaml' },
    resourceServers: {
      seen: 'listed',
      value: [
        {
          identifier: BANKING,
          isSystem: false,
          scopes: ['read:accounts', 'transfer:funds'],
          signingAlg: 'RS256',
          tokenDialect: 'rfc9068_profile_authz',
          enforcePolicies: true,
          allowOfflineAccess: false,
          allowOnlineAccess: true,
          tokenLifetimeSeconds: 600,
          tokenLifetimeForWebSeconds: 300,
          userAccess: 'require_client_grant',
        },
      ],
    },
    clients: {
      seen: 'listed',
      value: [
        {
          id: 'Web App',
          name: 'Web App',
          grantTypes: ['authorization_code'],
          isOidcConformant: true,
          switches: ['native_social_login: google'],
          refreshPolicies: [{ audience: BANKING, scopes: ['read:accounts'] }],
        },
      ],
    },
    clientGrants: {
      seen: 'listed',
      value: [
        {
          clientId: 'Web App',
          audience: BANKING,
          scopes: ['transfer:funds'],
          subject: 'client',
          allowsAllScopes: false,
        },
      ],
    },
    organizations: { seen: 'nothing' },
    enabledFactors: { seen: 'listed', value: ['otp'] },
    disabledFactors: ['sms'],
    mfaPolicy: { seen: 'all', value: 'adaptive' },
    customizeMfa: { seen: 'all', value: true },
    loginExperience: { seen: 'nothing' },
    ourAction: { seen: 'all', value: { name: 'Step-up', state: 'planned', runtime: 'node22' } },
    flow: { seen: 'nothing' },
  })
})

test('the smallest tenant.yaml says next to nothing', () => {
  const file: TenantFile = {
    actions: [],
    triggers: { 'post-login': [] },
    resourceServers: [{ name: 'x', identifier: 'x' }],
    clients: [{ name: 'a' }],
    tenant: {},
  }
  expect(factsFromFile(file, 'tenant.yaml', [])).toEqual<TenantFacts>({
    source: { kind: 'tenant-file', file: 'tenant.yaml' },
    resourceServers: {
      seen: 'listed',
      value: [{ identifier: 'x', isSystem: false, scopes: [] }],
    },
    clients: { seen: 'listed', value: [{ id: 'a', name: 'a', switches: [] }] },
    clientGrants: { seen: 'nothing' },
    organizations: { seen: 'nothing' },
    enabledFactors: { seen: 'nothing' },
    disabledFactors: [],
    mfaPolicy: { seen: 'nothing' },
    customizeMfa: { seen: 'nothing' },
    loginExperience: { seen: 'nothing' },
    ourAction: { seen: 'nothing' },
    flow: { seen: 'nothing' },
  })
})

test('Fabrikam audits clean, apart from what tenant.yaml cannot know', () => {
  const { tenantFile, declaredScopes } = readTenantFile('tenant.yaml', loadEnvironment('sandbox'))
  if (tenantFile === undefined) throw new Error('tenant.yaml has mistakes')
  const today = new Date('2026-11-24T12:00:00Z')
  const findings = auditTenant({
    policy: loadPolicy(POLICY, { declaredScopes }),
    facts: factsFromFile(tenantFile, 'tenant.yaml', []),
    code: '',
    today,
    locate: parseYaml(POLICY, readFileSync(POLICY, 'utf8')).locate,
  })
  expect(findings.map(({ code, subject }) => [code, subject])).toEqual([
    ['part-not-seen', 'resource servers'],
    ['part-not-seen', 'clients'],
    ['part-not-seen', 'client grants'],
    ['part-not-seen', 'MFA factors'],
    ['part-not-seen', 'the MFA policy'],
    ['part-not-seen', 'the login experience'],
    ['part-not-seen', 'Actions bound to post-login'],
    ['part-not-seen', 'the code that is deployed now'],
  ])
})
