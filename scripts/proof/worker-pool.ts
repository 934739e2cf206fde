import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { UnitResult } from './explorer.ts'
import { workerScript } from './worker-script.ts'
import type { Work, WorkerMessage } from './worker.ts'

interface Hearer {
  readonly onResult: (unit: number, result: UnitResult) => void
  readonly onShare: (unit: number, share: number) => void
}

/** Threads that have loaded the exploration, and wait for something to explore. */
export interface WorkerPool {
  /**
   * Explores units in all threads, each taking the next unit when it is done; once.
   * @throws Error where a bundle cannot be loaded or never ends
   */
  explore(work: Work, units: number, hears: Hearer): Promise<void>
}

/**
 * Starts as many threads as there are processors: beside the reading of what is to be explored, as they take as long.
 * Threads that nobody needs do not keep the process.
 */
export async function startWorkers(): Promise<WorkerPool> {
  const script = await workerScript()
  const workers = Array.from({ length: availableParallelism() }, () => {
    const worker = new Worker(script, { eval: true, env: {} })
    worker.unref()
    return worker
  })
  return {
    async explore(work, units, { onResult, onShare }) {
      let next = 0
      const drain = (worker: Worker): Promise<void> => {
        worker.ref()
        worker.postMessage(work)
        const done = new Promise<void>((resolve, reject) => {
          const giveNext = () => {
            if (next < units) worker.postMessage(next++)
            else resolve()
          }
          worker.on('error', reject)
          worker.on('message', (message: WorkerMessage) => {
            if ('failure' in message) reject(new Error(message.failure))
            else if ('share' in message) onShare(message.unit, message.share)
            else {
              onResult(message.unit, message.result)
              giveNext()
            }
          })
          giveNext()
        })
        // Its end need not be waited for: it takes a twentieth of a second.
        return done.finally(() => void worker.terminate())
      }
      const drained = workers.map(drain)
      try {
        await Promise.all(drained)
      } finally {
        next = units
        await Promise.allSettled(drained)
      }
    },
  }
}
