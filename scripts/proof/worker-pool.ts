import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { UnitResult } from './explorer.ts'
import { workerScript } from './worker-script.ts'
import type { WorkerData, WorkerMessage } from './worker.ts'

interface Hearer {
  readonly onResult: (unit: number, result: UnitResult) => void
  readonly onShare: (unit: number, share: number) => void
}

/**
 * Explores units in as many threads as there are processors, each taking the next unit when it is done.
 * @throws Error where a bundle cannot be loaded or never ends
 */
export async function exploreInWorkers(
  workerData: WorkerData,
  units: number,
  hears: Hearer,
): Promise<void> {
  const script = await workerScript()
  let next = 0
  const drain = (): Promise<void> => {
    const worker = new Worker(script, { eval: true, env: {}, workerData })
    const done = new Promise<void>((resolve, reject) => {
      const giveNext = () => {
        if (next < units) worker.postMessage(next++)
        else resolve()
      }
      worker.on('error', reject)
      worker.on('message', (message: WorkerMessage) => {
        if ('failure' in message) reject(new Error(message.failure))
        else if ('share' in message) hears.onShare(message.unit, message.share)
        else {
          hears.onResult(message.unit, message.result)
          giveNext()
        }
      })
      giveNext()
    })
    return done.finally(() => worker.terminate())
  }
  const workers = Array.from({ length: Math.min(availableParallelism(), units) }, drain)
  try {
    await Promise.all(workers)
  } finally {
    next = units
    await Promise.allSettled(workers)
  }
}
