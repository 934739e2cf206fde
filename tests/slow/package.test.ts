// What npm packs, as somebody has it who has nothing else: installed into a folder of theirs, without development.
import { spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ended, type CliResult } from '../support/cli.ts'
import { managementRequest } from '../support/sandbox-request.ts'
import { startSandbox } from '../support/sandbox.ts'
import { othersIn, teamSeed, teamSource } from '../support/team-tenants.ts'

const ROOT = join(__dirname, '../..')
const place = mkdtempSync(join(realpathSync(tmpdir()), 'package-'))
const folder = join(place, 'a bank')
const BIN = join(folder, 'node_modules/.bin/step-up')

// Both npm and the packages that it installs take their time.
jest.setTimeout(600_000)

interface Where {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

function run(program: string, args: readonly string[], where: Where = {}): Promise<CliResult> {
  const { cwd = folder, env: given } = where
  // With all that leads npm to its registry; how much it says is a matter of the folder.
  const env = { ...process.env, npm_config_loglevel: undefined, ...given }
  return ended(spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] }))
}
const stepUp = (...args: readonly string[]) => run(BIN, args)
const npm = async (args: readonly string[], where?: Where): Promise<string> => {
  const { stdout, stderr, code } = await run('npm', args, where)
  if (code !== 0) throw new Error(`npm ${args.join(' ')}: ${stdout}${stderr}`)
  return stdout
}

beforeAll(async () => {
  mkdirSync(folder)
  await npm(['pack', '--loglevel=error', '--pack-destination', place], { cwd: ROOT })
  const tarball = readdirSync(place).find((name) => name.endsWith('.tgz')) ?? 'none'
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  await npm(['install', '--omit=dev', '--no-audit', '--no-fund', join(place, tarball)])
  for (const path of [
    'tenant.yaml',
    'config/step-up.policy.yaml',
    'config/environments',
    'sandbox/fabrikam/seed.json',
  ]) {
    cpSync(join(ROOT, path), join(folder, path), { recursive: true })
  }
})
afterAll(() => rmSync(place, { recursive: true }))

