import type { Policy } from '../../actions/step-up/policy.ts'
import type { Answer } from '../policy/answer.ts'
import type { Protected } from '../policy/effective.ts'
import { splitAtPolicy } from '../policy/bundle.ts'
import { answerOf } from '../proof/event-of.ts'
import { outcomeOf, type Outcome } from '../proof/outcome.ts'
import { hasThrown, loadBundle, type LoadedBundle } from '../proof/run-bundle.ts'

/** One of the two that are compared: a policy, and the Action that was built from it. */
export interface Side {
  readonly policy: Policy
  readonly code: string
}

export interface Sides {
  readonly before: Side
  readonly after: Side
}

/** Both sides, loaded to run on the same events at the same time. */
export interface LoadedSides {
  /** Whether both run the same code, apart from the policy in it. */
  readonly haveSameEngine: boolean
  run(event: object, nowMs: number): Readonly<Record<keyof Sides, Outcome>>
  /** Waits for the promises of all runs, which would otherwise be left unhandled. */
  settle(): Promise<void>
}

/** Loads both sides. @throws Error where one cannot be loaded */
export function loadSides({ before, after }: Sides): LoadedSides {
  let now = 0
  const surroundings = { now: () => now, onUnknown: () => undefined }
  const bundles = {
    before: loadBundle(before.code, surroundings),
    after: loadBundle(after.code, surroundings),
  }
  const promises: { readonly before: unknown[]; readonly after: unknown[] } = {
    before: [],
    after: [],
  }
  const runOne = (side: keyof Sides, event: object): Outcome => {
    const run = bundles[side].run(event)
    promises[side].push(run.promise)
    // Asking a promise is slow, and only silence leaves a doubt.
    return outcomeOf(run.calls, run.calls.length === 0 && hasThrown(run))
  }
  const settleOne = (side: keyof Sides, bundle: LoadedBundle) =>
    bundle.settle(promises[side].splice(0))
  return {
    haveSameEngine: engineOf(before.code) === engineOf(after.code),
    run(event, nowMs) {
      now = nowMs
      return { before: runOne('before', event), after: runOne('after', event) }
    },
    async settle() {
      await settleOne('before', bundles.before)
      await settleOne('after', bundles.after)
    },
  }
}

// What stands before the policy, without the comments of which each build has its own.
function engineOf(code: string): string {
  return splitAtPolicy(code).engine.replace(/^\/\/.*$/gm, '')
}

/** What both sides answer to an event that asks for a thing. */
export function answersOf(
  sides: LoadedSides,
  { event, nowMs }: { readonly event: object; readonly nowMs: number },
  of: { readonly protects: Protected; readonly isSilent: boolean },
): Readonly<Record<keyof Sides, Answer>> {
  const { before, after } = sides.run(event, nowMs)
  return {
    before: answerOf(before, of.protects, of.isSilent),
    after: answerOf(after, of.protects, of.isSilent),
  }
}
