// Every fault at every request of a deploy, against the sandbox's Management API in this process and in
// virtual time. The settings go through a stand-in that sends what auth0-deploy-cli sends. FAULTS=all takes
// every fault there is, which takes a minute more.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sources } from '../../scripts/tenant/desired.ts'
import { DIRECT } from '../../scripts/tenant/network.ts'
import { explainTenantError } from '../../scripts/tenant/tenant-error.ts'
import { UserError } from '../../scripts/terminal/user-error.ts'
import type { TenantState } from '../../sandbox/tenant/state.ts'
import type * as StandIn from '../support/deploy-cli-stand-in.ts'
import { ACTION_ONLY, ENRICH_PROFILE } from '../support/deploying.ts'
import { deployIn, shipped, withPolicy } from '../support/deploying-in-process.ts'
import { BANKING } from '../support/event.ts'
import {
  DOMAIN,
  openTenant,
  seededState,
  type Meets,
  type TenantInProcess,
} from '../support/tenant-in-process.ts'
import { boundCode, brokenPromises, scopesOf } from '../support/tenant-promises.ts'
import { inVirtualTime } from '../support/virtual-time.ts'

jest.mock('node:timers/promises', () => ({
  setTimeout: (milliseconds: number) =>
    new Promise((resolve) => {
      setTimeout(resolve, milliseconds)
    }),
}))
jest.mock('../../scripts/tenant/deploy-cli.ts', () => ({
  prepareSettings: jest.requireActual<typeof StandIn>('../support/deploy-cli-stand-in.ts')
    .prepareAsDeployCli,
}))
jest.setTimeout(300_000)

const SEED = {
  actions: [ENRICH_PROFILE, { ...ENRICH_PROFILE, name: 'Notify CRM' }],
  resourceServers: [
    {
      name: 'Fabrikam Banking API',
      identifier: BANKING,
      scopes: [{ value: 'read:accounts' }, { value: 'write:statements' }],
    },
  ],
}

/** Guards the salary page alone: with it the high-value scope would be open to everybody. */
const OLD_POLICY = ACTION_ONLY.policy('salary-page')
const OTHER_POLICY = `version: 1
rules:
  - id: transfer-funds
    reason: Moves money out of an account
    protects: { audience: '${BANKING}', scopes: ['transfer:funds'] }
    requires: { factors: any, maxAge: 60 }
`

interface Scenario {
  readonly before: TenantState
  readonly wanted: Sources
}

let old: Sources
let other: Sources
const scenarios = new Map<string, Scenario>()
const startFolder = process.cwd()
const folder = mkdtempSync(join(tmpdir(), 'faults-'))

beforeAll(async () => {
  const wanted = await shipped()
  old = await withPolicy(wanted, OLD_POLICY)
  other = await withPolicy(wanted, OTHER_POLICY)
  process.chdir(folder)
  const empty = await seededState(SEED)
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] })
  scenarios.set('first', { before: empty, wanted })
  scenarios.set('update', { before: await withOldAction(empty), wanted })
})
afterAll(() => {
  jest.useRealTimers()
  process.chdir(startFolder)
  rmSync(folder, { recursive: true })
})

/** A tenant in which the old Action stands first, with a secret; the API lacks the high-value scope. */
async function withOldAction(state: TenantState): Promise<TenantState> {
  const tenant = openTenant(state)
  const settings = old.desired.settings.filter(({ section }) => section !== 'resourceServers')
  const desired = { ...old.desired, position: 'first' as const, settings }
  await inVirtualTime(deployIn(tenant, { ...old, desired }))
  return tenant.tenant.store.update((draft) => {
    for (const action of draft.actions.filter(({ name }) => name === 'Step-up')) {
      action.secrets = [{ name: 'KEY', value: 'secret', updated_at: '' }]
    }
    return structuredClone(draft)
  })
}

const scenario = (name: string): Scenario => {
  const found = scenarios.get(name)
  if (found === undefined) throw new Error(`no scenario ${name}`)
  return found
}

interface Trial {
  readonly tenant: TenantInProcess
  /** What went wrong with the promises, and when. */
  readonly broken: string[]
  /** How the deploy ended; `undefined` where it was ended from outside. */
  readonly outcome: string | undefined
}

/** Deploys once under a fault, and looks after each request whether the promises hold. */
async function tryUnder(
  { before, wanted }: Scenario,
  prepare: (tenant: TenantInProcess) => void,
): Promise<Trial> {
  const tenant = openTenant(before)
  const broken: string[] = []
  const codes = [old, other, wanted].map(({ desired }) => desired.action.code)
  const promises = { before, codes, guards: codes.slice(1) }
  tenant.watch((request) => {
    const found = brokenPromises(tenant.tenant.store.state, promises)
    broken.push(...found.map((promise) => `${promise} after ${request}`))
  })
  prepare(tenant)
  const result = await inVirtualTime(deployIn(tenant, wanted), () => tenant.hasEnded())
  return { tenant, broken, outcome: result && outcomeOf(result) }
}

