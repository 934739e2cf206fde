import type { Finding } from '../finding.ts'
import { CLIENT_CHECKS } from './checks/clients.ts'
import { MFA_CHECKS } from './checks/mfa.ts'
import { OTHER_ACTION_CHECKS } from './checks/other-actions.ts'
import { OUR_ACTION_CHECKS } from './checks/our-action.ts'
import { RESOURCE_SERVER_CHECKS } from './checks/resource-servers.ts'
import { RULE_CHECKS } from './checks/rules.ts'
import { UNSEEN_CHECKS } from './checks/unseen.ts'
import type { AuditContext, Check } from './context.ts'
import type { Severity } from './findings/entry.ts'

/** Every check, in the order in which a reader wants to know. */
export const CHECKS: readonly Check[] = [
  ...OUR_ACTION_CHECKS,
  ...RULE_CHECKS,
  ...RESOURCE_SERVER_CHECKS,
  ...CLIENT_CHECKS,
  ...MFA_CHECKS,
  ...OTHER_ACTION_CHECKS,
  ...UNSEEN_CHECKS,
]

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note']

/** Orders findings, the worst first. */
export function worstFirst(a: Finding, b: Finding): number {
  return SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity)
}

/** Looks for everything around the Action that can defeat the policy, the worst first. Does no I/O. */
export function auditTenant(context: AuditContext): readonly Finding[] {
  return CHECKS.flatMap((check) => check(context)).toSorted(worstFirst)
}
