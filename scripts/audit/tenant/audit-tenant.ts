import { finding, FINDINGS, type Finding, type FindingCode } from '../finding.ts'
import { OTHER_ACTION_CHECKS } from './checks/other-actions.ts'
import { OUR_ACTION_CHECKS } from './checks/our-action.ts'
import type { AuditContext, Check } from './context.ts'
import type { Kind, Severity } from './findings/entry.ts'

/** Kinds of findings that are found by a check of their own. */
const CHECKS: readonly Check[] = [...OUR_ACTION_CHECKS, ...OTHER_ACTION_CHECKS]

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note']

/** Looks for everything around the Action that can defeat the policy, the worst first. Does no I/O. */
export function auditTenant(context: AuditContext): readonly Finding[] {
  const rank = ({ severity }: Finding) => SEVERITIES.indexOf(severity)
  return [
    ...CHECKS.flatMap((check) => check(context)),
    ...Object.entries(FINDINGS).flatMap(([code, { find }]: [string, Partial<Kind<object>>]) =>
      (find?.(context) ?? []).map(({ subject, ...args }) =>
        finding(code as FindingCode, subject, args as never),
      ),
    ),
  ].toSorted((a, b) => rank(a) - rank(b))
}
