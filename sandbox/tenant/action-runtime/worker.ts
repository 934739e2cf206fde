// Entry of the thread in which one instance of an Action lives; see host.ts.
import { parentPort, workerData } from 'node:worker_threads'
import { actionApi } from './api/action-api.ts'
import { TRIGGER_OF } from './entrypoints.ts'
import {
  forbidThreads,
  installClock,
  loadAction,
  serveRun,
  type ActionInstance,
} from './instance.ts'
import type { ActionRun, ActionRunEnd, DeployedAction } from './messages.ts'

const action = workerData as DeployedAction
const port = parentPort
let instance: ActionInstance | undefined

installClock()
forbidThreads()

port?.on('message', (run: ActionRun) => {
  port.postMessage('started')
  void serve(run).then((end) => port.postMessage(end))
})

// A promise that the Action forgot must not end the logins that follow.
process.on('unhandledRejection', () => undefined)
process.on('uncaughtException', () => undefined)

async function serve(run: ActionRun): Promise<ActionRunEnd> {
  const { entrypoint, flow } = run
  const lines: string[] = []
  flow.logs.push({ action: action.name, lines })
  serveRun(run, lines)
  try {
    instance ??= loadAction(action)
    const event = eventOf(run)
    await instance.handler(entrypoint)(event, actionApi({ flow, action, event, entrypoint }))
    return { flow }
  } catch (error) {
    return { flow, error: messageOf(error) }
  }
}

/** A copy of the event for this Action alone, with what only it may see. */
function eventOf({ event, flow, entrypoint }: ActionRun): Record<string, unknown> {
  const copy = JSON.parse(JSON.stringify({ ...event, secrets: action.secrets })) as Record<
    string,
    unknown
  >
  const transaction = copy['transaction'] as Record<string, unknown> | undefined
  if (transaction !== undefined && TRIGGER_OF[entrypoint] === 'post-login') {
    transaction['metadata'] = Object.fromEntries(flow.transactionMetadata)
  }
  return copy
}

/** To read what an Action has thrown can throw as well. */
function messageOf(error: unknown): string {
  try {
    const { message } = (error ?? {}) as { message?: unknown }
    return typeof message === 'string' ? message : String(error)
  } catch {
    return 'The Action threw a value that cannot be printed.'
  }
}
