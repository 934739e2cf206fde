import { factorOfGuardian } from '../../tenant/factors.ts'
import type { TenantFacts } from '../tenant/facts.ts'
import type { FactorsOn } from './cell.ts'

type Known = Pick<TenantFacts, 'enabledFactors' | 'disabledFactors'>

/** The factors with which MFA can be passed in a tenant; a recovery code is none. */
export function factorsOn({ enabledFactors, disabledFactors = [] }: Known): FactorsOn {
  const named = (factors: readonly string[]) =>
    factors.filter((name) => name !== 'recovery-code').map(factorOfGuardian)
  return enabledFactors.seen === 'all'
    ? { on: named(enabledFactors.value) }
    : { off: named(disabledFactors) }
}
