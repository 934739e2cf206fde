// From the files of a team, or its living tenant, to a deployed Action: what is theirs is what it was, to the last key.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { emptyProject, type CliResult, type CommandName, type Project } from '../support/cli.ts'
import { managementRequest, type ManagementRequest } from '../support/sandbox-request.ts'
import { startSandbox, type Sandbox } from '../support/sandbox.ts'
import { othersIn, teamSeed, teamSource, terraformSeed } from '../support/team-tenants.ts'

interface World {
  readonly sandbox: Sandbox
  readonly project: Project
  readonly request: ManagementRequest
  readonly run: (name: CommandName, ...flags: string[]) => Promise<CliResult>
  readonly stop: () => Promise<void>
}

async function startWorld(seed: object): Promise<World> {
  const sandbox = await startSandbox({ seed })
  const project = emptyProject()
  const env = {
    AUTH0_CLIENT_ID: sandbox.clientId,
    AUTH0_CLIENT_SECRET: sandbox.clientSecret,
    NODE_EXTRA_CA_CERTS: sandbox.certificate,
  }
  return {
    sandbox,
    project,
    request: await managementRequest(sandbox),
    run: (name, ...flags) => project.run(name, flags, env),
    stop: async () => {
      project.remove()
      await sandbox.stop()
    },
  }
}

async function writesIn({ sandbox }: World): Promise<readonly string[]> {
  const requests = await sandbox.control.requests()
  return requests
    .filter(({ method, path }) => method !== 'GET' && path !== '/oauth/token')
    .map(({ method, path }) => `${method} ${path}`)
}

function textsIn(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'))
    .join('\n')
}

/** With our Action in it a whole export is a tenant file, too. */
async function wholeExportIsInStep({ project, run }: World): Promise<void> {
  const ours =
    '{ name: Step-up, code: ./dist/step-up.js, runtime: node22, deployed: true, supported_triggers: [{ id: post-login, version: v3 }] }'
  const text = readFileSync(teamSource('whole-export'), 'utf8')
    .replace('\nactions:\n', `\nactions:\n  - ${ours}\n`)
    .replace(
      '\n  post-login:\n',
      '\n  post-login:\n    - { action_name: Step-up, display_name: Step-up }\n',
    )
  project.write('export.yaml', text)
  const plan = await run('plan', '--env', 'prod', '--tenant-file', 'export.yaml')
  expect(plan.stderr).toMatch(/^export\.yaml: left alone, as not ours: 21 sections \(.*\n$/)
  expect([plan.stdout, plan.code]).toEqual([
    expect.stringContaining('Nothing to do: prod is as it should be.'),
    0,
  ])
  expect(plan.stdout).toContain(
    '`signing_secret` of resource server urn:brindlewick:kiosks is left out',
  )
  expect(plan.stdout).not.toContain('kiosk-secret-that-every-kiosk-shares')
}

// prettier-ignore
const TENANTS: readonly (readonly [name: string, seed: () => object, rules: readonly string[]])[] = [
  ['whole-export', () => teamSeed('whole-export'),         ['withdraw-pots: withdraw:pots on https://savings.brindlewick.example', 'close-account: close:account on https://savings.brindlewick.example']],
  ['keywords',     () => teamSeed('keywords', 'prod.json'), ['change-tariff: change:tariff on https://accounts.tallowford.example', 'refund-payment: refund:payment on https://accounts.tallowford.example']],
  ['directory',    () => teamSeed('directory'),            ['approve-prescription: approve:prescription on https://pharmacy.loomside.example/v2', 'export-record: export:record on https://records.loomside.example', 'delete-record: delete:record on https://records.loomside.example']],
  ['terraform',    terraformSeed,                          ['release-consignment: release:consignment on https://freight.dev.quarrystone.example', 'change-recipient: change:recipient on https://freight.dev.quarrystone.example']],
  ['old-step-up',  () => teamSeed('old-step-up'),          ['withdraw-pension: withdraw:pension on https://pensions.vellumgate.example', 'change-bank-account: change:bank-account on https://pensions.vellumgate.example', 'multi-factor: acr http://schemas.openid.net/pape/policies/2007/06/multi-factor']],
  ['no-factors',   () => teamSeed('no-factors'),           ['refund-order: refund:order on https://orders.pebbleworth.example']],
]

// Nine processes, one after another.
jest.setTimeout(240_000)

describe.each(TENANTS)('%s', (name, seed, rules) => {
  let world: World
  beforeAll(async () => {
    world = await startWorld(seed())
  })
  afterAll(() => world.stop())

  test('goes from init to a deploy, and loses nothing', async () => {
    const { project, sandbox, run } = world
    const before = await othersIn(world.request)
    const from = name === 'terraform' ? [] : ['--from', teamSource(name)]
    const env = ['--env', 'prod']

    const init = await run('init', ...from, ...env, '--domain', sandbox.domain)
    expect([init.stderr, init.code]).toEqual(['', 0])
    if (name === 'terraform') {
      expect(init.stdout).toContain(
        '  clients, clientGrants, guardianFactors, guardianPolicies, tenant: left alone, except for what you add to the tenant file\n  whatever else the tenant has, which was not read: never touched by a deploy\n',
      )
    }
    expect(textsIn(project.folder)).not.toMatch(/fabrikam/i)

    const build = await run('build', ...env)
    expect([build.stderr, build.code]).toEqual(['', 0])
    const built = build.stdout
      .split('\n')
      .flatMap((line) => /^ {2}rule {4}(.*)$/.exec(line)?.[1] ?? [])
    expect(built).toEqual(rules)

    const plan = await run('plan', ...env)
    expect([plan.stderr, plan.code]).toEqual(['', 2])
    expect(plan.stdout).toContain('+ action Step-up')
    if (name === 'no-factors') {
      expect(init.stdout).toContain('No factor is on, so nobody could satisfy a rule')
      expect(plan.stdout).toContain('nobody could satisfy any rule: no factor is enabled')
      const tried = await run('deploy')
      expect([tried.stderr, tried.code]).toEqual(['', 0])
      expect(tried.stdout).toContain('refund:order  browser        is challenged with MFA')
      const refused = await run('deploy', ...env)
      expect([refused.code, await writesIn(world)]).toEqual([2, []])
      const file = project.read('tenant.yaml')
      project.write('tenant.yaml', `${file}guardianFactors: [{ name: otp, enabled: true }]\n`)
    }

    const deploy = await run('deploy', ...env)
    expect([deploy.stderr, deploy.code]).toEqual(['', 0])
    const verify = await run('verify', ...env)
    expect([verify.stderr, verify.code]).toEqual(['', 0])

    await sandbox.control.clearRequests()
    const again = await run('deploy', ...env)
    expect([again.stderr, again.code, await writesIn(world)]).toEqual(['', 0, []])
    if (name === 'whole-export') await wholeExportIsInStep(world)
    const after = await othersIn(world.request)
    expect(name === 'no-factors' ? { ...after, '/guardian/factors': [] } : after).toEqual(
      name === 'no-factors' ? { ...before, '/guardian/factors': [] } : before,
    )
  })
})
