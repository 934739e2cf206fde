// Entry of the worker thread in which Actions run; see action-runner.ts.
import { parentPort } from 'node:worker_threads'
import { loadAction, type ActionInstance } from './instance.ts'
import type { DeployedAction, TriggerExecution } from './messages.ts'
import { runTrigger } from './run-trigger.ts'

const instances = new Map<string, ActionInstance>()

parentPort?.on('message', (execution: TriggerExecution) => {
  parentPort?.postMessage('started')
  void runTrigger(execution, instanceOf).then((result) => parentPort?.postMessage(result))
})

// A promise that the Action forgot must not end the logins that follow.
process.on('unhandledRejection', () => undefined)
process.on('uncaughtException', () => undefined)

function instanceOf(action: DeployedAction, lines: string[]): ActionInstance {
  const loaded = instances.get(action.versionId)
  if (loaded !== undefined) {
    loaded.logTo(lines)
    return loaded
  }
  const instance = loadAction(action, lines)
  instances.set(action.versionId, instance)
  return instance
}
