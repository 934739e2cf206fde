import { placeOf } from '../../terminal/user-error.ts'
import type { ExplainedFinding } from '../audit.ts'

/** Findings of one kind, with what they have in common said once. */
export interface FindingGroup<F extends ExplainedFinding> {
  readonly severity: F['severity']
  readonly code: F['code']
  readonly title: string
  readonly source: string
  readonly findings: readonly F[]
}

/** Groups findings by their kind, in the order in which each kind comes first. */
export function groupFindings<F extends ExplainedFinding>(
  findings: readonly F[],
): readonly FindingGroup<F>[] {
  const groups = new Map<string, F[]>()
  for (const finding of findings) {
    groups.set(finding.code, [...(groups.get(finding.code) ?? []), finding])
  }
  return [...groups.values()].flatMap((same) => {
    const [first] = same
    if (first === undefined) return []
    const { severity, code, title, source } = first
    return [{ severity, code, title, source, findings: same }]
  })
}

/** What a finding says, in front of it the place in the policy where it has one. */
export function findingInWords({ where, explanation }: ExplainedFinding): string {
  return where === undefined ? explanation : `${placeOf(where)}: ${explanation}`
}

/** Each remedy of a group once. */
export function remediesOf({ findings }: FindingGroup<ExplainedFinding>): readonly string[] {
  return [...new Set(findings.map(({ remedy }) => remedy))]
}
