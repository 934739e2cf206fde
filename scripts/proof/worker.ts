import { parentPort, workerData } from 'node:worker_threads'
import { newExplorer, type UnitResult } from './explorer.ts'
import { unitsOf, type Depth, type Subject } from './units.ts'

/** What a worker starts with: enough to divide the work as the others do. */
export interface WorkerData {
  readonly subject: Subject
  readonly depth: Depth
}

/** A worker is told the number of a unit and answers with its result. */
export type WorkerMessage =
  | { readonly unit: number; readonly result: UnitResult }
  | { readonly unit: number; readonly share: number }
  | { readonly unit: number; readonly failure: string }

const { subject, depth } = workerData as WorkerData
const units = unitsOf(subject, depth)
const { explore } = newExplorer(subject)

async function answer(number: number): Promise<WorkerMessage> {
  const unit = units[number]
  if (unit === undefined) return { unit: number, failure: 'no such unit' }
  const tell = (share: number) => parentPort?.postMessage({ unit: number, share })
  try {
    return { unit: number, result: await explore(unit, number, tell) }
  } catch (error) {
    return { unit: number, failure: (error as Error).message }
  }
}

parentPort?.on('message', (number: number) => {
  void answer(number).then((message) => parentPort?.postMessage(message))
})
