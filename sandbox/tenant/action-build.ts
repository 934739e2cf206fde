// A build is a clock and what is installed: its status follows from both, so a restart loses none.
import type { Installation } from './packages.ts'
import type { Action, ActionVersion, Dependency } from './state.ts'
import type { Tenant } from './tenant.ts'

export type BuildStatus = 'pending' | 'building' | 'retrying' | 'built' | 'failed'

const BUILDING_AFTER_MS = 10
const BUILT_AFTER_MS = 40
const RETRYING_AFTER_MS = 40
const FAILED_AFTER_MS = 80

/** From `/deploy` until the version is the one that runs. */
export const LIVE_AFTER_MS = 25

/** @returns the status of an Action's draft; a failed build is tried again before it is given up */
export function buildStatus({ packages }: Tenant, action: Action, nowMs: number): BuildStatus {
  const { build, dependencies } = action
  const age = nowMs - build.startedAtMs
  const installation = installationOf({ packages }, dependencies, build.startedAtMs)
  if (age < BUILDING_AFTER_MS) return 'pending'
  switch (build.outcome) {
    case 'hangs':
      return 'building'
    case 'built':
      return age < BUILT_AFTER_MS ? 'building' : STATUS_OF[installation?.at ?? 'installed']
    case 'failed':
      if (age < RETRYING_AFTER_MS) return 'building'
      return age < FAILED_AFTER_MS ? 'retrying' : 'failed'
  }
}

const STATUS_OF = {
  installing: 'building',
  installed: 'built',
  failed: 'failed',
} as const satisfies Record<Installation['at'], BuildStatus>

/** @returns where the packages of an Action are, if it has any */
export function installationOf(
  { packages }: Pick<Tenant, 'packages'>,
  dependencies: readonly Dependency[],
  buildMs: number,
): Installation | undefined {
  return dependencies.length === 0 ? undefined : packages?.install(dependencies, buildMs)
}

/** @returns when a build that begins now is done, in milliseconds since the epoch */
export function builtAt(nowMs: number): number {
  return nowMs + BUILT_AFTER_MS
}

/** @returns the version that runs now, if any */
export function liveVersion({ versions }: Action, nowMs: number): ActionVersion | undefined {
  return versions.findLast(({ liveFromMs }) => liveFromMs <= nowMs)
}
