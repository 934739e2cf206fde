import type { Management, ManagementClient } from 'auth0'
import { UserError } from '../terminal/user-error.ts'
import type { Desired } from './desired.ts'
import { sha256, type ActionChange } from './plan.ts'
import { findAction } from './read.ts'
import { ONCE, poll, sendOnce } from './sending.ts'

type WantedAction = Desired['action']

/**
 * Brings the Action to the wanted code and makes that the version that runs.
 * @returns id of the Action
 * @throws UserError when the build fails or takes too long; ManagementError
 */
export async function writeAction(
  management: ManagementClient,
  change: ActionChange,
  wanted: WantedAction,
): Promise<string> {
  const action = await writeDraft(management, change, wanted)
  const id = action.id ?? ''
  await waitForBuild(management, id, wanted.name)
  await deployDraft(management, { id, wanted, liveNumber: action.deployed_version?.number ?? 0 })
  return id
}

async function writeDraft(
  management: ManagementClient,
  { write }: ActionChange,
  { name, code, runtime }: WantedAction,
): Promise<Management.Action> {
  const supported_triggers: Management.ActionTrigger[] = [{ id: 'post-login', version: 'v3' }]
  if (write === 'create') {
    return sendOnce(
      () => management.actions.create({ name, code, runtime, supported_triggers }, ONCE),
      () => findAction(management, name),
    )
  }
  const action = await findAction(management, name)
  if (action?.id === undefined) {
    throw new UserError({
      message: `the Action \`${name}\` has disappeared from the tenant`,
      hint: 'run the same command again: it creates the Action anew',
    })
  }
  if (write === 'none') return action
  return management.actions.update(action.id, { code, runtime, supported_triggers })
}

async function waitForBuild(management: ManagementClient, id: string, name: string): Promise<void> {
  const status = await poll(async () => {
    const { status } = await management.actions.get(id)
    return status === 'built' || status === 'failed' ? status : undefined
  })
  if (status === 'built') return
  throw new UserError({
    message:
      status === undefined
        ? `Auth0 has not built \`${name}\` within five minutes`
        : `Auth0 could not build \`${name}\``,
    hint: 'nothing was deployed or bound: the version from before is still live; run the same command again',
  })
}

interface Deployment {
  readonly id: string
  readonly wanted: WantedAction
  /** Number of the version that runs before; 0 for none. */
  readonly liveNumber: number
}

async function deployDraft(
  management: ManagementClient,
  { id, wanted, liveNumber }: Deployment,
): Promise<void> {
  await sendOnce(
    () => management.actions.deploy(id, ONCE),
    async () => {
      const { data } = await management.actions.versions.list(id)
      return data.find(
        ({ number = 0, code = '' }) => number > liveNumber && sha256(code) === wanted.sha256,
      )
    },
  )
  const isLive = await poll(async () => {
    const { deployed_version: live } = await management.actions.get(id)
    const { number = 0, code = '' } = live ?? {}
    return number > liveNumber && sha256(code) === wanted.sha256 ? true : undefined
  })
  if (isLive) return
  throw new UserError({
    message: `Auth0 has accepted a version of \`${wanted.name}\` but does not run it`,
    hint: 'run the same command again',
  })
}
