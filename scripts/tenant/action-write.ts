import type { Management } from 'auth0'
import type { ManagementClient } from './management.ts'
import { UserError } from '../terminal/user-error.ts'
import type { Desired } from './desired.ts'
import { sha256, type ActionChange } from './plan.ts'
import { existingAction, findAction } from './read.ts'
import { ONCE, poll, sendOnce } from './sending.ts'

type WantedAction = Desired['action']

/** A draft that Auth0 has built and that does not run yet. */
export interface Draft {
  /** Of the Action. */
  readonly id: string
  readonly wanted: WantedAction
  /** Number of the version that runs before; 0 for none. */
  readonly liveNumber: number
}

/**
 * Brings the draft of the Action to the wanted code and has it built. What runs stays as it is.
 * @param liveNumber number of the version that ran when the change was planned; 0 for none
 * @throws UserError when another version runs by now, or the build fails or takes too long; ManagementError
 */
export async function buildDraft(
  management: ManagementClient,
  { change, wanted, liveNumber }: Omit<Draft, 'id'> & { readonly change: ActionChange },
): Promise<Draft> {
  const { id = '' } = await writeDraft(management, { change, wanted, liveNumber })
  await waitForBuild(management, id, wanted.name)
  return { id, wanted, liveNumber }
}

async function writeDraft(
  management: ManagementClient,
  { change, wanted, liveNumber }: Omit<Draft, 'id'> & { readonly change: ActionChange },
): Promise<Management.Action> {
  const { name, code, runtime } = wanted
  const supported_triggers: Management.ActionTrigger[] = [{ id: 'post-login', version: 'v3' }]
  if (change.write === 'create') {
    return sendOnce(
      () => management.actions.create({ name, code, runtime, supported_triggers }, ONCE),
      () => findAction(management, name),
    )
  }
  const action = await existingAction(management, name)
  const { number = 0 } = action.deployed_version ?? {}
  if (number !== liveNumber) {
    throw new UserError({
      message: `version ${number} of \`${name}\` has gone live since the tenant was read`,
      hint: 'nothing was written; is another deploy running? run the same command again',
    })
  }
  if (change.write === 'none') return action
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

/**
 * Makes a draft the version that runs.
 * @throws UserError when Auth0 accepts it but runs something else; ManagementError
 */
export async function deployDraft(
  management: ManagementClient,
  { id, wanted, liveNumber }: Draft,
): Promise<void> {
  const { number: sent = liveNumber + 1 } = await sendOnce(
    () => management.actions.deploy(id, ONCE),
    async () => {
      const { data } = await management.actions.versions.list(id)
      return data.find(
        ({ number = 0, code = '' }) => number > liveNumber && sha256(code) === wanted.sha256,
      )
    },
  )
  const live = await poll(async () => {
    const { deployed_version: version } = await management.actions.get(id)
    return (version?.number ?? 0) >= sent ? version : undefined
  })
  if (sha256(live?.code ?? '') === wanted.sha256) return
  throw new UserError({
    message:
      live === undefined
        ? `Auth0 has accepted version ${sent} of \`${wanted.name}\` but does not run it`
        : `the code of version ${live.number ?? sent} of \`${wanted.name}\` is not what was sent`,
    hint: 'run the same command again',
  })
}
