import { createHash } from 'node:crypto'
import type { Bundle } from '../policy/bundle.ts'
import { compilePolicy } from '../policy/compile.ts'
import type { Path } from '../policy/yaml-source.ts'
import { codeFindings, type CodeFacts } from './code/findings.ts'
import type { CodeRead } from './code/read-code.ts'
import type { ExhaustiveResult } from '../proof/check-bundle.ts'
import type { Depth } from '../proof/units.ts'
import { explain, type Explanation, type Finding, type Position } from './finding.ts'
import type { ProtectedPaths } from './paths/path.ts'
import { invariantInWords, ruleInWords, type InWords } from './policy-in-words.ts'
import { auditTenant, wasLookedFor, worstFirst } from './tenant/audit-tenant.ts'
import { judgeFindings, type Acceptance } from './tenant/accepted.ts'
import { coverageOf, highValueWords, type CoveredScope } from './tenant/coverage.ts'
import { known, type TenantFacts } from './tenant/facts.ts'
import { waysIn, type WayInTenant } from './tenant/ways.ts'
import { reported, type ReportedViolation } from './reported-violation.ts'

/** All that an audit has found out. Every report is rendered from it, and `--json` prints it. */
export interface Audit {
  readonly version: 1
  /** As of when all was judged, ISO 8601. */
  readonly at: string
  readonly environment: string
  readonly tenant: TenantFacts['source']
  readonly policy: {
    readonly file: string
    /** SHA-256 of the compiled policy, in hex. */
    readonly sha256: string
    readonly rules: readonly InWords[]
    readonly invariants: readonly InWords[]
  }
  /** What the policy builds. */
  readonly bundle: Pick<Bundle, 'sha256' | 'bytes' | 'version'>
  /** The code that was audited: the bundle, or other code in its place. */
  readonly code: Omit<CodeRead, 'breaches'> & { readonly wasRun: boolean }
  readonly deployed: Deployed
  readonly exhaustive: Omit<ExhaustiveResult, 'violations'> & {
    readonly depth: Depth
    readonly violations: readonly ReportedViolation[]
  }
  readonly coverage: readonly CoveredScope[]
  /** By these words a scope without a rule looks high-value. */
  readonly highValueWords: readonly string[]
  readonly findings: {
    readonly open: readonly (ExplainedFinding & { readonly expired?: Acceptance })[]
    readonly accepted: readonly (ExplainedFinding & { readonly acceptance: Acceptance })[]
    /** Acceptances of what is not found; it may not have been looked for, either. */
    readonly unused: readonly UnusedAcceptance[]
  }
  /** Every way to a token, and who has it. */
  readonly ways: readonly WayInTenant[]
  readonly paths: readonly ProtectedPaths[]
  readonly verdict: Verdict
}

/** The code that runs in the tenant now, compared with the bundle. */
export type Deployed =
  | { readonly state: 'not-looked-at' | 'missing' }
  | { readonly state: 'same' | 'different'; readonly sha256: string }

export type UnusedAcceptance = Acceptance & { readonly lookedFor: boolean }

export type ExplainedFinding = Finding & Explanation

export interface Verdict {
  /** `failed` for a violation, or an open finding of severity error or warning. */
  readonly outcome: 'clean' | 'failed'
  readonly violations: number
  readonly errors: number
  readonly warnings: number
  readonly notes: number
  readonly accepted: number
}

/** What an audit is put together from. */
export interface AuditParts {
  readonly today: Date
  readonly environment: string
  readonly policyFile: string
  readonly bundle: Bundle
  readonly facts: TenantFacts
  /** What is known of the code that was audited. */
  readonly checked: CodeFacts
  readonly depth: Depth
  readonly exhaustive: ExhaustiveResult
  readonly paths: readonly ProtectedPaths[]
  /** Where in the policy file the value at a path stands. */
  readonly locate: (path: Path) => Position
}

/** Puts an audit together; does no I/O. */
export function assembleAudit(parts: AuditParts): Audit {
  const { today, environment, policyFile, bundle, facts, locate } = parts
  const { policy, code, sha256, bytes, version } = bundle
  const { rules } = compilePolicy(policy)
  const { breaches: _breaches, ...read } = parts.checked.read
  const findings = [
    ...codeFindings(parts.checked),
    ...auditTenant({ policy, facts, code, today, locate }),
  ].toSorted(worstFirst)
  const judged = judgeFindings(findings, policy.audit?.accepted ?? [], today)
  const { violations, ...checked } = parts.exhaustive
  const open = judged.open.map(({ finding, ...rest }) => ({ ...explained(finding), ...rest }))
  const count = (severity: Finding['severity']) =>
    open.filter((each) => each.severity === severity).length
  const [errors, warnings, notes] = [count('error'), count('warning'), count('note')]
  return {
    version: 1,
    at: today.toISOString(),
    environment,
    tenant: facts.source,
    policy: {
      file: policyFile,
      sha256: bundle.policyHash,
      rules: policy.rules.map((rule, i) => ruleInWords(rule, rules[i], locate(['rules', i]))),
      invariants: (policy.audit?.invariants ?? []).map((invariant, i) =>
        invariantInWords(invariant, locate(['audit', 'invariants', i])),
      ),
    },
    bundle: { sha256, bytes, version },
    code: { ...read, wasRun: parts.checked.notRun === undefined },
    deployed: deployedIn(facts, sha256),
    exhaustive: {
      depth: parts.depth,
      ...checked,
      violations: violations.map((violation) => reported(violation, policy, locate)),
    },
    coverage: coverageOf(policy, facts, today),
    highValueWords: highValueWords(policy),
    findings: {
      open,
      accepted: judged.accepted.map(({ finding, acceptance }) => ({
        ...explained(finding),
        acceptance,
      })),
      unused: judged.unused.map((acceptance) => ({
        ...acceptance,
        lookedFor: wasLookedFor(acceptance.finding, facts),
      })),
    },
    ways: waysIn(facts),
    paths: parts.paths,
    verdict: {
      outcome: violations.length + errors + warnings === 0 ? 'clean' : 'failed',
      ...{ violations: violations.length, errors, warnings, notes },
      accepted: judged.accepted.length,
    },
  }
}

function explained(finding: Finding): ExplainedFinding {
  return { ...finding, ...explain(finding) }
}

function deployedIn({ ourAction }: TenantFacts, bundleSha256: string): Deployed {
  const action = known(ourAction)
  if (action === undefined || action.state === 'planned') return { state: 'not-looked-at' }
  if (action.state !== 'deployed') return { state: 'missing' }
  const sha256 = createHash('sha256').update(action.code).digest('hex')
  return { state: sha256 === bundleSha256 ? 'same' : 'different', sha256 }
}
