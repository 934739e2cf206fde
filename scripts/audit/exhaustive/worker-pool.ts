import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { UnitResult } from './explorer.ts'
import type { WorkerData, WorkerMessage } from './worker.ts'

const nodeRequire = createRequire(import.meta.url)

// Node 20 does not hand the loader of tsx on to workers, so this one registers it itself.
const BOOTSTRAP = `
require(${JSON.stringify(nodeRequire.resolve('tsx/cjs/api'))}).register()
require(${JSON.stringify(fileURLToPath(new URL('./worker.ts', import.meta.url)))})
`

/**
 * Explores units in as many threads as there are processors, each taking the next unit when it is done.
 * @throws Error where a bundle cannot be loaded or never ends
 */
export async function exploreInWorkers(
  workerData: WorkerData,
  units: number,
  onResult: (result: UnitResult) => void,
): Promise<void> {
  let next = 0
  const drain = (): Promise<void> => {
    const worker = new Worker(BOOTSTRAP, { eval: true, env: {}, workerData })
    const done = new Promise<void>((resolve, reject) => {
      const giveNext = () => {
        if (next < units) worker.postMessage(next++)
        else resolve()
      }
      worker.on('error', reject)
      worker.on('message', (message: WorkerMessage) => {
        if ('failure' in message) reject(new Error(message.failure))
        else {
          onResult(message.result)
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
