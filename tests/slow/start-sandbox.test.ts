// What `startSandbox` gives to a test suite, this one among them.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import {
  startSandbox,
  type Sandbox,
  type SandboxOptions,
} from '../../sandbox/tenant/start-sandbox.ts'
import { newOidcBrowser } from '../support/oidc-browser.ts'
import { managementRequest, type ManagementRequest } from '../support/sandbox-request.ts'

const CALLBACK = 'http://localhost:3999/callback'
const CONNECTION = 'Username-Password-Authentication'
const START = '2026-03-01T12:00:00.000Z'

/** Counts its runs in its module and in its cache. */
const COUNTER = `
  let runs = 0
  exports.onExecutePostLogin = async (event, api) => {
    const cached = Number(api.cache.get('runs')?.value ?? 0) + 1
    api.cache.set('runs', String(cached))
    console.log(runs += 1, cached)
  }`

const SEED = {
  clients: [
    {
      client_id: 'web',
      client_secret: 'web secret',
      name: 'Web',
      app_type: 'regular_web',
      callbacks: [CALLBACK],
      grant_types: ['authorization_code'],
    },
  ],
  users: [
    {
      connection: CONNECTION,
      user_id: 'ada',
      email: 'ada@example.com',
      password: 'correct horse',
      authentication_methods: [{ type: 'totp', totp_secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' }],
    },
  ],
  actions: [{ name: 'Counter', code: COUNTER, bound: true }],
}

const started: Sandbox[] = []
afterAll(() => Promise.all(started.map((sandbox) => sandbox.close())))

async function start(options: SandboxOptions): Promise<Sandbox> {
  const sandbox = await startSandbox(options)
  started.push(sandbox)
  return sandbox
}

function management(sandbox: Sandbox): Promise<ManagementRequest> {
  return managementRequest({ ...sandbox, ...sandbox.managementCredentials })
}

let sandbox: Sandbox
let request: ManagementRequest
let browser: ReturnType<typeof newOidcBrowser>
beforeAll(async () => {
  sandbox = await start({ seed: SEED, clock: START })
  request = await management(sandbox)
  browser = newOidcBrowser(sandbox)
})

const address = (more = ''): string =>
  `/authorize?response_type=code&client_id=web&scope=openid&redirect_uri=${CALLBACK}${more}`

async function logIn(): Promise<unknown> {
  const page = await browser.open(address())
  return page.at === 'page'
    ? browser.submit(page, { username: 'ada@example.com', password: 'correct horse' })
    : page
}

/** @returns what a request without pages comes to in the browser */
async function silently(): Promise<string> {
  const stop = await browser.open(address('&prompt=none'))
  return stop.at === 'page' ? stop.title : (stop.response['error'] ?? 'logged in')
}

async function bodyOf(line: string): Promise<unknown> {
  return (await request(line)).body
}

const typesOfLog = async (): Promise<unknown> =>
  ((await bodyOf('GET /logs?per_page=100')) as { type: string }[]).map(({ type }) => type)

const countsOfAction = async (): Promise<unknown> => {
  const result = await sandbox.control('POST', '/triggers/post-login/run', { event: {} })
  return (result as { logs: unknown }).logs
}

const hourOfClock = async (): Promise<string> =>
  (await sandbox.clock.now()).toISOString().slice(0, 13)

// prettier-ignore
const CHANGES: readonly [what: string, change: () => Promise<unknown>, look: () => Promise<unknown>][] = [
  ['a new user',             () => request('POST /users', { connection: CONNECTION, email: 'bob@example.com' }),  sandboxUsers],
  ['a user who is gone',     () => request('DELETE /users/auth0|ada'),                       sandboxUsers],
  ['a new factor',           () => request('POST /users/auth0|ada/authentication-methods', { type: 'totp' }),     sandboxUsers],
  ['a new application',      () => request('POST /clients', { name: 'Other' }),              () => bodyOf('GET /clients?fields=name')],
  ['an application that is gone', () => request('DELETE /clients/web'),                      () => bodyOf('GET /clients?fields=name')],
  ['a setting',              () => request('PATCH /tenants/settings', { friendly_name: 'Other' }), () => bodyOf('GET /tenants/settings')],
  ['bindings of Actions',    () => request('PATCH /actions/triggers/post-login/bindings', { bindings: [] }), () => bodyOf('GET /actions/triggers/post-login/bindings')],
  ['sessions',               logIn,                                                          silently],
  ['the log',                logIn,                                                          typesOfLog],
  ['runs of Actions',        logIn,                                                          async () => (await sandbox.executions()).length],
  ['what an Action keeps',   countsOfAction,                                                 countsOfAction],
  ['the clock',              () => sandbox.clock.advance(86_400),                            hourOfClock],
  ['faults',                 () => sandbox.faults.add({ faults: [{ path: '/api/v2/*', fault: { kind: 'status', status: 503 } }] }), async () => (await request('GET /clients')).status],
  ['the requests seen',      () => request('GET /clients'),                                  () => sandbox.control('GET', '/requests')],
]

function sandboxUsers(): Promise<unknown> {
  return sandbox
    .users()
    .then((users) => users.map(({ email, factors }) => ({ email, factors: factors.length })))
}

test.each(CHANGES)('a reset takes back %s', async (_what, change, look) => {
  await sandbox.reset()
  const before = await look()
  await change()
  const changed = await look()
  await sandbox.reset()
  expect(changed).not.toEqual(before)
  expect(await look()).toEqual(before)
})

test('a reset leaves the credentials, the keys and the address as they are', async () => {
  const before = await bodyOf('GET /clients?fields=client_id')
  const keys = await (await sandbox.fetch('/.well-known/jwks.json')).json()
  await sandbox.reset()
  expect(await bodyOf('GET /clients?fields=client_id')).toEqual(before)
  expect(await (await sandbox.fetch('/.well-known/jwks.json')).json()).toEqual(keys)
})

test('the one-time password of a user is the one of the tenant’s clock', async () => {
  await sandbox.reset()
  const [ada] = await sandbox.users()
  expect(ada).toEqual({
    user_id: 'auth0|ada',
    email: 'ada@example.com',
    isBlocked: false,
    factors: [{ type: 'totp', code: '582825' }],
  })
})

test('the clock is set to a time that is yet to come, and to no other', async () => {
  await sandbox.reset()
  await sandbox.clock.set('2026-03-02T00:00:00Z')
  expect(await hourOfClock()).toBe('2026-03-02T00')
  await expect(sandbox.clock.set(new Date(START))).rejects.toThrow(
    'The clock goes forward only; a reset takes it back.',
  )
})

test('nothing has been sent yet', async () => {
  expect(await sandbox.inbox()).toEqual([])
})

test('two sandboxes side by side know nothing of each other', async () => {
  const other = await start({ seed: { users: [] } })
  await sandbox.reset()
  await other.clock.advance(86_400)
  await other.faults.add({ faults: [{ fault: { kind: 'drop' } }] })
  expect(other.domain).not.toBe(sandbox.domain)
  expect(await hourOfClock()).toBe('2026-03-01T12')
  expect(await bodyOf('GET /users?fields=email')).toEqual([{ email: 'ada@example.com' }])
  expect(await other.users()).toEqual([])
})

test('a close leaves no process, no address and no file', async () => {
  const closed = await startSandbox({ seed: SEED })
  const { pid } = closed.process
  await closed.executions()
  const children = childrenOf(pid)
  await closed.close()
  await closed.close()
  expect(children.length).toBeGreaterThan(0)
  expect([pid, ...children].filter(isRunning)).toEqual([])
  expect(existsSync(closed.certificate)).toBe(false)
  await expect(fetch(closed.issuer)).rejects.toThrow('fetch failed')
})

function childrenOf(pid: number | undefined): number[] {
  const listed = execFileSync('ps', ['-A', '-o', 'pid=,ppid=']).toString().trim().split('\n')
  return listed.flatMap((line) => {
    const [child, parent] = line.trim().split(/\s+/).map(Number)
    return parent === pid && child !== undefined ? [child] : []
  })
}

/** One that has ended and waits for somebody to ask is not. */
function isRunning(pid: number | undefined): boolean {
  const listed = execFileSync('ps', ['-A', '-o', 'pid=,stat=']).toString().trim().split('\n')
  return listed.some((line) => {
    const [one, state] = line.trim().split(/\s+/)
    return Number(one) === pid && state?.startsWith('Z') === false
  })
}

// prettier-ignore
test.each<[name: string, options: () => SandboxOptions, words: string]>([
  ['a seed with several mistakes', () => ({ seed: { users: [{ email: 7 }], clients: [{ name: 'A', callbacks: 7 }, {}] } }),
    "sandbox: seed.clients[0].callbacks: Payload validation error: 'Expected type array but found type number' on property callbacks.\n" +
    "sandbox: seed.clients[1].name: Payload validation error: 'Missing required property: name'.\n" +
    "sandbox: seed.users[0].connection: Payload validation error: 'Missing required property: connection'.\n" +
    "sandbox: seed.users[0].email: Payload validation error: 'Expected type string but found type number' on property email."],
  ['a seed that is not there',     () => ({ seed: 'none.yaml' }), 'sandbox: cannot read the seed `none.yaml`'],
  ['a port in use',                () => ({ port: Number(sandbox.domain.split(':')[1]) }),
    'sandbox: port PORT is in use by another process: choose another by `--port`'],
  ['a time without a zone',        () => ({ clock: '2026-03-01T12:00' }),
    'sandbox: `2026-03-01T12:00` is not a time: write `--clock` such as 2026-03-01T12:00:00Z'],
])('%s is told', async (_name, options, words) => {
  const message = await startSandbox(options()).then(
    () => 'it has started',
    (error: unknown) => (error as Error).message,
  )
  expect(message).toBe(words.replace('PORT', sandbox.domain.split(':')[1] ?? ''))
})

test('it tells what has no effect, of the seed and of what is written later, and nothing else', async () => {
  const told: string[] = []
  const sandbox = await start({
    seed: {
      tenant: { session_cookie: { mode: 'non-persistent' } },
      actions: [{ name: 'Chatty', code: CHATTY, bound: true }],
    },
    tell: (line) => void told.push(line),
  })
  const request = await management(sandbox)
  await sandbox.control('POST', '/triggers/post-login/run', { event: {} })
  await request('POST /clients', { name: 'Other', sso: true })
  expect(told).toEqual([
    'sandbox: kept without effect (tenant): session_cookie',
    'sandbox: kept without effect (client): sso',
  ])
})

const CHATTY = "exports.onExecutePostLogin = async () => console.log('Error: none')"
