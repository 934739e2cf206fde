// A deploy that is interrupted or killed, as a real process. FAULTS=all tries every request, not only those
// that write; fault-enumeration.test.ts tries every request without a process.
import {
  ACTION_ONLY,
  ENRICH_PROFILE,
  startDeploying,
  type Deploying,
} from '../support/deploying.ts'
import { stepUpAction } from '../support/live-action.ts'

jest.setTimeout(300_000)

let tenant: Deploying
let environment: object
beforeAll(async () => {
  tenant = await startDeploying({ actions: [ENRICH_PROFILE] })
  tenant.project.write('tenant.yaml', ACTION_ONLY.tenantFile)
  environment = JSON.parse(tenant.project.read('config/environments/test.json')) as object
  await change()
  await tenant.deploy()
})
afterAll(() => tenant.stop())

let changes = 0

/** Gives the next deploy another policy to push and another place to bind. @returns id of the rule */
async function change(): Promise<string> {
  changes += 1
  const id = `change-${changes}`
  tenant.project.write('config/step-up.policy.yaml', ACTION_ONLY.policy(id))
  const position = (await tenant.bindings())[0] === 'Step-up' ? 'last' : 'first'
  const file = JSON.stringify({ ...environment, position })
  tenant.project.write('config/environments/test.json', file)
  return id
}

/** Runs before the deploy and sends it a signal, before a request leaves or after its answer has come. */
const PRELOAD = `
  const { END_BY, END_WHEN, END_AT } = process.env
  const send = globalThis.fetch
  let count = 0
  const end = () => {
    process.kill(process.pid, END_BY)
    return new Promise((resolve) => setTimeout(resolve, 60_000))
  }
  globalThis.fetch = async (input, init = {}) => {
    const { pathname } = new URL(input.url ?? input)
    const isMeant = END_AT === String(count++) || new RegExp(END_AT).test(init.method + ' ' + pathname)
    if (isMeant && END_WHEN === 'before') await end()
    const answer = await send(input, init)
    if (isMeant && END_WHEN === 'after') await end()
    return answer
  }
`

type Signal = 'SIGINT' | 'SIGKILL'

/** @param at index of a request, or what it looks like */
async function deployUntil(signal: Signal, when: 'before' | 'after', at: string) {
  const { code } = await tenant.project.run('deploy', ['--env', 'test'], {
    ...tenant.env,
    END_BY: signal,
    END_WHEN: when,
    END_AT: at,
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(PRELOAD)}`,
  })
  return code
}

async function liveRule(): Promise<string | undefined> {
  const { deployed_version: live } = await stepUpAction(tenant.request)
  return / id: "(.+)"/.exec(live.code)?.[1]
}

/** A process that is killed has no exit code. */
const ENDS = { SIGINT: 130, SIGKILL: null }
const WRITES = ['^PATCH .*/actions/actions/', '^POST .*/deploy$', '^PATCH .*/bindings$']
const INDEXES = process.env['FAULTS'] === 'all' ? [...Array(11).keys()].map(String) : []

const CASES = (['SIGINT', 'SIGKILL'] as const).flatMap((signal) =>
  (['before', 'after'] as const).flatMap((when) =>
    [...WRITES, ...INDEXES].map((at) => [signal, when, at] as const),
  ),
)

test.each(CASES)('%s %s %s leaves an Action that runs where others were', async (...given) => {
  const [signal] = given
  const before = await liveRule()
  const wanted = await change()
  expect(await deployUntil(...given)).toBe(ENDS[signal])
  expect([before, wanted]).toContain(await liveRule())
  expect((await tenant.bindings()).toSorted()).toEqual(['Enrich profile', 'Step-up'])
})

test('the next deploy heals', async () => {
  const wanted = await change()
  expect((await tenant.deploy()).code).toBe(0)
  expect(await liveRule()).toBe(wanted)
})
