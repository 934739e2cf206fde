import type { PolicyFile } from '../../policy/schema.ts'
import type { Finding } from './finding.ts'

/** An entry of `audit.accepted` in the policy file. */
export type Acceptance = NonNullable<NonNullable<PolicyFile['audit']>['accepted']>[number]

/** Findings, parted by what reviewers said of them. */
export interface Judged {
  /** Nobody accepted these; `expired` is an acceptance that once held. */
  readonly open: readonly { readonly finding: Finding; readonly expired?: Acceptance }[]
  readonly accepted: readonly { readonly finding: Finding; readonly acceptance: Acceptance }[]
  /** Acceptances of what is not found. */
  readonly unused: readonly Acceptance[]
}

/**
 * Parts findings into open and accepted ones. An acceptance without a subject holds for every finding
 * of its kind that is no error, and none holds from the day (UTC) on which it expires.
 */
export function judgeFindings(
  findings: readonly Finding[],
  acceptances: readonly Acceptance[],
  today: Date,
): Judged {
  const judged = findings.map((finding) => {
    const fitting = acceptances.filter((acceptance) => fits(acceptance, finding))
    const acceptance = fitting.find(({ expires }) => Date.parse(expires) > today.getTime())
    const [expired] = fitting
    return { finding, acceptance, expired }
  })
  return {
    open: judged
      .filter(({ acceptance }) => acceptance === undefined)
      .map(({ finding, expired }) => ({ finding, ...(expired && { expired }) })),
    accepted: judged.flatMap(({ finding, acceptance }) =>
      acceptance === undefined ? [] : [{ finding, acceptance }],
    ),
    unused: acceptances.filter((acceptance) => !findings.some((one) => fits(acceptance, one))),
  }
}

// An error is accepted one by one, also where the policy was not judged before.
function fits({ finding: code, subject }: Acceptance, finding: Finding): boolean {
  if (code !== finding.code) return false
  return subject === undefined ? finding.severity !== 'error' : subject === finding.subject
}
