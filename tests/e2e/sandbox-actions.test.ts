// The life of an Action in the emulated tenant: draft, build, version, binding, execution.
import { ManagementClient } from 'auth0'
import {
  errorBody,
  managementRequest,
  type Answer,
  type ManagementRequest,
} from '../support/sandbox-request.ts'
import { startSandbox, type Sandbox } from '../support/sandbox.ts'

const TRIGGER = { id: 'post-login', version: 'v3' } as const
const CODE = 'exports.onExecutePostLogin = async (event, api) => {}'

let sandbox: Sandbox
let request: ManagementRequest
let management: ManagementClient

beforeAll(async () => {
  sandbox = await startSandbox()
  request = await managementRequest(sandbox)
  management = new ManagementClient({
    domain: sandbox.domain,
    clientId: sandbox.clientId,
    clientSecret: sandbox.clientSecret,
    fetch: sandbox.fetch,
    maxRetries: 0,
  })
})
afterAll(() => sandbox.stop())
afterEach(() => sandbox.control.clearFaults())

let named = 0
const uniqueName = (): string => `Action ${(named += 1)}`

async function createAction(body: object = {}): Promise<{ id: string; name: string }> {
  const name = uniqueName()
  const { body: action } = await request('POST /actions/actions', {
    name,
    code: CODE,
    supported_triggers: [TRIGGER],
    ...body,
  })
  return action as { id: string; name: string }
}

interface ShownAction {
  status: string
  code: string
  all_changes_deployed: boolean
  deployed_version?: { id: string; number: number; code: string }
}

async function showAction(id: string): Promise<ShownAction> {
  return (await request(`GET /actions/actions/${id}`)).body as ShownAction
}

async function waitFor(id: string, isDone: (action: ShownAction) => boolean): Promise<ShownAction> {
  for (;;) {
    const action = await showAction(id)
    if (isDone(action)) return action
  }
}

const isBuilt = ({ status }: ShownAction): boolean => status === 'built'

async function deployedAction(body: object = {}): Promise<{ id: string; name: string }> {
  const action = await createAction(body)
  await waitFor(action.id, isBuilt)
  await request(`POST /actions/actions/${action.id}/deploy`)
  await waitFor(action.id, ({ deployed_version }) => deployed_version !== undefined)
  return action
}

describe('Actions', () => {
  test('a draft is built, deployed and shown without the values of its secrets', async () => {
    const created = await management.actions.create({
      name: uniqueName(),
      code: CODE,
      supported_triggers: [TRIGGER],
      secrets: [{ name: 'KEY', value: 'hunter2' }],
    })
    const id = created.id ?? ''
    expect(created).toMatchObject({ status: 'pending', all_changes_deployed: false })
    await waitFor(id, isBuilt)
    const version = await management.actions.deploy(id)
    expect(version).toMatchObject({ number: 1, deployed: false, status: 'built' })
    const live = await waitFor(id, ({ deployed_version }) => deployed_version !== undefined)
    expect(live).toMatchObject({
      all_changes_deployed: true,
      secrets: [{ name: 'KEY' }],
      deployed_version: { number: 1, deployed: true, code: CODE },
    })
    expect(JSON.stringify(live)).not.toContain('hunter2')
  })

  test('what is not built cannot be deployed', async () => {
    await sandbox.control.faults({ builds: [{ times: 1, outcome: 'hangs' }] })
    const { id } = await createAction()
    const { status, body } = await request(`POST /actions/actions/${id}/deploy`)
    expect({ status, body }).toEqual({
      status: 400,
      body: errorBody(
        400,
        'Bad Request',
        "A draft must be in the 'built' state before it can be deployed.",
      ),
    })
  })

  test('a failed build leaves the old version live', async () => {
    const { id } = await deployedAction()
    await sandbox.control.faults({ builds: [{ times: 1, outcome: 'failed' }] })
    await request(`PATCH /actions/actions/${id}`, { code: `${CODE} // new` })
    const action = await waitFor(id, ({ status }) => status === 'failed')
    expect(action).toMatchObject({
      code: `${CODE} // new`,
      all_changes_deployed: false,
      deployed_version: { number: 1, code: CODE },
    })
  })

  test('an identical update is built again and still counts as deployed', async () => {
    const { id } = await deployedAction()
    const { body } = await request(`PATCH /actions/actions/${id}`, { code: CODE })
    expect(body).toMatchObject({ status: 'pending', all_changes_deployed: true })
  })

  test('going back to an old version makes a new one', async () => {
    const { id } = await deployedAction()
    const first = (await showAction(id)).deployed_version?.id ?? ''
    await request(`PATCH /actions/actions/${id}`, { code: `${CODE} // new` })
    await waitFor(id, isBuilt)
    await request(`POST /actions/actions/${id}/deploy`)
    await waitFor(id, ({ deployed_version }) => deployed_version?.number === 2)
    const { status } = await request(`POST /actions/actions/${id}/versions/${first}/deploy`, {})
    const action = await waitFor(id, ({ deployed_version }) => deployed_version?.number === 3)
    expect({ status, action }).toMatchObject({
      status: 200,
      action: { code: `${CODE} // new`, deployed_version: { number: 3, code: CODE } },
    })
  })

  test('the newest 50 versions are kept', async () => {
    const { id } = await deployedAction()
    for (let version = 2; version <= 52; version += 1) {
      await request(`POST /actions/actions/${id}/deploy`)
    }
    const { body } = await request(`GET /actions/actions/${id}/versions?per_page=100`)
    const { versions } = body as { versions: { number: number }[] }
    expect([versions.length, versions[0]?.number, versions.at(-1)?.number]).toEqual([50, 52, 3])
  })

  test('a name is taken once', async () => {
    const { name } = await createAction()
    const { status, body } = await request('POST /actions/actions', {
      name,
      supported_triggers: [TRIGGER],
    })
    expect({ status, body }).toEqual({
      status: 409,
      body: errorBody(409, 'Conflict', 'An action with that name already exists.'),
    })
  })

  test('another trigger is no update', async () => {
    const { id } = await createAction()
    const answer = await request(`PATCH /actions/actions/${id}`, {
      supported_triggers: [{ id: 'post-change-password' }],
    })
    expect(answer).toMatchObject({
      status: 400,
      body: { message: "can't upgrade to this trigger." },
    })
  })

  test('a test runs the draft and answers 200 also when it throws', async () => {
    const { id } = await createAction({ code: 'exports.onExecutePostLogin = async (' })
    const answer = await request(`POST /actions/actions/${id}/test`, { payload: { event: {} } })
    expect(answer).toMatchObject({ status: 200, body: { payload: { outcome: 'error' } } })
  })
})

