// One import by the real auth0-deploy-cli: what it asks for, the emulated tenant has.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startSandbox, type Sandbox } from '../support/sandbox.ts'

const CLI = join(__dirname, '../../node_modules/auth0-deploy-cli/lib/index.js')
const TENANT = `
resourceServers:
  - name: Banking
    identifier: https://api.fabrikam.example/banking
    scopes: [{ value: 'transfer:funds', description: Move money }]
guardianFactors:
  - { name: otp, enabled: true }
actions:
  - name: Guard
    code: ./guard.js
    deployed: true
    runtime: node22
    supported_triggers: [{ id: post-login, version: v3 }]
triggers:
  post-login:
    - { action_name: Guard, display_name: Guard }
`

let sandbox: Sandbox
let directory: string
beforeAll(async () => {
  sandbox = await startSandbox()
  directory = mkdtempSync(join(tmpdir(), 'sandbox-'))
}, 30_000)
afterAll(async () => {
  await sandbox.stop()
  rmSync(directory, { recursive: true, force: true })
})

test('a tenant.yaml of Action, binding, resource server and factor arrives', async () => {
  const types = ['actions', 'triggers', 'resourceServers', 'guardianFactors']
  writeFileSync(join(directory, 'tenant.yaml'), TENANT)
  writeFileSync(
    join(directory, 'guard.js'),
    `exports.onExecutePostLogin = async (event, api) => { api.multifactor.enable('any') }`,
  )
  writeFileSync(
    join(directory, 'config.json'),
    JSON.stringify({ AUTH0_DOMAIN: sandbox.domain, AUTH0_INCLUDED_ONLY: types }),
  )
  await promisify(execFile)(
    process.execPath,
    [CLI, 'import', '-c', 'config.json', '-i', 'tenant.yaml'],
    {
      cwd: directory,
      env: {
        PATH: process.env['PATH'],
        NODE_EXTRA_CA_CERTS: sandbox.certificate,
        AUTH0_CLIENT_ID: sandbox.clientId,
        AUTH0_CLIENT_SECRET: sandbox.clientSecret,
      },
    },
  )
  const writes = (await sandbox.control.requests()).filter(({ method }) => method !== 'GET')
  expect(writes.map(({ method, path, status }) => `${method} ${path} ${status}`)).toEqual([
    'POST /api/v2/resource-servers 201',
    'PUT /api/v2/guardian/factors/otp 200',
    'POST /api/v2/actions/actions 201',
    expect.stringMatching(/^POST \/api\/v2\/actions\/actions\/[\w-]+\/deploy 200$/) as string,
    'PATCH /api/v2/actions/triggers/post-login/bindings 200',
  ])
  expect(await sandbox.control.run({})).toMatchObject({
    outcome: 'challenge',
    commands: [{ action: 'Guard', command: 'api.multifactor.enable', arguments: ['any'] }],
  })
}, 120_000)
