import { factorOfGuardian } from '../../tenant/factors.ts'
import type { TenantFacts } from '../tenant/facts.ts'
import type { FactorsOn } from './cell.ts'

/** The factors with which MFA can be passed in a tenant, where all are known; a recovery code is none. */
export function factorsOn({ enabledFactors }: Pick<TenantFacts, 'enabledFactors'>): FactorsOn {
  return enabledFactors.seen === 'all'
    ? enabledFactors.value.filter((name) => name !== 'recovery-code').map(factorOfGuardian)
    : undefined
}