function outcomeOf(result: PromiseSettledResult<void>): string {
  if (result.status === 'fulfilled') return 'deployed'
  const error = explainTenantError(result.reason, { domain: DOMAIN, route: DIRECT })
  return error instanceof UserError ? error.message : `defect: ${String(error)}`
}

/** Deploys again without a fault. @returns what is not as wanted then */
async function heal({ tenant }: Trial, { wanted }: Scenario): Promise<string[]> {
  tenant.meet(() => undefined)
  tenant.tenant.faults.clear()
  const result = await inVirtualTime(deployIn(tenant, wanted))
  const { state } = tenant.tenant.store
  const isThere =
    boundCode(state) === wanted.desired.action.code && scopesOf(state).includes('transfer:funds')
  return [
    ...(result?.status === 'fulfilled' ? [] : [`again: ${result && outcomeOf(result)}`]),
    ...(isThere ? [] : ['not there after a second deploy']),
  ]
}

/** The requests of a deploy that nothing disturbs. */
async function requestsOf(given: Scenario): Promise<readonly string[]> {
  const { tenant, outcome, broken } = await tryUnder(given, (tenant) =>
    tenant.meet(() => undefined),
  )
  expect([outcome, broken]).toEqual(['deployed', []])
  return tenant.arrived
}

type FaultAt = (k: number, tenant: TenantInProcess) => (index: number) => Meets | Promise<Meets>

const once =
  (met: Meets): FaultAt =>
  (k) =>
  (index) =>
    index === k ? met : undefined
const from =
  (met: Meets): FaultAt =>
  (k) =>
  (index) =>
    index >= k ? met : undefined
const deploying =
  (sources: () => Sources): FaultAt =>
  (k, tenant) => {
    let isOver = false
    return async (index) => {
      if (index !== k || isOver) return undefined
      isOver = true
      await deployIn(tenant, sources()).catch(() => undefined)
      return undefined
    }
  }
const status = (code: number): Meets => ({ kind: 'status', status: code })

// prettier-ignore
const FAULTS: readonly [string, FaultAt][] = [
  ['a rate limit',                        once(status(429))],
  ['a connection lost after the effect',  once({ kind: 'drop-answer' })],
  ['a network that is gone',              from({ kind: 'drop' })],
  ['the end of the deploy after it',      once({ kind: 'end-after' })],
  ['another deploy of another policy',    deploying(() => other)],
]

// prettier-ignore
const MORE_FAULTS: readonly [string, FaultAt][] = [
  ['an error 500',                        once(status(500))],
  ['a connection lost before the effect', once({ kind: 'drop' })],
  ['a refusal',                           once(status(400))],
  ['a rate limit that stays',             from(status(429))],
  ['errors 500 that stay',                from(status(500))],
  ['answers that never come',             from({ kind: 'drop-answer' })],
  ['the end of the deploy before it',     once({ kind: 'end-before' })],
  ['another deploy of the same',          deploying(() => scenario('first').wanted)],
]

test('the stand-in writes what tests/slow/deploy.test.ts has seen the real auth0-deploy-cli write', async () => {
  const requests = await requestsOf(scenario('first'))
  const bound = requests.indexOf('PATCH /actions/triggers/post-login/bindings')
  const writes = requests.slice(bound + 1).filter((request) => !request.startsWith('GET '))
  expect(writes.toSorted()).toEqual([
    'PATCH /resource-servers/{id}',
    'PATCH /tenants/settings',
    'POST /clients',
    'POST /clients',
    'PUT /guardian/factors/otp',
    'PUT /guardian/factors/recovery-code',
    'PUT /guardian/factors/webauthn-roaming',
  ])
})

describe.each(['first', 'update'])('%s deploy', (name) => {
  test.each(process.env['FAULTS'] === 'all' ? [...FAULTS, ...MORE_FAULTS] : FAULTS)(
    '%s at each request breaks no promise, and a second deploy heals',
    async (_name, fault) => {
      const given = scenario(name)
      const requests = await requestsOf(given)
      expect(requests.length).toBeGreaterThan(20)
      const found: string[] = []
      for (const [k, request] of requests.entries()) {
        const trial = await tryUnder(given, (tenant) => tenant.meet(fault(k, tenant)))
        const isDefect = trial.outcome?.startsWith('defect') === true
        const wrong = [
          ...trial.broken,
          ...(isDefect ? [trial.outcome] : []),
          ...(await heal(trial, given)),
        ]
        found.push(...wrong.map((what) => `${k} ${request}: ${what}`))
      }
      expect(found).toEqual([])
    },
  )
})
