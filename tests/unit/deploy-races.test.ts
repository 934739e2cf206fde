// Another team writes between any two requests of a deploy, against the sandbox's Management API in this process.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deployTo, type Deployment } from '../../scripts/tenant/deployment.ts'
import type { Sources } from '../../scripts/tenant/desired.ts'
import type { TenantState } from '../../sandbox/tenant/state.ts'
import type * as StandIn from '../support/deploy-cli-stand-in.ts'
import { connectTo, OPTIONS, shipped } from '../support/deploying-in-process.ts'
import { BANKING } from '../support/event.ts'
import { openTenant, seededState } from '../support/tenant-in-process.ts'
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

const APP = 'Fabrikam Web App'
const SEED = {
  resourceServers: [
    {
      name: 'Fabrikam Banking API',
      identifier: BANKING,
      scopes: [{ value: 'write:statements', description: 'Of another team' }],
    },
  ],
  clients: [
    {
      name: APP,
      refresh_token: {
        rotation_type: 'rotating',
        expiration_type: 'expiring',
        leeway: 5,
        token_lifetime: 1_000,
        policies: [{ audience: BANKING, scope: ['read:accounts'] }],
      },
    },
  ],
  tenant: { flags: { enable_sso: true } },
}

let wanted: Sources
let before: TenantState
const startFolder = process.cwd()
const folder = mkdtempSync(join(tmpdir(), 'races-'))

beforeAll(async () => {
  const sources = await shipped()
  const settings = sources.desired.settings.map((setting) => {
    const { section, name, values } = setting
    const more =
      section === 'tenant'
        ? { flags: { revoke_refresh_token_grant: true } }
        : name === APP
          ? { refresh_token: { token_lifetime: 600 } }
          : {}
    return { ...setting, values: { ...values, ...more } }
  })
  wanted = { ...sources, desired: { ...sources.desired, settings } }
  process.chdir(folder)
  before = await seededState(SEED)
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] })
})
afterAll(() => {
  jest.useRealTimers()
  process.chdir(startFolder)
  rmSync(folder, { recursive: true })
})

type Entity = Record<string, unknown>

/** What another team may do to an entity that a deploy changes, and how to see that it is still there. */
interface Race {
  readonly entity: (state: TenantState) => Entity | undefined
  readonly write: (entity: Entity) => void
  readonly isThere: (entity: Entity) => boolean
  /** The one request between whose sender's last look and its effect nobody can look. */
  readonly window: string
  readonly told: string
}

const RACES: readonly (readonly [string, Race])[] = [
  [
    'a scope',
    {
      entity: ({ resourceServers }) =>
        resourceServers.find(({ identifier }) => identifier === BANKING),
      write: (api) => {
        const scopes = (api['scopes'] ?? []) as object[]
        api['scopes'] = [...scopes, { value: 'close:account', description: 'Theirs' }]
      },
      isThere: ({ scopes }) => JSON.stringify(scopes).includes('close:account'),
      window: 'PATCH /resource-servers/{id}',
      told: 'scope close:account',
    },
  ],
  [
    'a key of an object',
    {
      entity: ({ clients }) => clients.find(({ name }) => name === APP),
      write: (client) => {
        client['refresh_token'] = { ...(client['refresh_token'] as Entity), leeway: 9 }
      },
      isThere: (client) => (client['refresh_token'] as Entity)['leeway'] === 9,
      window: 'PATCH /clients/{id}',
      told: 'refresh_token.leeway',
    },
  ],
  [
    'a flag',
    {
      entity: ({ settings }) => settings,
      write: (settings) => {
        settings['flags'] = { ...(settings['flags'] as Entity), enable_sso: false }
      },
      isThere: (settings) => (settings['flags'] as Entity)['enable_sso'] === false,
      window: 'PATCH /tenants/settings',
      told: 'flags.enable_sso',
    },
  ],
]

interface Outcome {
  readonly deployment: Deployment
  readonly requests: readonly string[]
  readonly state: TenantState
}

async function deployWith(race?: Race, at?: number): Promise<Outcome> {
  const opened = openTenant(before)
  const { tenant } = opened
  opened.meet((index) => {
    if (index === at && race !== undefined) {
      tenant.store.update((state) => {
        const entity = race.entity(state)
        if (entity !== undefined) race.write(entity)
      })
    }
    return undefined
  })
  const deploying = async () => deployTo(await connectTo(opened), wanted, OPTIONS)
  const result = await inVirtualTime(deploying())
  if (result?.status !== 'fulfilled') throw new Error(String(result?.reason))
  return { deployment: result.value, requests: opened.arrived, state: tenant.store.state }
}

test('without a race all is kept that the deploy does not name', async () => {
  const { deployment, state } = await deployWith()
  expect(deployment.meanwhile).toEqual([])
  expect(RACES[1]?.[1].entity(state)).toMatchObject({
    refresh_token: {
      ...SEED.clients[0]?.refresh_token,
      token_lifetime: 600,
    },
  })
  expect(RACES[0]?.[1].entity(state)).toMatchObject({
    scopes: [
      { value: 'write:statements' },
      { value: 'read:accounts' },
      { value: 'transfer:funds' },
    ],
  })
  expect(RACES[2]?.[1].entity(state)).toMatchObject({
    flags: { enable_sso: true, revoke_refresh_token_grant: true },
  })
})

test.each(RACES)(
  '%s that another team writes between any two requests stays, and is told where it was not read',
  async (_name, race) => {
    const { requests } = await deployWith()
    const firstRead = requests.findIndex((request) => !request.startsWith('GET '))
    const write = requests.indexOf(race.window)
    expect([requests.length, firstRead, write]).not.toContain(-1)
    const lost: string[] = []
    const untold: string[] = []
    for (const [k, request] of requests.entries()) {
      const { deployment, state } = await deployWith(race, k)
      if (!race.isThere(race.entity(state) ?? {})) lost.push(`${k} ${request}`)
      const told = deployment.meanwhile.flatMap(({ fields }) => fields.map(({ field }) => field))
      const isBetween = k >= firstRead && k < write
      if (isBetween && !told.includes(race.told)) untold.push(`${k} ${request}`)
    }
    // Auth0 knows no condition for a write, so one request remains in which nobody can look.
    expect(lost).toEqual([`${write} ${race.window}`])
    expect(untold).toEqual([])
  },
)
