import { resolve } from 'node:path'
import type { Policy } from '../actions/step-up/policy.ts'
import { checkBundle } from '../scripts/proof/check-bundle.ts'
import { loadBundle } from '../scripts/proof/run-bundle.ts'
import { bundlePolicy } from '../scripts/policy/bundle.ts'
import { format } from './format.ts'
import { policyOf, rulesFor } from './policies.ts'
import { processCost } from './process-cost.ts'
import type { Section } from './section.ts'

const SIZES = [10, 100, 1_000]
const ALONE_RUNS = 50_000
const GOAL_SECONDS = 60
const GOAL_OF_SHIPPED_SECONDS = 3
const GOAL_MB = 600

/** Times the exhaustive check of a policy, and its growth with the rules. */
export async function audit(sizes: readonly number[] = SIZES): Promise<Section> {
  const shipped = await shippedPolicy()
  const runs = []
  for (const scopes of sizes) runs.push(await check(scopes))
  const last = runs.at(-1)
  if (last === undefined) throw new Error('no size')
  return {
    title: 'Audit',
    about: `The exhaustive part of \`npm run audit\` on all processors: the bundle runs on every combination of what it can
tell apart, and each run is judged: a case. It decides every combination that differs from it only in fields that nobody read. The rules
protect five scopes, every other one insists on listed factors. The peer is the bundle alone: how often one processor runs it
on one plain event, with nothing to judge.`,
    rows: runs.map((run) => ({
      scopes: format(run.scopes),
      rules: format(run.rules),
      cases: format(run.cases),
      'time s': format(run.seconds),
      'cases per second': format(run.cases / run.seconds),
      'combinations per second': format(run.combinations / run.seconds),
      'bundle alone, runs per second': format(run.alonePerSecond),
      'peak of the process MB': format(run.peakMb),
    })),
    goals: [
      {
        text: `${format(last.scopes)} scopes over 50 audiences in at most ${GOAL_SECONDS} s: ${format(last.seconds)} s`,
        isMet: last.seconds <= GOAL_SECONDS,
      },
      {
        text: `in at most ${GOAL_MB} MB of memory: ${format(last.peakMb)}`,
        isMet: last.peakMb <= GOAL_MB,
      },
      {
        text: `the shipped policy in at most ${GOAL_OF_SHIPPED_SECONDS} s, the whole process of \`npm run audit\`: ${format(shipped.wallSeconds)} s`,
        isMet: shipped.wallSeconds <= GOAL_OF_SHIPPED_SECONDS,
      },
    ],
  }
}

const ROOT = resolve(import.meta.dirname, '..')

async function shippedPolicy() {
  const args = ['bin/step-up.js', 'audit']
  const cost = await processCost(args, { cwd: ROOT, env: process.env })
  if (cost.exitCode !== 0 || !cost.output.startsWith('clean'))
    throw new Error(`the audit of the shipped policy says:\n${cost.output}`)
  return cost
}

async function check(scopes: number) {
  const policy = auditedPolicy(scopes)
  const code = await bundlePolicy(policy, '')
  const startedAt = performance.now()
  const { cases, combinations, violations } = await checkBundle({ code, policy, invariants: [] })
  const seconds = (performance.now() - startedAt) / 1_000
  if (violations.length > 0) throw new Error(`${violations.length} violations`)
  return {
    scopes,
    rules: policy.rules.length,
    cases,
    combinations,
    seconds,
    alonePerSecond: ALONE_RUNS / aloneSeconds(code),
    peakMb: process.resourceUsage().maxRSS / 1_024,
  }
}

function auditedPolicy(scopes: number): Policy {
  return policyOf(
    rulesFor(scopes).map((rule, index) => ({
      ...rule,
      whenNotEnrolled: 'enroll',
      requires: { factors: index % 2 === 0 ? 'any' : ['otp', 'webauthn-roaming'], maxAge: 300 },
    })),
  )
}

function aloneSeconds(code: string): number {
  const bundle = loadBundle(code, { now: () => 0, onUnknown: () => undefined })
  const event = {
    transaction: { protocol: 'oidc-basic-profile', requested_scopes: ['openid', 'write:0-0'] },
    resource_server: { identifier: 'https://api-0.example' },
    user: { enrolledFactors: [{ type: 'otp' }] },
  }
  const startedAt = performance.now()
  for (let i = 0; i < ALONE_RUNS; i++) bundle.run(event)
  return (performance.now() - startedAt) / 1_000
}
