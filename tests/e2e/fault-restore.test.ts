// How a deploy goes back by itself, against the sandbox's Management API in this process.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sources } from '../../scripts/tenant/desired.ts'
import { DIRECT } from '../../scripts/tenant/network.ts'
import { explainTenantError } from '../../scripts/tenant/tenant-error.ts'
import type { TenantState } from '../../sandbox/tenant/state.ts'
import { ACTION_ONLY, ENRICH_PROFILE } from '../support/deploying.ts'
import { deployIn, shipped, withPolicy } from '../support/deploying-in-process.ts'
import {
  DOMAIN,
  openTenant,
  seededState,
  type TenantInProcess,
} from '../support/tenant-in-process.ts'
import { boundCode } from '../support/tenant-promises.ts'
import { inVirtualTime } from '../support/virtual-time.ts'

jest.mock('node:timers/promises', () => ({
  setTimeout: (milliseconds: number) =>
    new Promise((resolve) => {
      setTimeout(resolve, milliseconds)
    }),
}))

const OLD_POLICY = ACTION_ONLY.policy('salary-page')

let old: Sources
let wanted: Sources
let empty: TenantState
let deployed: TenantState
const startFolder = process.cwd()
const folder = mkdtempSync(join(tmpdir(), 'restore-'))

beforeAll(async () => {
  const sources = await shipped()
  const withoutSettings = { ...sources.desired, settings: [] }
  wanted = { ...sources, desired: withoutSettings }
  old = await withPolicy(wanted, OLD_POLICY)
  process.chdir(folder)
  empty = await seededState({
    actions: [ENRICH_PROFILE, { ...ENRICH_PROFILE, name: 'Notify CRM' }],
  })
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] })
  const tenant = openTenant(empty)
  const first = { ...old, desired: { ...old.desired, position: 'first' as const } }
  await inVirtualTime(deployIn(tenant, first))
  deployed = structuredClone(tenant.tenant.store.state)
})
afterAll(() => {
  jest.useRealTimers()
  process.chdir(startFolder)
  rmSync(folder, { recursive: true })
})

const DEPLOY = 'POST /actions/actions/{id}/deploy'
const REDEPLOY = 'POST /actions/actions/{id}/versions/{id}/deploy'
const BIND = 'PATCH /actions/triggers/post-login/bindings'

/** Deploys, and says how that ended and what it leaves. */
async function deploy(state: TenantState, prepare: (tenant: TenantInProcess) => void) {
  const tenant = openTenant(state)
  prepare(tenant)
  const result = await inVirtualTime(deployIn(tenant, wanted))
  const after = tenant.tenant.store.state
  const code = boundCode(after)
  const nameOf = (id: string) => after.actions.find((action) => action.id === id)?.name
  return {
    error:
      result?.status === 'rejected' &&
      (explainTenantError(result.reason, { domain: DOMAIN, route: DIRECT }) as Error).message.split(
        '\n',
      ),
    bound: after.bindings['post-login']?.map(({ action_id }) => nameOf(action_id)),
    live: [old, wanted].findIndex(({ desired }) => desired.action.code === code),
  }
}

const OLD = 0
const NOTHING = -1
const AS_BEFORE = ['Step-up', 'Enrich profile', 'Notify CRM']

/** Lets requests of one kind be refused from now on. */
const refusing =
  (...requests: string[]) =>
  (tenant: TenantInProcess) =>
    tenant.meet(() =>
      requests.includes(tenant.arrived.at(-1) ?? '') ? { kind: 'status', status: 400 } : undefined,
    )

/** Changes the newest version of our Action as soon as a request was answered. */
const tampering = (at: string) => (tenant: TenantInProcess) => {
  tenant.watch((request) => {
    if (request !== at) return
    tenant.tenant.store.update(({ actions }) => {
      const version = actions.find(({ name }) => name === 'Step-up')?.versions.at(-1)
      if (version !== undefined) version.code = version.code.replace('transfer-funds', 'nothing')
    })
  })
}

