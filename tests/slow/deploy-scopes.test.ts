// The least privilege: what each command needs of the Management API, against the sandbox in this process.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { factsFromTenant } from '../../scripts/audit/tenant/from-tenant.ts'
import type { Connection } from '../../scripts/tenant/connection.ts'
import { deployTo } from '../../scripts/tenant/deployment.ts'
import type { Sources } from '../../scripts/tenant/desired.ts'
import { readEnrolments } from '../../scripts/tenant/enrolments.ts'
import { existingAction } from '../../scripts/tenant/read.ts'
import { readAndCompare } from '../../scripts/tenant/reading.ts'
import {
  assertScopes,
  FOR_AUDIT,
  FOR_FORECAST,
  FOR_PREFLIGHT,
  requiredScopes,
} from '../../scripts/tenant/required-scopes.ts'
import { DIRECT } from '../../scripts/tenant/network.ts'
import { explainTenantError, missingScopes } from '../../scripts/tenant/tenant-error.ts'
import { listVersions, redeploy } from '../../scripts/tenant/versions.ts'
import type { TenantState } from '../../sandbox/tenant/state.ts'
import type * as StandIn from '../support/deploy-cli-stand-in.ts'
import { connectTo, deployIn, OPTIONS, shipped } from '../support/deploying-in-process.ts'
import { DOMAIN, openTenant, seededState } from '../support/tenant-in-process.ts'

jest.mock('../../scripts/tenant/deploy-cli.ts', () => ({
  prepareSettings: jest.requireActual<typeof StandIn>('../support/deploy-cli-stand-in.ts')
    .prepareAsDeployCli,
}))

let sources: Sources
let empty: TenantState
let deployed: TenantState
const startFolder = process.cwd()
const folder = mkdtempSync(join(tmpdir(), 'scopes-'))

beforeAll(async () => {
  sources = await shipped()
  process.chdir(folder)
  empty = await seededState({
    users: [
      {
        connection: 'Username-Password-Authentication',
        email: 'ada@fabrikam.example',
        password: 'Count-the-beans-1843',
        authentication_methods: [{ type: 'totp' }],
      },
    ],
  })
  const tenant = openTenant(empty)
  await deployIn(tenant, sources)
  deployed = structuredClone(tenant.tenant.store.state)
})
afterAll(() => {
  process.chdir(startFolder)
  rmSync(folder, { recursive: true })
})

const look = (connection: Connection) =>
  readAndCompare(connection, sources.desired, { access: 'read', progress: OPTIONS.progress })

async function count(connection: Connection): Promise<void> {
  assertScopes(connection, FOR_FORECAST)
  const { management } = connection
  await management.guardian.factors.list()
  await readEnrolments(management, { most: 10, progress: OPTIONS.progress })
}

/** @throws what an audit says that it was not allowed to read */
async function audit(connection: Connection): Promise<void> {
  const facts = await factsFromTenant(connection, { action: 'Step-up', organizations: [] })
  const lacking = Object.values(facts).flatMap((fact: object) =>
    'lacks' in fact ? [fact.lacks as string] : [],
  )
  if (lacking.length > 0) throw missingScopes([...new Set(lacking)], DOMAIN)
}

async function goBack({ management }: Connection): Promise<void> {
  const action = await existingAction(management, 'Step-up')
  const [version] = await listVersions(management, action)
  if (version !== undefined) await redeploy(management, action, version)
}

const READ = [
  'read:actions',
  'read:resource_servers',
  'read:clients',
  'read:guardian_factors',
  'read:tenant_settings',
]
const WRITE = [
  'create:actions',
  'update:actions',
  'create:resource_servers',
  'update:resource_servers',
  'create:clients',
  'update:clients',
  'update:guardian_factors',
  'update:tenant_settings',
]

test('the scopes are these', () => {
  const { settings } = sources.desired
  expect(requiredScopes(settings, 'read').toSorted()).toEqual(READ.toSorted())
  expect(requiredScopes(settings, 'write').toSorted()).toEqual([...READ, ...WRITE].toSorted())
})

const BOOTSTRAP = readFileSync(join(__dirname, '../../docs/bootstrap.md'), 'utf8')

/** The scopes in a row of the table of docs/bootstrap.md. */
function inBootstrap(row: string): readonly string[] {
  const line = BOOTSTRAP.split('\n').find((one) => one.startsWith(`| ${row}`)) ?? ''
  return line.match(/(?<=`)\w+:\w+(?=`)/g) ?? []
}

