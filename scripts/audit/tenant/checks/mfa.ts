import type { PolicyRule } from '../../../policy/schema.ts'
import { factorOfGuardian } from '../../../tenant/factors.ts'
import { finding } from '../../finding.ts'
import { ruleIds, type AuditContext, type Check } from '../context.ts'
import { known } from '../facts.ts'

/** Enable Multi-Factor Authentication: one of these must be enabled before MFA can be required. */
const INDEPENDENT = ['webauthn-roaming', 'otp', 'push-notification', 'sms', 'duo']

/** A code that is sent can be read by others than the user, and passed on. */
const WEAK = ['email', 'phone']

export const MFA_CHECKS: readonly Check[] = [
  someFactorStandsAlone,
  someListedFactorIsEnabled,
  listedFactorsAreEnabled,
  someFactorIsStrong,
  actionsMayChooseFactors,
  mfaPolicyFitsRules,
]

function someFactorStandsAlone({ facts }: AuditContext) {
  const enabled = known(facts.enabledFactors)
  if (enabled === undefined || enabled.some((name) => INDEPENDENT.includes(name))) return []
  return [finding('no-factor-enabled', 'tenant', { enabled })]
}

function someListedFactorIsEnabled(context: AuditContext) {
  return rulesWithFactors(context).flatMap(({ rule, factors, missing, where }) =>
    missing.length < factors.length
      ? []
      : [finding('no-listed-factor-enabled', rule, { rule, factors, where })],
  )
}

function listedFactorsAreEnabled(context: AuditContext) {
  return rulesWithFactors(context).flatMap(({ rule, factors, missing, where }) =>
    missing.length === 0 || missing.length === factors.length
      ? []
      : [finding('listed-factor-not-enabled', rule, { rule, factors: missing, where })],
  )
}

function rulesWithFactors(context: AuditContext) {
  const enabled = enabledTypes(context)
  return context.policy.rules.flatMap(({ id, requires: { factors } }, i) => {
    if (factors === 'any' || enabled === undefined) return []
    const missing = factors.filter((factor) => !enabled.includes(factor))
    const where = context.locate(['rules', i, 'requires', 'factors'])
    return [{ rule: id, factors, missing, where }]
  })
}

function someFactorIsStrong(context: AuditContext) {
  const enabled = enabledTypes(context)
  return context.policy.rules.flatMap((rule, i) =>
    (['requires', 'whenConfidenceIsLow'] as const).flatMap((requirement) => {
      const factors = usableFactors(rule[requirement], enabled)
      if (factors.length === 0 || !factors.every((factor) => WEAK.includes(factor))) return []
      const where = context.locate(['rules', i, requirement, 'factors'])
      return [finding('only-weak-factors', rule.id, { rule: rule.id, requirement, factors, where })]
    }),
  )
}

function usableFactors(
  requirement: PolicyRule['requires'] | undefined,
  enabled: readonly string[] | undefined,
): readonly string[] {
  if (requirement === undefined) return []
  if (requirement.factors === 'any') return enabled ?? []
  return requirement.factors.filter((factor) => enabled?.includes(factor) ?? true)
}

// A recovery code is no factor to challenge with.
function enabledTypes({ facts }: AuditContext): readonly string[] | undefined {
  return known(facts.enabledFactors)
    ?.filter((name) => name !== 'recovery-code')
    .map(factorOfGuardian)
}

function actionsMayChooseFactors({ policy, facts }: AuditContext) {
  const rules = policy.rules
    .filter(({ requires, whenConfidenceIsLow: low }) =>
      [requires, low].some((requirement) => Array.isArray(requirement?.factors)),
    )
    .map(({ id }) => id)
  if (rules.length === 0 || known(facts.customizeMfa) !== false) return []
  return [finding('customize-mfa-off', 'tenant', { rules })]
}

function mfaPolicyFitsRules(context: AuditContext) {
  const policy = known(context.facts.mfaPolicy)
  const rules = ruleIds(context)
  switch (policy) {
    case undefined:
      return []
    case 'never':
      return [finding('mfa-policy-never', 'tenant', { rules })]
    case 'adaptive':
      return [finding('mfa-policy-adaptive', 'tenant', { rules })]
    case 'always': {
      const clients = clientsThatRefresh(context)
      return clients.length === 0 ? [] : [finding('mfa-policy-always', 'tenant', { clients })]
    }
  }
}

function clientsThatRefresh({ facts }: AuditContext): readonly string[] | 'unknown' {
  const clients = known(facts.clients)
  if (clients === undefined) return 'unknown'
  return clients
    .filter(({ grantTypes }) => grantTypes?.includes('refresh_token') ?? true)
    .map(({ name }) => name)
}
