// A build is a clock, not a job: its status follows from when it began, so a restart loses none.
import type { Action, ActionVersion } from '../state.ts'

export type BuildStatus = 'pending' | 'building' | 'retrying' | 'built' | 'failed'

const BUILDING_AFTER_MS = 10
const BUILT_AFTER_MS = 40
const RETRYING_AFTER_MS = 40
const FAILED_AFTER_MS = 80

/** From `/deploy` until the version is the one that runs. */
export const LIVE_AFTER_MS = 25

/** @returns the status of an Action's draft; a failed build is tried again before it is given up */
export function buildStatus({ build }: Action, nowMs: number): BuildStatus {
  const age = nowMs - build.startedAtMs
  if (age < BUILDING_AFTER_MS) return 'pending'
  switch (build.outcome) {
    case 'hangs':
      return 'building'
    case 'built':
      return age < BUILT_AFTER_MS ? 'building' : 'built'
    case 'failed':
      if (age < RETRYING_AFTER_MS) return 'building'
      return age < FAILED_AFTER_MS ? 'retrying' : 'failed'
  }
}

/** @returns when a build that begins now is done, in milliseconds since the epoch */
export function builtAt(nowMs: number): number {
  return nowMs + BUILT_AFTER_MS
}

/** @returns the version that runs now, if any */
export function liveVersion({ versions }: Action, nowMs: number): ActionVersion | undefined {
  return versions.findLast(({ liveFromMs }) => liveFromMs <= nowMs)
}
