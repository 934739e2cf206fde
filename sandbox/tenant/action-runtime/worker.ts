// Entry of the worker thread in which Actions run; see action-runner.ts.
import { parentPort } from 'node:worker_threads'
import { loadAction, type ActionInstance, type ActionRun } from './instance.ts'
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

function instanceOf(action: DeployedAction, run: ActionRun): ActionInstance {
  const { versionId } = action
  if (versionId === undefined) return loadAction(action, run)
  const loaded = instances.get(versionId)
  if (loaded !== undefined) {
    loaded.serve(run)
    return loaded
  }
  const instance = loadAction(action, run)
  instances.set(versionId, instance)
  return instance
}
