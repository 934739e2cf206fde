import type { Bundle } from '../policy/bundle.ts'
import { compilePolicy } from '../policy/compile.ts'
import { progressBar } from '../terminal/progress-bar.ts'
import { UserError } from '../terminal/user-error.ts'
import { comparePolicies, type PolicyDiff } from './compare-policies.ts'
import { sideOf } from './deployed-policy.ts'
import type { Side } from './sides.ts'

type Progress = (text: string) => void

/** Whether something gets weaker, or cannot be compared: nobody should agree to that unseen. */
export function isGrave(diff: PlannedDiff | undefined): boolean {
  if (diff === undefined) return false
  return 'notCompared' in diff || diff.groups.some(({ verdict }) => verdict === 'weaker')
}

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
export function diffPlanned(
  deployed: { readonly code: string; readonly action: string },
  bundle: Bundle,
  progress: Progress,
): Promise<PlannedDiff> {
  return asFarAsComparable(() =>
    compareWithBuilt(sideOf(deployed.code, deployed.action), bundle, progress),
  )
}

/**
 * Compares the code that runs in a tenant with an older version of it, which shall run again. Never throws,
 * as whoever goes back may be in a hurry.
 */
export async function diffRolledBack(
  action: string,
  { live, older }: { readonly live: string; readonly older: string },
): Promise<PlannedDiff> {
  try {
    const sides = () => ({ before: sideOf(live, action), after: sideOf(older, action) })
    return await asFarAsComparable(() => comparePolicies(sides(), { nowMs: Date.now() }))
  } catch {
    return { notCompared: 'the older code does otherwise than its policy says' }
  }
}

async function asFarAsComparable(compare: () => Promise<PolicyDiff>): Promise<PlannedDiff> {
  try {
    return await compare()
  } catch (error) {
    if (error instanceof UserError) return { notCompared: error.problems[0].message }
    throw error
  }
}