/** Binds nothing of ours as soon as our binding was written, as a tool that owns the list might. */
const unbinding = (tenant: TenantInProcess) => {
  tenant.watch((request) => {
    if (request !== BIND) return
    tenant.watch(() => undefined)
    tenant.tenant.store.update(({ bindings, actions }) => {
      const ours = actions.find(({ name }) => name === 'Step-up')?.id
      bindings['post-login'] = (bindings['post-login'] ?? []).filter(
        (one) => one.action_id !== ours,
      )
    })
  })
}

/** Keeps the newest version from going live. */
const stalling = (tenant: TenantInProcess) => {
  tenant.watch((request) => {
    if (request !== DEPLOY) return
    tenant.tenant.store.update(({ actions }) => {
      const version = actions.find(({ name }) => name === 'Step-up')?.versions.at(-1)
      if (version !== undefined) version.liveFromMs = Date.now() + 86_400_000
    })
  })
}

const BACK = [
  'went back: the code of version 1 of `Step-up` is live again, and bound as before',
  '  run the same command again',
]

// prettier-ignore
test.each<[string, (tenant: TenantInProcess) => void, string[]]>([
  ['Auth0 does not deploy the draft', refusing(DEPLOY), [
    '`localhost:8443` answered 400: Fault', '  run the same command again: it carries on where it stopped',
    'version 1 of `Step-up` is still live, and bound as before', '  run the same command again']],
  ['other code than was sent goes live', tampering(DEPLOY), [
    'the code of version 2 of `Step-up` is not what was sent', '  run the same command again', ...BACK]],
  ['the version never goes live', stalling, [
    'Auth0 has accepted version 2 of `Step-up` but does not run it', '  run the same command again', ...BACK]],
  ['the binding is refused', refusing(BIND), [
    '`localhost:8443` answered 400: Fault', '  run the same command again: it carries on where it stopped', ...BACK]],
  ['the binding is not there when it is read back', unbinding, [
    'localhost:8443: `post-login` of `Step-up` in `triggers` is `["Enrich profile","Notify CRM"]` after the deploy, not `["Enrich profile","Notify CRM","Step-up"]`',
    '  a second read shows the same: the tenant stores it otherwise, or somebody has set it since', ...BACK]],
])('%s: the version and the place from before are back', async (_name, prepare, error) => {
  expect(await deploy(deployed, prepare)).toEqual({ error, bound: AS_BEFORE, live: OLD })
})

test('what cannot be put back is said, with the way to mend it', async () => {
  expect(await deploy(deployed, refusing(BIND, REDEPLOY))).toMatchObject({
    error: [
      '`localhost:8443` answered 400: Fault',
      '  run the same command again: it carries on where it stopped',
      'could not go back to how `Step-up` was before: `localhost:8443` answered 400: Fault',
      '  look with `npm run verify -- --env sandbox`, go back with `npm run rollback -- --env sandbox --to 1`; bound were: Step-up, Enrich profile, Notify CRM',
    ],
  })
})

test('a first deploy that cannot be bound leaves an Action that does not run', async () => {
  expect(await deploy(empty, refusing(BIND))).toEqual({
    error: [
      '`localhost:8443` answered 400: Fault',
      '  run the same command again: it carries on where it stopped',
      '`Step-up` is not bound, as before; what was made of it stays in the tenant and does not run',
      '  run the same command again',
    ],
    bound: ['Enrich profile', 'Notify CRM'],
    live: NOTHING,
  })
})

// prettier-ignore
test.each([
  ['fails', 'failed', 'Auth0 could not build `Step-up`'],
  ['hangs', 'hangs',  'Auth0 has not built `Step-up` within five minutes'],
] as const)('a build that %s changes nothing that runs', async (_name, outcome, message) => {
  const { error, ...left } = await deploy(deployed, ({ tenant }) =>
    tenant.faults.add({ builds: [{ times: 1, outcome }] }),
  )
  expect([error, left]).toEqual([
    [message, '  nothing was deployed or bound: the version from before is still live; run the same command again'],
    { bound: AS_BEFORE, live: OLD },
  ])
})
