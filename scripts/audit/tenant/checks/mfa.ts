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
  return listsOfFactors(context).flatMap(({ missing, factors, ...rest }) =>
    missing.length < factors.length
      ? []
      : [finding('no-listed-factor-enabled', rest.rule, { ...rest, factors })],
  )
}

function listedFactorsAreEnabled(context: AuditContext) {
  return listsOfFactors(context).flatMap(({ missing, factors, ...rest }) =>
    missing.length === 0 || missing.length === factors.length
      ? []
      : [finding('listed-factor-not-enabled', rest.rule, { ...rest, factors: missing })],
  )
}

function listsOfFactors(context: AuditContext) {
  const enabled = enabledTypes(context)
  return requirementsOf(context).flatMap(({ factors, ...rest }) => {
    if (factors === 'any' || enabled === undefined) return []
    return [{ ...rest, factors, missing: factors.filter((factor) => !enabled.includes(factor)) }]
  })
}

function requirementsOf(context: AuditContext) {
  return context.policy.rules.flatMap((rule, i) =>
    (['requires', 'whenConfidenceIsLow'] as const).flatMap((requirement) => {
      const { factors } = rule[requirement] ?? {}
      if (factors === undefined) return []
      const where = context.locate(['rules', i, requirement, 'factors'])
      return [{ rule: rule.id, requirement, factors, where }]
    }),
  )
}

function someFactorIsStrong(context: AuditContext) {
  const enabled = enabledTypes(context)
  return requirementsOf(context).flatMap(({ factors: accepted, ...rest }) => {
    const factors = usableFactors(accepted, enabled)
    if (factors.length === 0 || !factors.every((factor) => WEAK.includes(factor))) return []
    return [finding('only-weak-factors', rest.rule, { ...rest, factors })]
  })
}

function usableFactors(
  accepted: PolicyRule['requires']['factors'],
  enabled: readonly string[] | undefined,
): readonly string[] {
  if (accepted === 'any') return enabled ?? []
  return accepted.filter((factor) => enabled?.includes(factor) ?? true)
}

// A recovery code is no factor to challenge with.
function enabledTypes({ facts }: AuditContext): readonly string[] | undefined {
  return known(facts.enabledFactors)
    ?.filter((name) => name !== 'recovery-code')
    .map(factorOfGuardian)
}

function actionsMayChooseFactors({ policy, facts }: AuditContext) {
  const rules = policy.rules
    .filter(
      ({ requires, whenConfidenceIsLow: low, whenNotEnrolled }) =>
        whenNotEnrolled === 'deny' ||
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
