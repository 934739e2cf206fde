// An audit in which a lot is wrong, of a tenant whose names try to get out of every format.
import { assembleAudit, type Audit, type AuditParts } from '../../scripts/audit/audit.ts'
import type { ExhaustiveResult } from '../../scripts/proof/check-bundle.ts'
import type { TenantFacts } from '../../scripts/audit/tenant/facts.ts'
import { parseYaml } from '../../scripts/policy/yaml-source.ts'
import { parsePolicy } from '../../scripts/policy/load.ts'
import { AGREED, all, client, deployed, flow, grant, OURS, server } from './audited-tenant.ts'
import { BANKING } from './event.ts'

export const HOSTILE = '`|<script>alert(1)</script>|@everyone\u001b[2J\u202e'

const POLICY = `version: 1
rules:
  - id: transfer-funds
    reason: Moves money
    protects: { audience: ${BANKING}, scopes: [transfer:funds] }
    requires: { factors: [webauthn-roaming], maxAge: 300 }
    withoutBrowser: { refreshTokens: remove, oauth2-password: deny }
    exceptions: [{ client: batch, reason: No person there, expires: 2027-01-31, ${AGREED} }]
audit:
  invariants:
    - { id: by-key, reason: Withstands phishing, audience: ${BANKING}, scopes: [transfer:funds], factors: [webauthn-roaming], maxAge: 60 }
  accepted:
    - { finding: long-token-lifetime, subject: '${BANKING}', reason: Agreed with the bank, expires: 2027-01-01, ${AGREED} }
    - { finding: refresh-tokens-allowed, reason: Was needed once, expires: 2026-06-01, subject: '${BANKING}', ${AGREED} }
    - { finding: no-factor-enabled, subject: tenant, reason: Factors come later, expires: 2027-01-01, ${AGREED} }
`

const FACTS: TenantFacts = {
  source: { kind: 'tenant', domain: 'acme.eu.auth0.com' },
  resourceServers: server({
    scopes: ['read:accounts', 'transfer:funds', 'delete:all'],
    tokenLifetimeSeconds: 86_400,
    allowOfflineAccess: true,
  }),
  clients: client({ name: HOSTILE }),
  clientGrants: grant({}),
  organizations: all([]),
  enabledFactors: all(['webauthn-roaming']),
  mfaPolicy: all('always'),
  customizeMfa: all(true),
  loginExperience: all('new'),
  ourAction: all(deployed),
  flow: flow(OURS),
}

const CODE = '// ours, but for a comment'

const EXHAUSTIVE: ExhaustiveResult = {
  cases: 12_345,
  logins: 20_000,
  combinations: 4_567_000_000_000_000,
  rules: [{ id: 'transfer-funds', cases: 12_345, covered: 1 }],
  invariants: [
    { name: 'never-throws', cases: 12_345 },
    { name: 'by-key', cases: 12_345 },
  ],
  fieldsRead: ['transaction', 'transaction.protocol'],
  varied: [
    { field: 'transaction', classes: 4 },
    { field: 'transaction.protocol', classes: 20 },
  ],
  limits: ['what no class stands for'],
  violations: [
    {
      invariant: 'no-protected-scope-without-mfa',
      rule: 'transfer-funds',
      count: 1_234,
      event: Object.defineProperty({ user: { name: HOSTILE } }, 'transaction', {
        enumerable: true,
        get: () => {
          throw new Error('this value cannot be read')
        },
      }),
      nowMs: Date.UTC(2026, 0, 15, 12),
      calls: [],
      expected: 'the scope removed',
    },
    {
      invariant: 'by-key',
      count: 1,
      event: {},
      nowMs: Date.UTC(2026, 0, 15, 12),
      calls: [
        { command: 'multifactor.enable', arguments: ['any', { allowRememberBrowser: false }] },
      ],
      expected: '`transfer:funds` removed',
    },
  ],
}

export const PROVENANCE = {
  commit: { id: 'c'.repeat(40), isClean: false },
  pipeline: { name: 'GitHub Actions', by: 'jane', url: 'https://github.com/a/b/actions/runs/1' },
}

/** The same audit, but for what is changed. */
export function badAudit(changes: Partial<AuditParts> = {}): Audit {
  const today = new Date('2026-11-24T12:00:00Z')
  const declaredScopes = new Map([[BANKING, new Set(['transfer:funds'])]])
  const policy = parsePolicy('policy.yaml', POLICY, { declaredScopes })
  return assembleAudit({
    ...{ today, environment: 'test', policyFile: 'policy.yaml', policyText: POLICY, facts: FACTS },
    depth: 'whole',
    bundle: {
      ...{ code: CODE, sha256: 'b'.repeat(64), policyHash: 'a'.repeat(64) },
      ...{ bytes: 123, version: '0.1.0', rules: [], policy, keywords: [] },
      requirements: { version: 1, policy: '', audiences: {}, logins: {} },
    },
    checked: {
      read: {
        ...{ from: 'built', name: 'step-up', sha256: 'b'.repeat(64), bytes: 123, policy: 'same' },
        engine: { sha256: 'c'.repeat(64), release: '0.1.0' },
        breaches: [],
      },
      ...{ untried: [], notRun: undefined },
    },
    exhaustive: EXHAUSTIVE,
    differences: 7,
    provenance: PROVENANCE,
    locate: parseYaml('policy.yaml', POLICY).locate,
    ...changes,
  })
}