test('it holds what a user needs', () => {
  const installed = join(folder, 'node_modules/auth0-step-up')
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' })
  const sources = files.filter((file) => /(?<!\.d)\.ts$/.test(file))
  expect({
    folders: readdirSync(installed).filter((name) => !name.includes('.')),
    sources: [...new Set(sources.map((file) => file.replace(/\/[^/]*$/, '')))].sort(),
    tests: files.filter((file) => /test|bench\//.test(file) && !file.endsWith('benchmarks.md')),
  }).toEqual({
    folders: ['LICENSE', 'actions', 'bin', 'docs', 'express', 'lib', 'sandbox', 'scripts'],
    sources: ['actions/step-up', 'express', 'sandbox/fabrikam/spa'],
    tests: [],
  })
})

test('what runs beside credentials is small', async () => {
  const listed = await npm(['ls', '--all', '--parseable'])
  expect(new Set(listed.trim().split('\n')).size).toBeLessThan(130)
  expect(existsSync(join(folder, 'node_modules/oidc-provider'))).toBe(false)
})

test('it builds the bytes that this repository builds', async () => {
  const { stdout } = await stepUp('build', '--json')
  const { stdout: here } = await run('npm', ['run', 'build', '--', '--json'], { cwd: ROOT })
  const built = JSON.parse(stdout) as { readonly version: number; readonly package: string }
  expect(built).toEqual(JSON.parse(here))
  expect([built.version, built.package]).toEqual([1, expect.stringMatching(/^\d+\.\d+\.\d+/)])
})

const PROGRAM = `
import { startSandbox, type Sandbox } from 'auth0-step-up/sandbox'
import { stepUp, type StepUpOptions } from 'auth0-step-up/express'
import { usedInRedis } from 'auth0-step-up/express/used-in-redis'
import { usedInMemory } from 'auth0-step-up/express/used-tokens'
import { webStepUp } from 'auth0-step-up/express/web-app'
const sandbox: Sandbox = await startSandbox({ seed: { clients: [] }, clock: new Date() })
await sandbox.faults.add({ faults: [{ fault: { kind: 'drop' } }] })
const code: string | undefined = (await sandbox.users())[0]?.factors[0]?.code
declare const options: StepUpOptions
void [code, stepUp(options).requireScope('transfer:funds'), usedInRedis, usedInMemory(), webStepUp]
// @ts-expect-error there is no such option
await startSandbox({ sead: {} })
// @ts-expect-error a scope is a text
stepUp(options).requireScope(5)
`

test('its modules have types', async () => {
  const types = join(folder, 'types')
  mkdirSync(types)
  writeFileSync(join(types, 'program.mts'), PROGRAM)
  const installed = join(ROOT, 'node_modules')
  const compilerOptions = {
    ...{ module: 'nodenext', target: 'es2023', strict: true, noEmit: true, types: ['node'] },
    // What a user of theirs installs: the types of Node and of Express.
    typeRoots: [join(installed, '@types')],
    paths: {
      'express-oauth2-jwt-bearer': [join(installed, 'express-oauth2-jwt-bearer/dist/index.d.ts')],
      '*': [join(installed, '@types/*'), join(installed, '*')],
    },
  }
  writeFileSync(join(types, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
  const checked = await run(join(installed, '.bin/tsc'), ['-p', types])
  expect(checked).toEqual({ stdout: '', stderr: '', code: 0 })
})

test('it audits, in workers and apart', async () => {
  const { stdout, code } = await stepUp('audit', '--quick')
  expect([stdout.split(':')[0], code]).toEqual(['clean as far as the files tell', 0])
  // Code that nobody has released is run in a process of its own.
  writeFileSync(join(folder, 'other.js'), 'exports.onExecutePostLogin = async () => {}\n')
  const other = await stepUp('audit', '--quick', '--bundle', 'other.js')
  expect([other.stdout, other.stderr, other.code]).toEqual([
    expect.stringContaining('engine'),
    '',
    2,
  ])
})

test('it names what the sandbox needs, and with that deploys to it', async () => {
  const help = await stepUp('sandbox', '--help')
  expect([help.stderr, help.code]).toEqual([expect.stringContaining('--seed FILE'), 0])
  const { stdout, stderr, code } = await stepUp('deploy')
  expect([stdout, code]).toEqual(['', 1])
  const [, remedy = ''] =
    /^the sandbox tenant needs .*\n {2}npm (install --save-dev .*)\n$/.exec(stderr) ?? []
  const packages = remedy.replaceAll('"', '').split(' ')
  expect(packages).toContain('--save-dev')
  await npm([...packages, '--no-audit', '--no-fund'])

  const deployed = await stepUp('deploy')
  expect([deployed.stderr, deployed.code]).toEqual([expect.not.stringContaining('defect'), 0])
  expect(deployed.stdout).toContain('Read back from the tenant and found equal.')
  const planned = JSON.parse((await stepUp('plan', '--json')).stdout) as { changes: unknown }
  expect(planned.changes).toEqual([])
  const { stdout: verified } = await stepUp('verify', '--project', folder)
  expect(verified).toMatch(/^sandbox \(localhost:\d+\) is as this repository says/)
  const audited = await stepUp('audit', '--quick', '--tenant')
  expect([audited.stdout.split(':')[0], audited.code]).toEqual(['clean', 0])
})

test('a team comes from its export to a deploy in two minutes, and loses nothing of its tenant', async () => {
  const team = join(folder, 'team')
  mkdirSync(team)
  const sandbox = await startSandbox({ seed: teamSeed('whole-export') })
  const request = await managementRequest(sandbox)
  const before = await othersIn(request)
  const env = {
    AUTH0_CLIENT_ID: sandbox.clientId,
    AUTH0_CLIENT_SECRET: sandbox.clientSecret,
    NODE_EXTRA_CA_CERTS: sandbox.certificate,
  }
  const type = async (...args: readonly string[]) => {
    const { stdout, stderr, code } = await run('npx', ['step-up', ...args], { cwd: team, env })
    return [stdout, stderr, code]
  }
  const saying = (text: RegExp, code = 0): readonly unknown[] => [
    expect.stringMatching(text),
    '',
    code,
  ]
  const prod = ['--env', 'prod']
  try {
    const begun = performance.now()
    expect(
      await type('init', '--from', teamSource('whole-export'), ...prod, '--domain', sandbox.domain),
    ).toEqual(saying(/\nNext\n {2}npx step-up deploy +tries it in .*\n.*--env prod/))
    expect(await type('build', ...prod)).toEqual(saying(/rule {4}withdraw-pots/))
    const order = /post-login: Deny blocked countries, Add loyalty tier, Step-up/
    expect(await type('plan', ...prod)).toEqual(saying(order, 2))
    const audited = saying(/^clean.*: 2 scopes protected in every flow/)
    expect(await type('audit', '--quick', ...prod)).toEqual(audited)
    expect(await type('deploy', ...prod)).toEqual(saying(/found equal/))
    expect((performance.now() - begun) / 1000).toBeLessThan(120)
    expect(await othersIn(request)).toEqual(before)
    expect(await type('deploy')).toEqual(saying(/is challenged with MFA/))
  } finally {
    await sandbox.stop()
  }
})

// Only here can the installed auth0-deploy-cli be another one.
test('where auth0-deploy-cli has another engine, its whole import writes the settings, and that is told', async () => {
  const index = join(folder, 'node_modules/auth0-deploy-cli/lib/index.js')
  const known = readFileSync(index, 'utf8')
  const engine = 'class { validate() {} processChanges() {} }'
  writeFileSync(index, `${known}\nexports.default.tools = { Auth0: ${engine} };\n`)
  const sandbox = await startSandbox({ seed: teamSeed('whole-export') })
  const request = await managementRequest(sandbox)
  const before = JSON.stringify(await othersIn(request))
  const team = join(folder, 'another team')
  mkdirSync(team)
  const env = {
    AUTH0_CLIENT_ID: sandbox.clientId,
    AUTH0_CLIENT_SECRET: sandbox.clientSecret,
    NODE_EXTRA_CA_CERTS: sandbox.certificate,
  }
  const prod = ['--env', 'prod']
  try {
    const init = ['init', '--from', teamSource('whole-export'), '--domain', sandbox.domain, ...prod]
    expect((await run(BIN, init, { cwd: team, env })).code).toBe(0)
    const file = join(team, 'tenant.yaml')
    const wanted = 'value: read:pots\n        description: One by one'
    writeFileSync(file, readFileSync(file, 'utf8').replace('value: read:pots', wanted))
    const { stdout, stderr, code } = await run(BIN, ['deploy', ...prod], { cwd: team, env })
    expect([stderr, code]).toEqual(['', 0])
    expect(stdout).toContain(`Written by the whole import
  auth0-deploy-cli has another engine than is known here: it does not open: TypeError: Cannot read properties of undefined (reading 'map')
`)
    expect(stdout).toMatch(
      /\n2 added, 1 changed, 0 removed\. Read back from the tenant and found equal\.\n$/,
    )
    const after = JSON.stringify(await othersIn(request))
    expect(after).toBe(before.replace('See savings pots and their balances', 'One by one'))
  } finally {
    await sandbox.stop()
    writeFileSync(index, known)
  }
})

test('what a command tells to type can be typed', async () => {
  const { stderr } = await stepUp('plan', '--dry-run', 'x')
  expect(stderr).toBe('plan: unknown flag `--dry-run`\n  see: npx step-up plan --help\n')
  const help = await run('npx', ['step-up', 'plan', '--help'])
  expect(help.stdout.split('\n')[0]).toBe('npx step-up plan [flags]')
})
