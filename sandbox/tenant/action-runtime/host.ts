// Entry of the process in which all Actions of a tenant live, each instance in a thread of its own: one realm, the Node
// of Auth0, no environment, no way to write a file or to start a process. Ends with the tenant.
import { Worker } from 'node:worker_threads'
import type { ActionRun, ActionRunEnd, DeployedAction } from './messages.ts'

/** What the tenant sends; `id` is that of an instance. */
export type ToHost =
  | { readonly kind: 'code'; readonly worker: string }
  | { readonly id: number; readonly kind: 'load'; readonly action: DeployedAction }
  | { readonly id: number; readonly kind: 'run'; readonly run: ActionRun }
  | { readonly id: number; readonly kind: 'end' }

export type FromHost =
  | { readonly id: number; readonly kind: 'started' }
  | { readonly id: number; readonly kind: 'ended'; readonly end: ActionRunEnd }
  | { readonly id: number; readonly kind: 'gone'; readonly reason: string }

const workers = new Map<number, Worker>()
let workerCode = ''

process.on('disconnect', () => process.exit())
process.on('message', (message: ToHost) => {
  switch (message.kind) {
    case 'code':
      workerCode = message.worker
      return
    case 'load':
      load(message.id, message.action)
      return
    case 'run':
      workers.get(message.id)?.postMessage(message.run)
      return
    case 'end':
      void workers.get(message.id)?.terminate()
  }
})

function load(id: number, workerData: DeployedAction): void {
  const worker = new Worker(workerCode, {
    eval: true,
    workerData,
    env: {},
    stdout: true,
    stderr: true,
  })
  const leave = (reason: string): void => {
    if (workers.delete(id)) answer({ id, kind: 'gone', reason })
  }
  workers.set(id, worker)
  worker.on('message', (message: 'started' | ActionRunEnd) => {
    if (message === 'started') answer({ id, kind: 'started' })
    else answer({ id, kind: 'ended', end: message })
  })
  worker.on('error', (error) => leave(`The execution failed: ${error.message}`))
  worker.on('exit', () => leave('The execution failed: its process ended.'))
}

function answer(message: FromHost): void {
  if (process.connected) process.send?.(message)
}