describe('bindings', () => {
  const bind = (...ids: string[]): Promise<Answer> =>
    request('PATCH /actions/triggers/post-login/bindings', {
      bindings: ids.map((value) => ({ ref: { type: 'action_id', value } })),
    })
  const boundNames = async (): Promise<string[]> => {
    const { body } = await request('GET /actions/triggers/post-login/bindings')
    const { bindings } = body as { bindings: { display_name: string }[] }
    return bindings.map(({ display_name }) => display_name)
  }
  afterEach(() => bind())

  test('the list that is sent replaces the list that was', async () => {
    const [one, two] = [await deployedAction(), await deployedAction()]
    await bind(one.id)
    await bind(two.id, one.id)
    expect(await boundNames()).toEqual([two.name, one.name])
    await bind(one.id)
    expect(await boundNames()).toEqual([one.name])
  })

  test('an Action that is not deployed is not bound', async () => {
    const { id, name } = await createAction()
    const { status, body } = await bind(id)
    expect({ status, body }).toEqual({
      status: 400,
      body: errorBody(400, 'Bad Request', `The action "${name}" is not deployed yet.`),
    })
  })

  test('an empty list has no total', async () => {
    const { body } = await request('GET /actions/triggers/post-login/bindings?per_page=100')
    expect(body).toEqual({ bindings: [], per_page: 100 })
  })

  test('a bound Action is deleted only by force', async () => {
    const { id } = await deployedAction()
    await bind(id)
    const refused = await request(`DELETE /actions/actions/${id}`)
    expect({ status: refused.status, body: refused.body }).toEqual({
      status: 409,
      body: errorBody(409, 'Conflict', 'Unable to delete an action bound to a trigger.'),
    })
    expect((await request(`DELETE /actions/actions/${id}?force=true`)).status).toBe(204)
    expect(await boundNames()).toEqual([])
  })

  test('a run executes the deployed versions in the order of the bindings', async () => {
    const says = (word: string): object => ({
      code: `exports.onExecutePostLogin = async () => console.log('${word}')`,
    })
    const [one, two] = [await deployedAction(says('one')), await deployedAction(says('two'))]
    await bind(two.id, one.id)
    await request(`PATCH /actions/actions/${one.id}`, says('draft'))
    const { outcome, logs } = await sandbox.control.run({})
    expect({ outcome, logs }).toEqual({
      outcome: 'continue',
      logs: [
        { action: two.name, lines: ['two'] },
        { action: one.name, lines: ['one'] },
      ],
    })
  })
})
