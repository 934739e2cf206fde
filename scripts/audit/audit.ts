import { createHash } from 'node:crypto'
import type { Bundle } from '../policy/bundle.ts'
import { compilePolicy } from '../policy/compile.ts'
import type { Path } from '../policy/yaml-source.ts'
import type { Position } from '../terminal/user-error.ts'
import { codeFindings, type CodeFacts } from './code/findings.ts'
import type { CodeRead } from './code/read-code.ts'
import type { ExhaustiveResult } from '../proof/check-bundle.ts'
import type { Depth } from '../proof/units.ts'
import { envFlag } from '../tenant/environment.ts'
import { explain, type Explanation, type Finding } from './findings/finding.ts'
import { CANNOT_SEE } from './cannot-see.ts'
import { matrixOf, type Matrix } from './matrix/matrix.ts'
import { provenRunning, runningIn } from './matrix/running.ts'
import {
  invariantInWords,
  policyInWords,
  type InvariantInWords,
  type ProtectionInWords,
} from './policy-in-words.ts'
import type { Provenance } from './record.ts'
import { sinceThen, type Earlier, type Since } from './since.ts'
import { verdictOn, type Verdict } from './verdict.ts'
import { auditTenant, wasLookedFor, worstFirst } from './findings/audit-tenant.ts'
import { judgeFindings, type Acceptance } from './findings/accepted.ts'
import { coverageOf, highValueWords, type CoveredScope } from './findings/coverage.ts'
import { known, type TenantFacts } from './tenant/facts.ts'
import { waysIn, type WayInTenant } from './tenant/ways.ts'
import { reported, type ReportedViolation } from './code/reported-violation.ts'
import { typed } from '../terminal/typed.ts'

/** All that an audit has found out. Every report is rendered from it, and `--json` prints it. */
export interface Audit {
  readonly version: 2
  /** As of when all was judged, ISO 8601. */
  readonly at: string
  readonly environment: string
  readonly tenant: TenantFacts['source']
  readonly policy: {
    readonly file: string
    /** SHA-256 of the bytes of the file, in hex. */
    readonly fileSha256: string
    /** SHA-256 of the compiled policy, in hex: the same for a policy that is only laid out anew. */
    readonly dataSha256: string
    /** The values that its keywords have in the environment, where it has any. */
    readonly keywords?: Bundle['keywords']
    readonly says: readonly ProtectionInWords[]
    readonly invariants: readonly InvariantInWords[]
  }
  readonly provenance: Provenance
  /** What the policy builds. */
  readonly bundle: Pick<Bundle, 'sha256' | 'bytes' | 'version'>
  /** The code that was audited: the bundle, or other code in its place. */
  readonly code: Omit<CodeRead, 'breaches'> & { readonly wasRun: boolean }
  readonly deployed: Deployed
  readonly exhaustive: Omit<ExhaustiveResult, 'violations' | 'combinations'> & {
    /** More than JSON can count: to two digits, as in `4.6e+15`. */
    readonly combinations: string
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
  readonly matrix: Matrix
  /** In how many requests the code did otherwise than the matrix says. */
  readonly differences: number
  readonly cannotSee: typeof CANNOT_SEE
  /** Compared with an earlier audit, where one was named. */
  readonly since?: Since
  readonly verdict: Verdict
}

/** The code that runs in the tenant now, compared with the bundle. */
export type Deployed =
  | { readonly state: 'not-looked-at' | 'missing' }
  | { readonly state: 'same' | 'different'; readonly sha256: string }

export type UnusedAcceptance = Acceptance & { readonly lookedFor: boolean }

export type ExplainedFinding = Finding & Explanation

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
  readonly policyText: string
  readonly differences: number
  readonly provenance: Provenance
  readonly earlier?: Earlier
  /** The place in the policy file of the value at a path. */
  readonly locate: (path: Path) => Position
}

/** Puts an audit together; does no I/O. */
export function assembleAudit(parts: AuditParts): Audit {
  const { today, environment, policyFile, bundle, facts, locate, differences, earlier } = parts
  const { policy: file, code, sha256, bytes, version } = bundle
  const [policy, atMs] = [compilePolicy(file), today.getTime()]
  const { read } = parts.checked
  const findings = [
    ...codeFindings(parts.checked),
    ...auditTenant({ policy: file, facts, code, today, locate }),
  ].toSorted(worstFirst)
  const judged = judgeFindings(findings, file.audit?.accepted ?? [], today)
  const { violations, combinations, ...checked } = parts.exhaustive
  const explained = explainedFor(environment)
  const open = judged.open.map(({ finding, ...rest }) => ({ ...explained(finding), ...rest }))
  const count = (severity: Finding['severity']) =>
    open.filter((each) => each.severity === severity).length
  const { notRun } = parts.checked
  const running = provenRunning(runningIn(facts, code), { notRun, violations, differences })
  const matrix = matrixOf({ policy, facts, atMs, running })
  const audit = {
    version: 2 as const,
    at: today.toISOString(),
    environment,
    tenant: facts.source,
    policy: {
      file: policyFile,
      fileSha256: sha256Of(parts.policyText),
      dataSha256: bundle.policyHash,
      ...(bundle.keywords.length > 0 && { keywords: bundle.keywords }),
      says: policyInWords({ file, policy, atMs, locate }),
      invariants: (file.audit?.invariants ?? []).map((invariant, i) =>
        invariantInWords(invariant, locate(['audit', 'invariants', i])),
      ),
    },
    provenance: parts.provenance,
    bundle: { sha256, bytes, version },
    code: {
      ...{ from: read.from, name: read.name, sha256: read.sha256, bytes: read.bytes },
      ...{ engine: read.engine, policy: read.policy },
      wasRun: notRun === undefined,
    },
    deployed: deployedIn(facts, sha256),
    exhaustive: {
      depth: parts.depth,
      ...checked,
      combinations: combinations.toExponential(1),
      violations: violations.map((violation) => reported(violation, file, locate)),
    },
    coverage: coverageOf(file, facts, today),
    highValueWords: highValueWords(file),
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
    matrix,
    differences,
    cannotSee: CANNOT_SEE,
    verdict: verdictOn(
      {
        violations: violations.length,
        ...{ errors: count('error'), warnings: count('warning'), notes: count('note') },
        accepted: judged.accepted.length,
      },
      { matrix, rules: policy.rules, atMs },
    ),
  }
  return { ...audit, ...(earlier && { since: sinceThen(audit, earlier) }) }
}

// Whoever copies a command from a remedy means the tenant that was audited.
function explainedFor(environment: string): (finding: Finding) => ExplainedFinding {
  const command = (_whole: string, name: string) => `\`${typed(name, envFlag(environment))}\``
  return (finding) => {
    const { remedy, ...words } = explain(finding)
    return {
      ...finding,
      ...words,
      remedy: remedy.replace(/`(?:npm run|npx step-up) (deploy|plan|verify|forecast)`/g, command),
    }
  }
}

function deployedIn({ ourAction }: TenantFacts, bundleSha256: string): Deployed {
  const action = known(ourAction)
  if (action === undefined || action.state === 'planned') return { state: 'not-looked-at' }
  if (action.state !== 'deployed') return { state: 'missing' }
  const sha256 = sha256Of(action.code)
  return { state: sha256 === bundleSha256 ? 'same' : 'different', sha256 }
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
