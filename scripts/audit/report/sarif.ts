import { createHash } from 'node:crypto'
import { TENANT_FILE } from '../../tenant/environment.ts'
import type { Audit, ExplainedFinding } from '../audit.ts'
import type { Position } from '../../terminal/user-error.ts'
import type { ReportedViolation } from '../code/reported-violation.ts'
import type { Acceptance } from '../findings/accepted.ts'
import { CODE_FINDINGS } from '../findings/code.ts'
import { sarifRules, type SarifRule } from './sarif-rules.ts'
import { acceptanceInWords, callInWords, eventInWords } from './words.ts'

/**
 * An audit as SARIF 2.1.0, for code scanning. Accepted findings are results that are suppressed.
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function renderSarif(audit: Audit): string {
  const { environment, bundle, code, findings, exhaustive, policy, at } = audit
  const rules = sarifRules(audit)
  const fingerprintOf = newFingerprints()
  const results = [
    ...exhaustive.violations.map(violationResult),
    ...findings.open.map((finding) => findingResult(finding, fileOf(finding, audit))),
    ...findings.accepted.map(({ acceptance, ...finding }) =>
      findingResult(finding, fileOf(finding, audit), acceptance),
    ),
  ]
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'auth0-step-up', version: bundle.version, rules } },
        automationDetails: { id: `step-up-audit/${environment}/` },
        invocations: [{ executionSuccessful: true, endTimeUtc: at }],
        columnKind: 'utf16CodeUnits',
        results: results.map(({ about, ...result }) => ({
          ...result,
          ruleIndex: indexOf(rules, result.ruleId),
          partialFingerprints: fingerprintOf(result.ruleId, about),
        })),
        properties: {
          policyFileSha256: policy.fileSha256,
          policyDataSha256: policy.dataSha256,
          bundleSha256: bundle.sha256,
          auditedSha256: code.sha256,
          cases: exhaustive.cases,
          combinations: exhaustive.combinations,
        },
      },
    ],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}

function violationResult(violation: ReportedViolation) {
  const { invariant, rule = '', title, expected, calls, where } = violation
  const made = calls.map(callInWords).join('; ') || 'none'
  return {
    ruleId: invariant,
    level: 'error',
    message: {
      text: `${title}: this does not hold.\nexpected: ${expected}\ncalls: ${made}\nevent: ${eventInWords(violation)}`,
    },
    locations: [locationOf(where)],
    about: rule,
  }
}

/** The file that a finding without a place is about. */
function fileOf(finding: ExplainedFinding, { code }: Audit): string {
  return code.from === 'file' && finding.code in CODE_FINDINGS ? code.name : TENANT_FILE
}

function findingResult(finding: ExplainedFinding, file: string, acceptance?: Acceptance) {
  const { code, severity, subject, explanation, remedy, where } = finding
  return {
    ruleId: code,
    level: severity,
    message: { text: `${explanation}\n${remedy}` },
    locations: [locationOf(where ?? { file, line: 1, column: 1 })],
    about: subject,
    ...(acceptance && {
      suppressions: [
        {
          kind: 'external',
          status: 'accepted',
          justification: acceptanceInWords(acceptance),
        },
      ],
    }),
  }
}

function locationOf({ file, line, column }: Position) {
  return {
    physicalLocation: {
      artifactLocation: { uri: file, uriBaseId: '%SRCROOT%' },
      region: { startLine: line, startColumn: column },
    },
  }
}

// By what it is and what it is about, so that it stays the same result when lines move; those that are
// alike in both are numbered.
function newFingerprints() {
  const alike = new Map<string, number>()
  return (ruleId: string, about: string) => {
    const key = JSON.stringify([ruleId, about])
    const before = alike.get(key) ?? 0
    alike.set(key, before + 1)
    const text = before === 0 ? key : JSON.stringify([ruleId, about, before])
    return { 'stepUp/v1': createHash('sha256').update(text).digest('hex') }
  }
}

function indexOf(rules: readonly SarifRule[], id: string): number {
  return rules.findIndex((rule) => rule.id === id)
}
