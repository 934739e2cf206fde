import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { newLoginFlow, toResult } from './login-flow.ts'
import type { TriggerExecution, TriggerResult } from './messages.ts'

const nodeRequire = createRequire(import.meta.url)

/** Of all Actions of one trigger execution together (documented). */
export const EXECUTION_LIMIT_MS = 20_000

export interface ActionRunner {
  /** Runs one trigger execution; never rejects, a time-out and a crash are results too. */
  run(execution: TriggerExecution): Promise<TriggerResult>
  /** Ends all workers. */
  close(): Promise<void>
}

/**
 * Runs Actions in worker threads, which can be ended in the middle of an endless loop. A worker serves one
 * execution at a time and is kept for the next, with the module-level state of the Actions it has loaded.
 */
export function newActionRunner(limitMs = EXECUTION_LIMIT_MS): ActionRunner {
  const idle = new Set<Worker>()
  const all = new Set<Worker>()
  const tooLong = `The execution did not end within ${limitMs / 1_000} seconds.`

  async function run(execution: TriggerExecution): Promise<TriggerResult> {
    const worker = [...idle].at(-1) ?? start()
    const result = await settle(worker, execution, idle.delete(worker) ? 'loaded' : 'loading')
    if (typeof result !== 'string') {
      idle.add(worker)
      return result
    }
    await worker.terminate()
    return toResult(newLoginFlow(execution), { outcome: 'error', reason: result })
  }

  function start(): Worker {
    const worker = new Worker(BOOTSTRAP, { eval: true, env: {}, stdout: true, stderr: true })
    worker.unref()
    all.add(worker)
    // What an Action has left behind can end a worker that nobody waits for.
    worker.on('error', () => undefined)
    worker.on('exit', () => {
      all.delete(worker)
      idle.delete(worker)
    })
    return worker
  }

  /** @returns the result, or why the worker is of no more use */
  function settle(
    worker: Worker,
    execution: TriggerExecution,
    state: 'loading' | 'loaded',
  ): Promise<TriggerResult | string> {
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined
      const limitTime = (): void => {
        timer ??= setTimeout(() => finish(tooLong), limitMs)
      }
      const finish = (result: TriggerResult | string): void => {
        clearTimeout(timer)
        worker.off('message', onMessage).off('error', onError).off('exit', onExit)
        resolve(result)
      }
      const onMessage = (message: 'started' | TriggerResult): void => {
        // The limit is that of the Actions: it starts when the worker has, not while it loads.
        if (message === 'started') limitTime()
        else finish(message)
      }
      const onError = (error: Error): void => finish(`The execution failed: ${error.message}`)
      const onExit = (): void => finish('The execution failed: its process ended.')
      worker.on('message', onMessage).on('error', onError).on('exit', onExit)
      // One that an Action of an earlier login keeps busy never says that it has started.
      if (state === 'loaded') limitTime()
      worker.postMessage(execution)
    })
  }

  return {
    run,
    close: async () => {
      await Promise.all([...all].map((worker) => worker.terminate()))
    },
  }
}

// Node 20 does not hand the loader of tsx on to workers, so this one registers it itself.
const BOOTSTRAP = `
require(${JSON.stringify(nodeRequire.resolve('tsx/cjs/api'))}).register()
require(${JSON.stringify(fileURLToPath(new URL('./worker.ts', import.meta.url)))})
`
