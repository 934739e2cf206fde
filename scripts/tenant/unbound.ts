import type { Connection } from './connection.ts'
import { deployedActions } from './read.ts'
import type { Reading } from './reading.ts'

/**
 * Names of the Actions that are deployed for post-login and run in no login. A plain import of tenant.yaml by
 * auth0-deploy-cli leaves those of other teams so: it binds what the file lists and nothing else.
 * @throws ManagementError
 */
export async function readUnbound(
  { management }: Connection,
  { snapshot: { bindings, action: ours } }: Reading,
): Promise<readonly string[]> {
  const bound = new Set(bindings.map(({ actionId }) => actionId))
  const names: string[] = []
  for await (const { id = '', name = '' } of await deployedActions(management)) {
    if (!bound.has(id) && id !== ours?.id) names.push(name)
  }
  return names
}
