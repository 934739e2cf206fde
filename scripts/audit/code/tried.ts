import type { Policy } from '../../../actions/step-up/policy.ts'
import { checkBundle, type ExhaustiveResult } from '../../proof/check-bundle.ts'
import type { Literals } from '../../reading/literals.ts'
import type { ReviewerInvariant } from '../../proof/target.ts'
import type { Depth } from '../../proof/units.ts'
import type { WorkerPool } from '../../proof/worker-pool.ts'
import { differencesFrom, type Difference } from '../matrix/hold.ts'

/** Code, and all that it is tried by. */
export interface Trial {
  readonly code: string
  readonly policy: Policy
  readonly invariants: readonly ReviewerInvariant[]
  readonly todayMs: number
  readonly depth: Depth
  /** What the code writes out, and what of it no released engine has; for an engine that is none. */
  readonly literals?: Literals
  readonly newLiterals?: Literals
}

/** What came of running code. */
export interface Tried {
  readonly exhaustive: ExhaustiveResult
  /** Requests that the code answers otherwise than the policy says. */
  readonly differences: readonly Difference[]
}

export type Progress = (done: number, total: number) => void

/**
 * Runs code with a released engine, in this process and its threads.
 * @throws Error where it cannot be loaded
 */
export async function tryHere(
  trial: Trial,
  progress: Progress,
  workers?: Promise<WorkerPool>,
): Promise<Tried> {
  const { code, policy, invariants, todayMs, depth } = trial
  const where = depth === 'quick' ? 'this-thread' : workers
  const subject = { code, policy, invariants, todayMs }
  // The threads begin before this one compares.
  const [exhaustive, differences] = await Promise.all([
    checkBundle(subject, { depth, progress, ...(where && { where }) }),
    new Promise(setImmediate).then(() => differencesFrom(policy, code)),
  ])
  return { exhaustive, differences }
}
