// The sandbox as a process: its one line, its state, its end, and what it says when it cannot start.
import { spawn } from 'node:child_process'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { managementRequest } from '../support/sandbox-request.ts'
import { startSandbox, type Sandbox, type SandboxOptions } from '../support/sandbox.ts'
import { TYPESCRIPT } from '../support/typescript.ts'

const PROJECT = join(__dirname, '../..')
const MAIN = join(PROJECT, 'sandbox/tenant/main.ts')

jest.setTimeout(30_000)

let directory: string
let started: Sandbox[]
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sandbox-'))
  started = []
})
afterEach(async () => {
  await Promise.all(started.map((sandbox) => sandbox.stop()))
  rmSync(directory, { recursive: true, force: true })
})

async function start(options: SandboxOptions = { state: directory }): Promise<Sandbox> {
  const sandbox = await startSandbox(options)
  started.push(sandbox)
  return sandbox
}

interface Ending {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the sandbox to its end. Its stdin is closed, so a start that succeeds ends at once. */
async function runSandbox(...flags: readonly string[]): Promise<Ending> {
  const child = spawn(process.execPath, [...TYPESCRIPT, MAIN, '--port', '0', ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr: stderr.replaceAll(directory, 'DIR') }
}

async function kill({ process: child }: Sandbox): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

test('prints one line of JSON, and ends with its stdin', async () => {
  const { code, stdout, stderr } = await runSandbox('--state', directory, '--while-stdin-open')
  expect(stdout).toMatch(
    /^\{"domain":"localhost:(\d+)","issuer":"https:\/\/localhost:\1\/","certificate":"[^"]+\/certificate\.pem","clientId":"\w+","clientSecret":"\w+"\}\n$/,
  )
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: 'sandbox: an emulated tenant, for development only\n',
  })
})

test('the state is for its owner alone, and the private key of the certificate is not kept', async () => {
  const sandbox = await start()
  await sandbox.stop()
  expect(statSync(join(directory, 'state.json')).mode & 0o777).toBe(0o600)
  const files = readdirSync(directory)
  expect(files).toEqual(['certificate.pem', 'state.json'])
  const state = JSON.parse(readFileSync(join(directory, 'state.json'), 'utf8')) as {
    signingKey: string
  }
  const certificate = readFileSync(join(directory, 'certificate.pem'), 'utf8')
  const isItsKey = new X509Certificate(certificate).checkPrivateKey(
    createPrivateKey(state.signingKey),
  )
  const withoutSigningKey = JSON.stringify({ ...state, signingKey: '' }) + certificate
  expect(isItsKey).toBe(false)
  expect(withoutSigningKey).not.toContain('PRIVATE KEY')
})

test('without the flag there are no endpoints under /sandbox', async () => {
  const sandbox = await start({ control: false })
  const response = await sandbox.fetch('/sandbox/requests')
  expect(response.status).toBe(404)
})

test('a second start goes on with the client and the Actions of the first', async () => {
  const first = await start({ state: directory, seed: SEED })
  await first.stop()
  const second = await start()
  const { logs } = await second.control.run({})
  expect([second.clientId, second.clientSecret]).toEqual([first.clientId, first.clientSecret])
  expect(logs).toEqual([
    { action: 'First', lines: ['first'] },
    { action: 'Second', lines: ['second'] },
  ])
})

test('a kill during writes loses nothing that was answered, and nothing is half there', async () => {
  const first = await start()
  const request = await managementRequest(first)
  const answered: string[] = []
  const writing = Promise.allSettled(
    Array.from({ length: 40 }, async (_, index) => {
      const identifier = `https://api${index}.example`
      const { status } = await request('POST /resource-servers', { identifier })
      if (status === 201) answered.push(identifier)
      if (answered.length === 10) await kill(first)
    }),
  )
  await writing
  const second = await start()
  const list = await (await managementRequest(second))('GET /resource-servers?per_page=100')
  const kept = (list.body as { identifier: string }[]).map(({ identifier }) => identifier)
  expect(answered.length).toBeGreaterThanOrEqual(10)
  expect(kept).toEqual(expect.arrayContaining(answered))
})

test('a state is used by one process; the lock of a dead one is taken over', async () => {
  const first = await start()
  const { code, stdout, stderr } = await runSandbox('--state', directory)
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: '',
    stderr: `sandbox: the state in \`DIR\` is in use by process ${first.process.pid}\n`,
  })
  await kill(first)
  expect((await start()).certificate).toBe(join(directory, 'certificate.pem'))
})

test('a port that is taken is one line', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  const ending = await runSandbox('--state', directory, '--port', String(port))
  taken.close()
  expect(ending).toEqual({
    code: 1,
    stdout: '',
    stderr: `sandbox: port ${port} is in use by another process: choose another by \`--port\`\n`,
  })
})

test('a seed with a mistake is one positioned line, and leaves no state behind', async () => {
  const seed = join(directory, 'seed.yaml')
  writeFileSync(seed, 'clients:\n  - name: Web\n    callbacks: no\n')
  const ending = await runSandbox('--state', directory, '--seed', seed)
  expect({ ...ending, state: existsSync(join(directory, 'state.json')) }).toEqual({
    code: 1,
    stdout: '',
    stderr: `sandbox: DIR/seed.yaml:3:16: Payload validation error: 'Expected type array but found type string' on property callbacks.\n`,
    state: false,
  })
})

const SEED = {
  tenant: { customize_mfa_in_postlogin_action: true },
  guardianFactors: [{ name: 'otp', enabled: true }],
  actions: ['First', 'Second'].map((name) => ({
    name,
    code: `exports.onExecutePostLogin = async () => console.log('${name.toLowerCase()}')`,
    bound: true,
  })),
}
