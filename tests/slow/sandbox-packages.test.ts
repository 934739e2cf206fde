// npm dependencies of Actions, from a registry of one package.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newActionRunner } from '../../sandbox/tenant/action-runtime/action-runner.ts'
import { newPackages, type Installation } from '../../sandbox/tenant/packages.ts'
import { ALL_ON } from '../support/action-runs.ts'

const directory = mkdtempSync(join(tmpdir(), 'packages-'))
const packages = newPackages(join(directory, 'cache'))
const runner = newActionRunner({ packages: packages.directory })
let registry: Server
const registryBefore = process.env['npm_config_registry']

beforeAll(async () => {
  const tarball = pack()
  registry = createServer((request, response) => {
    if (request.url?.endsWith('.tgz') === true) response.end(tarball)
    else if (request.url === '/greeting') response.end(JSON.stringify(describePackage()))
    else response.writeHead(404).end('{}')
  })
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve))
  process.env['npm_config_registry'] = origin()
})
afterAll(async () => {
  if (registryBefore === undefined) delete process.env['npm_config_registry']
  else process.env['npm_config_registry'] = registryBefore
  await runner.close()
  registry.close()
  rmSync(directory, { recursive: true, force: true })
})

const origin = (): string => `http://127.0.0.1:${(registry.address() as AddressInfo).port}`

/** A package that has an install script, which must not run. */
function pack(): Buffer {
  const source = join(directory, 'greeting')
  mkdirSync(source)
  writeFileSync(join(source, 'index.js'), `module.exports = (name) => 'hello ' + name`)
  writeFileSync(
    join(source, 'package.json'),
    JSON.stringify({
      name: 'greeting',
      version: '1.0.0',
      scripts: { install: `touch ${join(directory, 'script-has-run')}` },
    }),
  )
  execFileSync('npm', ['pack', '--silent'], { cwd: source })
  return readFileSync(join(source, 'greeting-1.0.0.tgz'))
}

function describePackage(): object {
  const dist = { tarball: `${origin()}/greeting-1.0.0.tgz` }
  return {
    name: 'greeting',
    'dist-tags': { latest: '1.0.0' },
    versions: {
      '1.0.0': { name: 'greeting', version: '1.0.0', hasInstallScript: true, dist },
    },
  }
}

async function installed(name: string, version: string, buildMs = 1): Promise<Installation> {
  for (;;) {
    const installation = packages.install([{ name, version }], buildMs)
    if (installation.at !== 'installing') return installation
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

test('are installed once, without their scripts, and loaded by the Actions that name them', async () => {
  const installation = await installed('greeting', '1.0.0')
  if (installation.at !== 'installed') throw new Error(JSON.stringify(installation))
  const result = await runner.run({
    entrypoint: 'onExecutePostLogin',
    actions: [
      {
        name: 'Greeter',
        code: `const greet = require('greeting')
          exports.onExecutePostLogin = async () => console.log(greet('Ada'))`,
        secrets: {},
        packages: installation.directory,
      },
    ],
    event: {},
    settings: ALL_ON,
  })
  expect([result.reason, result.logs[0]?.lines]).toEqual([undefined, ['hello Ada']])
  expect(readdirSync(directory)).not.toContain('script-has-run')
  expect(packages.install([{ name: 'greeting', version: '1.0.0' }], 2).at).toBe('installed')
})

// prettier-ignore
test.each<[name: string, version: string, reason: RegExp]>([
  ['greetings', '1.0.0', /^The registry has no such package: .*greetings@1\.0\.0/],
  ['greeting',  '9.9.9', /^The registry has no such package: .*greeting@9\.9\.9/],
])('%s@%s fails the build', async (name, version, reason) => {
  expect(await installed(name, version)).toEqual({ at: 'failed', reason: expect.stringMatching(reason) as unknown })
})

test('without a network fail the build in clear words, and a later build tries again', async () => {
  const own = process.env['npm_config_registry']
  process.env['npm_config_registry'] = 'http://127.0.0.1:9'
  const failed = await installed('greeting', 'latest')
  process.env['npm_config_registry'] = own
  expect([
    failed,
    (await installed('greeting', 'latest')).at,
    (await installed('greeting', 'latest', 2)).at,
  ]).toEqual([
    {
      at: 'failed',
      reason: 'The packages cannot be installed: the npm registry cannot be reached (ECONNREFUSED)',
    },
    'failed',
    'installed',
  ])
})
