import type { FindingCode } from '../../policy/audit-names.ts'
import { finding, FINDINGS, type Check, type Finding } from './finding.ts'
import { OTHER_ACTION_CHECKS } from './other-actions.ts'
import { OUR_ACTION_CHECKS } from './our-action.ts'
import type { AuditContext } from './context.ts'
import type { TenantFacts } from '../tenant/facts.ts'
import type { Kind, Severity, TenantPart } from './entry.ts'

/** Kinds of findings that are found by a check of their own. */
const CHECKS: readonly Check[] = [...OUR_ACTION_CHECKS, ...OTHER_ACTION_CHECKS]

/** What those checks have to see. */
const RESTS_ON_ACTIONS: readonly TenantPart[] = ['source', 'ourAction', 'flow']

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note']

/** Orders findings, the worst first. */
export function worstFirst(a: Finding, b: Finding): number {
  return SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity)
}

/** Looks for everything around the Action that can defeat the policy, the worst first. Does no I/O. */
export function auditTenant(context: AuditContext): readonly Finding[] {
  return [
    ...CHECKS.flatMap((check) => check(context)),
    ...Object.entries(FINDINGS).flatMap(([code, { find }]: [string, Partial<Kind<object>>]) =>
      (find?.(context) ?? []).map(({ subject, ...args }) =>
        finding(code as FindingCode, subject, args as never),
      ),
    ),
  ].toSorted(worstFirst)
}

/** Whether all was seen that a kind of finding rests on, so that not to have found it means something. */
export function wasLookedFor(code: string, facts: TenantFacts): boolean {
  const { restsOn = RESTS_ON_ACTIONS }: Partial<Kind<object>> = FINDINGS[code as FindingCode]
  return restsOn.every((part) =>
    part === 'source' ? facts.source.kind === 'tenant' : facts[part].seen === 'all',
  )
}
