import {
  newActionHost,
  type ActionHost,
  type HostOptions,
  type HostedInstance,
} from './action-host.ts'
import { TRIGGER_OF } from './entrypoints.ts'
import type {
  ActionRun,
  ActionRunEnd,
  CacheRecord,
  DeployedAction,
  Trigger,
  TriggerExecution,
  TriggerResult,
} from './messages.ts'
import { runTrigger } from './run-trigger.ts'

/** Of all Actions of one trigger execution together (documented). */
export const EXECUTION_LIMIT_MS = 20_000

/** For a process that starts on a busy machine. */
const BOOT_LIMIT_MS = 60_000

/** Instances that wait for their next login; beyond that the longest idle are ended. */
const MAX_IDLE = 24

export interface ActionRunner {
  /** Runs one trigger execution; never rejects, a time-out and a crash are results too. */
  run(execution: TriggerExecution): Promise<TriggerResult>
  /** Boots instances for a login that is about to come; none of their code runs yet. */
  warm(actions: readonly DeployedAction[]): void
  /** Ends the instances that wait. @returns a runner without any, and without what Actions have cached */
  renew(): ActionRunner
  /** Ends all instances. */
  close(): Promise<void>
}

export interface RunnerOptions extends HostOptions {
  readonly limitMs?: number
}

interface Instance {
  readonly versionId: string | undefined
  readonly hosted: HostedInstance
  hasRun: boolean
}

/**
 * Runs Actions, each in an instance of its own that can be ended in the middle of an endless loop. An instance serves
 * one login at a time and is kept for the next, with its module-level state.
 */
export function newActionRunner({
  limitMs = EXECUTION_LIMIT_MS,
  ...options
}: RunnerOptions = {}): ActionRunner {
  return runnerOn(newActionHost(options), limitMs)
}

function runnerOn(host: ActionHost, limitMs: number): ActionRunner {
  const caches = new Map<Trigger, Map<string, CacheRecord>>()
  const lost = new WeakSet<Instance>()
  let idle: readonly Instance[] = []
  let isRenewed = false
  const tooLong = `The execution did not end within ${limitMs / 1_000} seconds.`

  async function run(execution: TriggerExecution): Promise<TriggerResult> {
    const cache = cacheOf(execution)
    // All at once: on the first login each has yet to boot.
    const taken = new Map(execution.actions.map((action) => [action, take(action)]))
    let leftMs = limitMs
    try {
      return await runTrigger(execution, cache, async (action, one) => {
        const instance = taken.get(action) ?? take(action)
        const { end, usedMs, isUsable } = await settle(instance, one, leftMs)
        leftMs -= usedMs
        if (isUsable) instance.hasRun = true
        else discard(instance)
        return end
      })
    } finally {
      for (const instance of taken.values()) putBack(instance)
    }
  }

  function cacheOf({ entrypoint }: TriggerExecution): Map<string, CacheRecord> {
    const trigger = TRIGGER_OF[entrypoint]
    const cache = caches.get(trigger) ?? new Map<string, CacheRecord>()
    caches.set(trigger, cache)
    return cache
  }

  function take(action: DeployedAction): Instance {
    const { versionId } = action
    const known = idle.findLast((one) => one.versionId === versionId)
    idle = idle.filter((one) => one !== known)
    if (known !== undefined) return known
    const instance: Instance = {
      versionId,
      hasRun: false,
      hosted: host.load(action, () => {
        lost.add(instance)
        idle = idle.filter((one) => one !== instance)
      }),
    }
    return instance
  }

  function putBack(instance: Instance): void {
    if (lost.has(instance)) return
    if (instance.versionId === undefined || isRenewed) {
      discard(instance)
      return
    }
    idle = [...idle, instance]
    for (const longest of idle.slice(0, -MAX_IDLE)) discard(longest)
  }

  function discard(instance: Instance): void {
    instance.hosted.end()
  }

  function settle(
    { hosted, hasRun }: Instance,
    run: ActionRun,
    leftMs: number,
  ): Promise<{ readonly end: ActionRunEnd; readonly usedMs: number; readonly isUsable: boolean }> {
    return new Promise((resolve) => {
      let startedMs = performance.now()
      let timer = limit(BOOT_LIMIT_MS, 'The execution failed: its process did not start.')
      const limitTime = (): void => {
        clearTimeout(timer)
        startedMs = performance.now()
        timer = limit(leftMs, tooLong)
      }
      function limit(ms: number, error: string): NodeJS.Timeout {
        return setTimeout(() => finish({ flow: run.flow, error }, false), ms)
      }
      function finish(end: ActionRunEnd, isUsable: boolean): void {
        clearTimeout(timer)
        resolve({ end, isUsable, usedMs: performance.now() - startedMs })
      }
      // One that an Action of an earlier login keeps busy never says that it has started.
      if (hasRun) limitTime()
      hosted.run(run, {
        // The limit is that of the Actions: it starts when the instance has, not while it boots.
        started: () => {
          if (!hasRun) limitTime()
        },
        ended: (end) => finish(end, true),
        gone: (error) => finish({ flow: run.flow, error }, false),
      })
    })
  }

  return {
    run,
    warm: (actions) => {
      for (const instance of actions.map(take)) putBack(instance)
    },
    renew: () => {
      isRenewed = true
      for (const instance of idle) discard(instance)
      return runnerOn(host, limitMs)
    },
    close: () => host.close(),
  }
}
