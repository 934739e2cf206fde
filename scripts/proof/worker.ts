import { parentPort } from 'node:worker_threads'
import { newExplorer, type UnitResult } from './explorer.ts'
import { unitsOf, type Depth, type Subject } from './units.ts'

/** What a worker is told first: enough to divide the work as the others do. */
export interface Work {
  readonly subject: Subject
  readonly depth: Depth
}

/** Then a worker is told the number of a unit, again and again, and answers with its result. */
export type WorkerMessage =
  | { readonly unit: number; readonly result: UnitResult }
  | { readonly unit: number; readonly share: number }
  | { readonly unit: number; readonly failure: string }

type Explore = (number: number) => Promise<WorkerMessage>

function begin({ subject, depth }: Work): Explore {
  const units = unitsOf(subject, depth)
  const { explore } = newExplorer(subject)
  return async (number) => {
    const unit = units[number]
    if (unit === undefined) return { unit: number, failure: 'no such unit' }
    const tell = (share: number) => parentPort?.postMessage({ unit: number, share })
    try {
      return { unit: number, result: await explore(unit, number, tell) }
    } catch (error) {
      return { unit: number, failure: (error as Error).message }
    }
  }
}

parentPort?.once('message', (work: Work) => {
  const explore = begin(work)
  parentPort?.on('message', (number: number) => {
    void explore(number).then((message) => parentPort?.postMessage(message))
  })
})
