import { isDeepStrictEqual } from 'node:util'
import { typed } from '../terminal/typed.ts'
import { UserError, type Problem } from '../terminal/user-error.ts'
import { replaceBindings } from './binding-write.ts'
import { restoreBinding } from './bindings.ts'
import type { Connection } from './connection.ts'
import type { Desired } from './desired.ts'
import type { Snapshot } from './plan.ts'
import { existingAction, readTenant } from './read.ts'
import type { Setting } from './setting.ts'
import { explainTenantError } from './tenant-error.ts'
import { listVersions, redeploy } from './versions.ts'

interface Circumstances {
  /** The tenant before anything was written. */
  readonly before: Snapshot
  readonly desired: Desired
  readonly connection: Connection
}

/**
 * Does work on our Action and its binding; where that fails, puts back the version and the place from
 * before. Bindings of other Actions stay as they are now.
 * @throws UserError that says what failed and what the tenant is left with
 */
export async function goBackOnFailure<Result>(
  circumstances: Circumstances,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const explained = explainTenantError(error, circumstances.connection)
    if (!(explained instanceof UserError)) throw explained
    throw explained.and(await goBack(circumstances))
  }
}

/** @returns what the tenant is left with */
async function goBack(circumstances: Circumstances): Promise<Problem> {
  const { before, desired, connection } = circumstances
  const { name } = desired.action
  try {
    const now = await readTenant(connection.management, desired)
    if (!isDeepStrictEqual(resourceServers(now), resourceServers(before))) {
      return {
        message: `\`${name}\` was left as it is: a resource server has changed meanwhile`,
        hint: 'a scope may be live by now that the version from before does not protect',
      }
    }
    const version = await restoreVersion(circumstances)
    if (version.is === 'of-another-deploy') {
      return {
        message: `\`${name}\` was left as it is: another deploy has made version ${version.number} of it`,
        hint: 'wait for its end and run the same command again',
      }
    }
    await putBindingBack(circumstances, now)
    return { message: leftWith(version, name), hint: 'run the same command again' }
  } catch (error) {
    return failure(error, circumstances)
  }
}

function resourceServers({ settings }: Snapshot): readonly Setting[] {
  return settings.filter(({ section }) => section === 'resourceServers')
}

type RestoredVersion =
  | { readonly is: 'untouched' | 'restored'; readonly number: number }
  | { readonly is: 'of-another-deploy'; readonly number: number }
  | { readonly is: 'first' }

async function restoreVersion({
  before,
  desired,
  connection: { management },
}: Circumstances): Promise<RestoredVersion> {
  const live = before.action?.deployed
  if (live === undefined) return { is: 'first' }
  const action = await existingAction(management, desired.action.name)
  const versions = await listVersions(management, action)
  const [newest] = versions
  if (newest === undefined || newest.number === live.number) {
    return { is: 'untouched', number: live.number }
  }
  if (newest.policyHash !== undefined && newest.sha256 !== desired.action.sha256) {
    return { is: 'of-another-deploy', number: newest.number }
  }
  const old = versions.find(({ number }) => number === live.number)
  if (old === undefined) {
    throw new UserError({ message: `the tenant no longer keeps version ${live.number}` })
  }
  await redeploy(management, action, old)
  return { is: 'restored', number: live.number }
}

async function putBindingBack(
  { before, desired, connection: { management } }: Circumstances,
  now: Snapshot,
): Promise<void> {
  const target = restoreBinding(now.bindings, before.bindings, desired.action.name)
  await replaceBindings(management, now.bindings, target)
}

function leftWith(
  version: Exclude<RestoredVersion, { is: 'of-another-deploy' }>,
  name: string,
): string {
  switch (version.is) {
    case 'first':
      return `\`${name}\` is not bound, as before; what was made of it stays in the tenant and does not run`
    case 'untouched':
      return `version ${version.number} of \`${name}\` is still live, and bound as before`
    case 'restored':
      return `went back: the code of version ${version.number} of \`${name}\` is live again, and bound as before`
  }
}

function failure(error: unknown, { before, desired, connection }: Circumstances): Problem {
  const explained = explainTenantError(error, connection)
  if (!(explained instanceof UserError)) throw explained
  const [{ message }] = explained.problems
  const { environment, action } = desired
  const live = before.action?.deployed?.number
  const bound = before.bindings.map(({ actionName }) => actionName).join(', ') || 'none'
  const look = `look with \`${typed('verify', `--env ${environment}`)}\``
  return {
    message: `could not go back to how \`${action.name}\` was before: ${message}`,
    hint:
      live === undefined
        ? `${look}; it was not deployed before, and bound were: ${bound}`
        : `${look}, go back with \`${typed('rollback', `--env ${environment} --to ${live}`)}\`; bound were: ${bound}`,
  }
}
