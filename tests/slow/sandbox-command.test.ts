// `npm run sandbox`, as somebody at a terminal runs it.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Agent, fetch } from 'undici'
import { freePort } from '../support/free-port.ts'
import { TYPESCRIPT } from '../support/typescript.ts'

const MAIN = join(__dirname, '../../sandbox/tenant/main.ts')

interface Run {
  readonly child: ChildProcess
  readonly output: { stdout: string; stderr: string }
  /** waits until stderr holds this, and forgets what came before it */
  said(words: string): Promise<void>
  page(): Promise<string>
  ended(): Promise<number | null>
}

const folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
const certificate = join(folder, 'auth0-sandbox/certificate.pem')
const seed = join(folder, 'seed.yaml')
const code = join(folder, 'greet.js')
const running: ChildProcess[] = []
afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

function run(...flags: readonly string[]): Run {
  const child = spawn(process.execPath, [...TYPESCRIPT, MAIN, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, XDG_STATE_HOME: folder },
  })
  running.push(child)
  const output = { stdout: '', stderr: '' }
  let unread = ''
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => {
    output.stderr += chunk.toString()
    unread += chunk.toString()
    child.emit('said')
  })
  const closed = once(child, 'close') as Promise<[number | null]>
  return {
    child,
    output,
    said: async (words) => {
      while (!unread.includes(words)) await once(child, 'said')
      unread = unread.slice(unread.indexOf(words) + words.length)
    },
    page: async () => {
      const { issuer } = JSON.parse(output.stdout) as { issuer: string }
      const dispatcher = new Agent({ connect: { ca: readFileSync(certificate) } })
      const response = await fetch(issuer, { dispatcher })
      const text = await response.text()
      await dispatcher.destroy()
      return text
    },
    ended: async () => (await closed)[0],
  }
}

const user = (email: string): string => `
users: [{ connection: Username-Password-Authentication, email: ${email}, password: correct horse,
          authentication_methods: [{ type: totp, totp_secret: JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP }] }]
clients: [{ client_id: web, name: Web app }]
actions: [{ name: Greet, code: ./greet.js, bound: true }]
`

