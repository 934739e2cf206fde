// Measures how fast a policy is checked exhaustively, against the bundle alone on a plain event, and how the
// time grows with the rules. Run with: npx tsx bench/exhaustive.ts
import { availableParallelism } from 'node:os'
import type { Policy, ScopeRule } from '../actions/step-up/policy.ts'
import { checkBundle } from '../scripts/audit/exhaustive/check-bundle.ts'
import { loadBundle } from '../scripts/audit/exhaustive/run-bundle.ts'
import { bundlePolicy } from '../scripts/policy/bundle.ts'

const AUDIENCES = 50
const ALONE_RUNS = 50_000
const SCOPES_PER_RULE = 5

function policyOf(scopes: number): Policy {
  const rules = Array.from({ length: scopes / SCOPES_PER_RULE }, (_, rule): ScopeRule => ({
    id: `rule-${rule}`,
    audience: `https://api-${rule % AUDIENCES}.example`,
    scopes: Array.from({ length: SCOPES_PER_RULE }, (_each, i) => `write:${rule}-${i}`),
    requires: { factors: rule % 2 === 0 ? 'any' : ['otp', 'webauthn-roaming'], maxAgeSeconds: 300 },
    whenNotEnrolled: 'enroll',
    withoutBrowser: { 'oauth2-refresh-token': 'remove', others: 'remove' },
  }))
  return { rules }
}

function aloneSeconds(code: string): number {
  const bundle = loadBundle(code, { now: () => 0, onUnknown: () => undefined })
  const event = {
    transaction: { protocol: 'oidc-basic-profile', requested_scopes: ['openid', 'write:0-0'] },
    resource_server: { identifier: 'https://api-0.example' },
    user: { enrolledFactors: [{ type: 'otp' }] },
  }
  const start = performance.now()
  for (let i = 0; i < ALONE_RUNS; i++) bundle.run(event)
  return (performance.now() - start) / 1000
}

const rows = []
for (const scopes of [10, 100, 1_000]) {
  const policy = policyOf(scopes)
  const code = await bundlePolicy(policy, '')
  const start = performance.now()
  const { cases, violations } = await checkBundle({ code, policy, invariants: [] })
  const seconds = (performance.now() - start) / 1000
  rows.push({
    scopes,
    rules: policy.rules.length,
    cases,
    violations: violations.length,
    seconds: Number(seconds.toFixed(1)),
    'cases/s': Math.round(cases / seconds),
    'bundle alone, runs/s on one core': Math.round(ALONE_RUNS / aloneSeconds(code)),
    'peak MB': Math.round(process.resourceUsage().maxRSS / 1024),
  })
}
console.log(`${availableParallelism()} processors, Node ${process.version}`)
console.table(rows)
