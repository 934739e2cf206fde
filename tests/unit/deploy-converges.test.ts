// Settings as teams have them: what a deploy writes is found equal, and the next deploy writes nothing. Against the
// sandbox's Management API in this process, once with a tenant that is so already and once with a new one.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { deployTo } from '../../scripts/tenant/deployment.ts'
import { desiredState, type Sources } from '../../scripts/tenant/desired.ts'
import { readAndCompare } from '../../scripts/tenant/reading.ts'
import { parseTenantFile } from '../../scripts/tenant/tenant-file.ts'
import { formatProblem } from '../../scripts/terminal/user-error.ts'
import type * as StandIn from '../support/deploy-cli-stand-in.ts'
import { ACTION_ONLY } from '../support/deploying.ts'
import { connectTo, OPTIONS, shipped } from '../support/deploying-in-process.ts'
import { openTenant, seededState, type TenantInProcess } from '../support/tenant-in-process.ts'
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

const TENANTS = join(__dirname, '../support/tenants')
const files = readdirSync(TENANTS).map((file) => file.replace('.yaml', ''))
const startFolder = process.cwd()
const folder = mkdtempSync(join(tmpdir(), 'converges-'))

let fabrikam: Sources
beforeAll(async () => {
  fabrikam = await shipped()
  process.chdir(folder)
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] })
})
afterAll(() => {
  jest.useRealTimers()
  process.chdir(startFolder)
  rmSync(folder, { recursive: true })
})

const textOf = (file: string) => readFileSync(join(TENANTS, `${file}.yaml`), 'utf8')

function sourcesOf(file: string): Sources {
  const text = `${ACTION_ONLY.tenantFile}${textOf(file)}`
  const { tenantFile, problems, locate } = parseTenantFile('tenant.yaml', text, { keywords: {} })
  if (tenantFile === undefined) throw new Error(problems.map(formatProblem).join('\n'))
  const environment = { name: 'test', file: 'test.json', position: 'last', keywords: {} } as const
  const { bundle } = fabrikam
  return { bundle, desired: desiredState({ environment, tenantFile, bundle, locate }) }
}

type Body = Record<string, unknown>

/** No request may carry them, though a tenant answers with them. */
const READ_ONLY = [
  'callback_url_template',
  'client_id',
  'cross_origin_auth',
  'global',
  'signing_keys',
  'tenant',
]

/** The same tenant as it would have been made by requests. */
function seedOf(file: string): object {
  const sections = parse(textOf(file)) as Record<string, unknown>
  const clients = ((sections['clients'] ?? []) as Body[]).map((client) =>
    without(client, READ_ONLY),
  )
  return { ...without(sections, ['guardianPolicies', 'clientGrants']), clients }
}

function without(body: Body, fields: readonly string[]): Body {
  return Object.fromEntries(Object.entries(body).filter(([field]) => !fields.includes(field)))
}

async function deploy(tenant: TenantInProcess, sources: Sources) {
  tenant.arrived.splice(0)
  const connection = await connectTo(tenant)
  const result = await inVirtualTime(deployTo(connection, sources, OPTIONS))
  if (result?.status !== 'fulfilled') throw result?.reason
  const writes = tenant.arrived.filter((request) => !request.startsWith('GET '))
  return { writes, deployment: result.value }
}

describe.each(files)('%s', (file) => {
  test.each([
    ['a tenant that is so already', () => seedOf(file)],
    ['a new tenant', () => ({})],
  ])('converges in %s', async (_name, seed) => {
    const sources = sourcesOf(file)
    const tenant = openTenant(await seededState(seed()))
    await deploy(tenant, sources)
    const again = await deploy(tenant, sources)
    expect([again.writes, again.deployment.changes]).toEqual([[], []])
    const { progress } = OPTIONS
    const verified = await readAndCompare(await connectTo(tenant), sources.desired, {
      access: 'read',
      progress,
    })
    expect(verified.plan.changes).toEqual([])
  })
})

test('a tenant that is so already gets the Action alone, and what is not written is told', async () => {
  const sources = sourcesOf('whole-export')
  const tenant = openTenant(await seededState(seedOf('whole-export')))
  const state = structuredClone(tenant.tenant.store.state)
  const { deployment } = await deploy(tenant, {
    ...sources,
    desired: {
      ...sources.desired,
      settings: sources.desired.settings.filter(({ section }) => section !== 'clientGrants'),
    },
  })
  expect(deployment.changes.map(({ section }) => section)).toEqual(['actions', 'triggers'])
  const { clients, resourceServers, settings, factors } = tenant.tenant.store.state
  expect({ clients, resourceServers, settings, factors }).toEqual({
    clients: state.clients,
    resourceServers: state.resourceServers,
    settings: state.settings,
    factors: state.factors,
  })
  expect(
    deployment.notes.map(({ name, field, writtenAs, tenantHas }) => [
      name,
      field,
      writtenAs,
      tenantHas,
    ]),
  ).toEqual([
    ['Brindlewick Online', 'jwt_configuration.secret_encoded', undefined, undefined],
    ['Brindlewick Online', 'cross_origin_auth', 'cross_origin_authentication', undefined],
    ['Interest batch', 'jwt_configuration.secret_encoded', undefined, undefined],
    ['Interest batch', 'cross_origin_auth', 'cross_origin_authentication', undefined],
    ['settings', 'flags.enable_custom_domain_in_emails', undefined, undefined],
    ['settings', 'flags.new_universal_login_experience_enabled', undefined, undefined],
    ['settings', 'flags.universal_login', undefined, undefined],
  ])
})