describe('a sandbox with a seed that is watched', () => {
  let port: number
  let sandbox: Run
  let kept: string
  beforeAll(async () => {
    port = await freePort()
    writeFileSync(code, 'exports.onExecutePostLogin = async () => {}')
    writeFileSync(seed, user('ada@example.com'))
    const clock = '2026-03-01T12:00:00Z'
    sandbox = run('--port', String(port), '--seed', seed, '--watch', '--clock', clock)
    await sandbox.said('password correct horse\n')
    while (sandbox.output.stdout === '') await once(sandbox.child.stdout ?? sandbox.child, 'data')
    kept = readFileSync(certificate, 'utf8')
  })

  test('prints one line for programs, and the rest for people', () => {
    const ready = JSON.parse(sandbox.output.stdout) as Record<string, string>
    const { clientId = '', clientSecret = '', ...rest } = ready
    expect(sandbox.output.stdout.split('\n')).toHaveLength(2)
    expect(rest).toEqual({
      domain: `localhost:${port}`,
      issuer: `https://localhost:${port}/`,
      certificate,
    })
    expect(sandbox.output.stderr.replaceAll(/oidc-provider WARNING.*\n/g, '')).toBe(
      [
        'sandbox: an emulated tenant, for development only',
        `  issuer          https://localhost:${port}/`,
        '                  in a browser a page: users, one-time codes, applications, the last logins',
        `  certificate     ${certificate}`,
        '                  self-signed: a browser asks once, Node trusts it by NODE_EXTRA_CA_CERTS',
        `  Management API  client id ${clientId}`,
        `                  client secret ${clientSecret}`,
        '  users           ada@example.com  password correct horse',
        '',
      ].join('\n'),
    )
  })

  test('shows at / the users with their codes, the applications and the Actions, and no secret', async () => {
    const page = await sandbox.page()
    expect(page).toContain('2026-03-01 12:00')
    for (const words of ['ada@example.com', 'Web app', 'Greet', '>582825<']) {
      expect(page).toContain(words)
    }
    const { clientSecret } = JSON.parse(sandbox.output.stdout) as { clientSecret: string }
    for (const secret of [clientSecret, 'JBSWY3DPEHPK3PXP', 'correct horse']) {
      expect(page).not.toContain(secret)
    }
  })

  test('begins anew when the seed is saved', async () => {
    writeFileSync(seed, user('bob@example.com'))
    await sandbox.said('sandbox: seed.yaml changed: the tenant has begun anew\n')
    const page = await sandbox.page()
    expect([page.includes('bob@example.com'), page.includes('ada@example.com')]).toEqual([
      true,
      false,
    ])
  })

  test('begins anew when the code of an Action is saved', async () => {
    writeFileSync(code, 'exports.onExecutePostLogin = async () => console.log(1)')
    await sandbox.said('sandbox: greet.js changed: the tenant has begun anew\n')
    expect(await sandbox.page()).toContain('Greet')
  })

  test('goes on as it was while the seed has mistakes', async () => {
    writeFileSync(seed, 'users: 7\nactoins: []\n')
    await sandbox.said(
      [
        `sandbox: ${seed}:1:8: expected lists of entities in the shape of Management API bodies`,
        `sandbox: ${seed}:2:10: unknown key \`actoins\``,
        'sandbox: seed.yaml changed: the tenant goes on as it was, until the mistakes are mended',
        '',
      ].join('\n'),
    )
    expect(await sandbox.page()).toContain('bob@example.com')
    writeFileSync(seed, user('eve@example.com'))
    await sandbox.said('begun anew')
    expect(await sandbox.page()).toContain('eve@example.com')
  })

  test('has no endpoints for tests, unless they are asked for', async () => {
    const dispatcher = new Agent({ connect: { ca: readFileSync(certificate) } })
    const { issuer } = JSON.parse(sandbox.output.stdout) as { issuer: string }
    const { status } = await fetch(`${issuer}sandbox/users`, { dispatcher })
    await dispatcher.destroy()
    expect(status).toBe(404)
  })

  test('another on the same port says so', async () => {
    const other = run('--port', String(port))
    expect(await other.ended()).toBe(1)
    expect(other.output.stdout).toBe('')
    expect(other.output.stderr).toContain(
      `sandbox: port ${port} is in use by another process: choose another by \`--port\`\n`,
    )
  })

  test('ends with Ctrl-C, and keeps its certificate for the next', async () => {
    sandbox.child.kill('SIGINT')
    expect(await sandbox.ended()).toBe(0)
    expect(sandbox.output.stdout.split('\n')).toHaveLength(2)
    expect(readFileSync(certificate, 'utf8')).toBe(kept)
  })
})

// prettier-ignore
test.each<[name: string, flags: string[], line: string]>([
  ['a port that is none',         ['--port', 'x'],                          '`x` is not a port: give `--port` a number from 0 to 65535'],
  ['a port that is empty',        ['--port', ''],                           '`` is not a port: give `--port` a number from 0 to 65535'],
  ['a flag that there is not',    ['--sed', 'x'],                           'Unknown option `--sed`; did you mean `--seed`?'],
  ['a flag like no other',        ['--upside-down'],                        'Unknown option `--upside-down`; see `--help`'],
  ['a seed that is not there',    ['--seed', 'none.yaml'],                  'cannot read the seed `none.yaml`'],
  ['nothing to watch',            ['--watch'],                              '`--watch` needs a file to watch: name it by `--seed FILE`'],
  ['to watch and to keep',        ['--watch', '--seed', 'a', '--state', 'b'], '`--watch` fills the tenant anew, `--state` keeps what is in it: leave one of them out'],
  ['a state that is a file',      ['--state', 'package.json'],              `this machine refuses it: EEXIST: file already exists, mkdir '${process.cwd()}/package.json'`],
  ['a day that there is not',     ['--clock', '2026-02-30T12:00Z'],         '`2026-02-30T12:00Z` is not a time: write `--clock` such as 2026-03-01T12:00:00Z'],
  ['a time that is none',         ['--clock', 'noon'],                      '`noon` is not a time: write `--clock` such as 2026-03-01T12:00:00Z'],
])('%s is one line', async (_name, flags, line) => {
  const failed = run('--port', '0', ...flags)
  expect(await failed.ended()).toBe(1)
  expect(failed.output.stdout).toBe('')
  expect(failed.output.stderr.replaceAll(/oidc-provider WARNING.*\n/g, '')).toBe(
    `sandbox: ${line}\n`,
  )
})
