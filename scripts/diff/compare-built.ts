import type { Bundle } from '../policy/bundle.ts'
import { compilePolicy } from '../policy/compile.ts'
import { progressBar } from '../terminal/progress-bar.ts'
import { UserError } from '../terminal/user-error.ts'
import { comparePolicies, type PolicyDiff } from './compare-policies.ts'
import { sideOf } from './deployed-policy.ts'
import type { Side } from './sides.ts'

type Progress = (text: string) => void

/** Compares a policy with the one that is built here. @throws UserError as {@link comparePolicies} does */
export function compareWithBuilt(
  before: Side,
  { code, policy }: Bundle,
  progress: Progress,
): Promise<PolicyDiff> {
  const after = { code, policy: compilePolicy(policy) }
  return comparePolicies(
    { before, after },
    {
      nowMs: Date.now(),
      progress: (done, total) => progress(progressBar('comparing', done, total)),
    },
  )
}

/** What a deploy would change in the outcome of requests, or why that cannot be told. */
export type PlannedDiff = PolicyDiff | { readonly notCompared: string }

/** Compares deployed code with what is built here, as far as {@link sideOf} takes it. */
export async function diffPlanned(
  deployed: { readonly code: string; readonly action: string },
  bundle: Bundle,
  progress: Progress,
): Promise<PlannedDiff> {
  try {
    return await compareWithBuilt(sideOf(deployed.code, deployed.action), bundle, progress)
  } catch (error) {
    if (error instanceof UserError) return { notCompared: error.problems[0].message }
    throw error
  }
}
