import { challengeable } from '../../tenant/factors.ts'
import type { TenantFacts } from '../tenant/facts.ts'
import type { FactorsOn } from './cell.ts'

type Known = Pick<TenantFacts, 'enabledFactors' | 'disabledFactors'>

/** The factors with which MFA can be passed in a tenant; a recovery code is none. */
export function factorsOn({ enabledFactors, disabledFactors = [] }: Known): FactorsOn {
  return enabledFactors.seen === 'all'
    ? { on: challengeable(enabledFactors.value) }
    : { off: challengeable(disabledFactors) }
}