describe('docs/bootstrap.md lists the scopes', () => {
  // prettier-ignore
  test.each<[string, readonly string[]]>([
    ['the Action and its binding',  requiredScopes([], 'write')],
    ...(['resourceServers', 'clients', 'clientGrants', 'guardianPolicies', 'guardianFactors', 'tenant'] as const).map(
      (section): [string, readonly string[]] => [
        `\`${section}\``,
        requiredScopes([{ section, name: '', values: {} }], 'write').slice(requiredScopes([], 'write').length),
      ],
    ),
    ['`verify`, to say who it was', ['read:logs']],
    ['`plan`, `deploy`, `verify`: can anybody', FOR_PREFLIGHT],
    ['`forecast`',                  FOR_FORECAST],
    ['`audit --tenant`',            FOR_AUDIT],
  ])('of %s', (row, scopes) => {
    expect(inBootstrap(row)).toEqual(scopes)
  })
})

interface Command {
  readonly run: (connection: Connection) => Promise<unknown>
  readonly tenant: () => TenantState
  readonly scopes: readonly string[]
}

const COMMANDS: readonly (readonly [string, Command])[] = [
  ['plan', { run: look, tenant: () => empty, scopes: READ }],
  ['verify', { run: look, tenant: () => deployed, scopes: READ }],
  [
    'deploy',
    {
      run: (connection) => deployTo(connection, sources, OPTIONS),
      tenant: () => empty,
      scopes: [...READ, ...WRITE],
    },
  ],
  ['forecast', { run: count, tenant: () => deployed, scopes: FOR_FORECAST }],
  ['audit --tenant', { run: audit, tenant: () => deployed, scopes: FOR_AUDIT }],
  ['rollback', { run: goBack, tenant: () => deployed, scopes: ['read:actions', 'create:actions'] }],
]

/** A tenant in which a deploy has everything to change and nothing to create. */
function drifted(): TenantState {
  const state = structuredClone(deployed)
  for (const action of state.actions) action.code = '// ours'
  for (const server of state.resourceServers)
    if (server.is_system !== true) server['token_lifetime'] = 60
  for (const client of state.clients)
    if (client.name.startsWith('Fabrikam')) client['callbacks'] = []
  state.settings['customize_mfa_in_postlogin_action'] = false
  state.factors = {}
  return state
}

/** Runs a command with a token. @returns what it says when it fails, and what it has written */
async function runWith({ run, tenant: state }: Command, scopes: readonly string[]) {
  const tenant = openTenant(state())
  const connection = await connectTo(tenant, scopes)
  const error = await run(connection).then(
    () => undefined,
    (reason: unknown) =>
      (explainTenantError(reason, { domain: DOMAIN, route: DIRECT }) as Error).message,
  )
  const before = JSON.stringify(state())
  return { error, isUntouched: JSON.stringify(tenant.tenant.store.state) === before }
}

test.each(COMMANDS)('%s passes with its scopes', async (_name, command) => {
  expect((await runWith(command, command.scopes)).error).toBeUndefined()
})

const EACH_MISSING = COMMANDS.flatMap(([name, command]) =>
  command.scopes.map((scope) => [name, scope, command] as const),
)

test.each(EACH_MISSING)('%s names %s when it is missing, and writes nothing', async (...row) => {
  const [, scope, command] = row
  expect(
    await runWith(
      command,
      command.scopes.filter((other) => other !== scope),
    ),
  ).toEqual({
    error: `the credentials for \`localhost:8443\` lack Management API scopes: \`${scope}\`
  grant them to the application under APIs > Auth0 Management API`,
    isUntouched: true,
  })
})

/** As a token that does not say what it may: then the tenant alone judges each request. */
async function refusedByTenant({ run }: Command, state: TenantState, scopes: readonly string[]) {
  const connection = { ...(await connectTo(openTenant(state), scopes)), scopes: undefined }
  return run(connection).then(
    () => false,
    () => true,
  )
}

test.each(EACH_MISSING)('%s really asks for what needs %s', async (name, scope, command) => {
  const rest = command.scopes.filter((other) => other !== scope)
  // A deploy creates in one tenant what it changes in another.
  const states = name === 'deploy' ? [empty, drifted()] : [command.tenant()]
  const refused = await Promise.all(states.map((state) => refusedByTenant(command, state, rest)))
  expect(refused).toContain(true)
  const passing = states.map((state) => refusedByTenant(command, state, command.scopes))
  expect(await Promise.all(passing)).not.toContain(true)
})
