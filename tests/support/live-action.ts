// Brings code of an Action to life by the clock of the tenant, which need not be waited for.
import type { ManagementRequest } from './sandbox-request.ts'
import type { Sandbox } from './sandbox.ts'

export interface Management {
  readonly request: ManagementRequest
  readonly sandbox: Pick<Sandbox, 'control'>
}

/** Deploys the draft of an Action, which has to be built before, and is live some moments after. */
export async function deployDraft({ request, sandbox }: Management, id: string): Promise<void> {
  const { advanceClock } = sandbox.control
  await advanceClock(1)
  const { status, body } = await request(`POST /actions/actions/${id}/deploy`)
  if (status !== 200) throw new Error(`the draft is not deployed: ${JSON.stringify(body)}`)
  await advanceClock(1)
}

export interface LiveAction {
  readonly id: string
  readonly secrets: readonly { readonly name: string }[]
  readonly deployed_version: { readonly number: number; readonly code: string }
}

/** @returns our Action, which is deployed */
export async function stepUpAction(request: ManagementRequest): Promise<LiveAction> {
  const { body } = await request('GET /actions/actions?actionName=Step-up')
  const [action] = (body as { actions: LiveAction[] }).actions
  if (action === undefined) throw new Error('the tenant has no Action `Step-up`')
  return action
}

/** Makes other code of our Action the one that runs, as somebody at the dashboard does. */
export async function editStepUp(management: Management, code: string): Promise<void> {
  const { id } = await stepUpAction(management.request)
  await management.request(`PATCH /actions/actions/${id}`, { code })
  await deployDraft(management, id)
}
