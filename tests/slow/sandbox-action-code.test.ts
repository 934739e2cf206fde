import { newActionRunner } from '../../sandbox/tenant/action-runtime/action-runner.ts'
import type { TriggerResult } from '../../sandbox/tenant/action-runtime/messages.ts'
import { ALL_ON, run, runCode, runner } from '../support/action-runs.ts'

const hasty = newActionRunner({ limitMs: 800 })
afterAll(() => Promise.all([runner.close(), hasty.close()]))

const NOON_MS = Date.parse('2031-05-06T12:00:00Z')

/** Runs an Action of this code at a time of the tenant; one and the same instance for the same code. */
function resultAt(nowMs: number, code: string, event: object = {}): Promise<TriggerResult> {
  return runner.run({
    entrypoint: 'onExecutePostLogin',
    actions: [{ versionId: code, name: 'Timed', code, secrets: {} }],
    event: { ...event },
    settings: ALL_ON,
    nowMs,
  })
}

async function linesAt(nowMs: number, code: string, event?: object): Promise<readonly string[]> {
  return (await resultAt(nowMs, code, event)).logs.flatMap(({ lines }) => lines)
}

describe('the code of an Action', () => {
  const signature =
    'Invalid function signature for the "onExecutePostLogin" handler. Use "exports.onExecutePostLogin = async function(event, api) { }"'

  // prettier-ignore
  test.each<[name: string, code: string, reason: string]>([
    ['a function that is not async',     'exports.onExecutePostLogin = () => Promise.resolve()', signature],
    ['no handler',                       'exports.other = async () => {}',                      signature],
    ['an export that is no object',      'module.exports = 7',                                  signature],
    ['an ES module',                     'export const onExecutePostLogin = async () => {}',    "Unexpected token 'export'"],
    ['a syntax error',                   'exports.onExecutePostLogin = async (',                'Unexpected end of input'],
    ['an error while it loads',          'throw new Error("not ready")',                        'not ready'],
    ['a package that is not there',      'require("left-pad")',                                 "Cannot find module 'left-pad'\nRequire stack:\n- /action/Action 1.js"],
  ])('%s ends the login', async (_name, code, reason) => {
    expect(await runCode([code])).toMatchObject({ outcome: 'error', reason })
  })

  // prettier-ignore
  test.each<[name: string, body: string]>([
    ['an endless loop',              'for (;;);'],
    ['a promise that is never kept', 'await new Promise(() => {})'],
  ])('%s is ended at the limit', async (_name, body) => {
    expect(await run([body], { on: hasty })).toMatchObject({
      outcome: 'error',
      reason: 'The execution did not end within 0.8 seconds.',
    })
  })

  // prettier-ignore
  test.each<[value: string, reason: string]>([
    ['undefined',                                     'undefined'],
    ['null',                                          'null'],
    ['7n',                                            '7'],
    ['Symbol("s")',                                   'Symbol(s)'],
    ['{ message: "said" }',                           'said'],
    ['{ message: 7, toString: () => "printed" }',     'printed'],
    ['Object.create(null)',                           'The Action threw a value that cannot be printed.'],
    ['{ toString() { throw 1 } }',                    'The Action threw a value that cannot be printed.'],
    ['{ get message() { throw 1 } }',                 'The Action threw a value that cannot be printed.'],
    ['new Proxy({}, { get() { throw 1 } })',          'The Action threw a value that cannot be printed.'],
  ])('that throws (%s) ends the login with words', async (value, reason) => {
    expect(await run([`throw (${value})`], { on: hasty })).toMatchObject({ outcome: 'error', reason })
  })

  // prettier-ignore
  test.each<[name: string, code: string]>([
    ['exports.onExecutePostLogin',      'exports.onExecutePostLogin = async () => console.log("ran")'],
    ['module.exports',                  'module.exports = { onExecutePostLogin: async () => console.log("ran") }'],
    ['an async method',                 'module.exports = { async onExecutePostLogin() { console.log("ran") } }'],
    ['a core module',                   'exports.onExecutePostLogin = async () => console.log(require("node:util").format("%s", "ran"))'],
    ['an error that it catches itself', 'exports.onExecutePostLogin = async (event, api) => { try { api.accessToken.addScope("") } catch (e) { if (e instanceof Error) console.log("ran") } }'],
  ])('%s runs', async (_name, code) => {
    expect(await runCode([code])).toMatchObject({
      outcome: 'continue',
      logs: [{ action: 'Action 1', lines: ['ran'] }],
    })
  })

  test('its clock is that of the tenant, and goes on', async () => {
    const code = `exports.onExecutePostLogin = async () => {
      const before = Date.now()
      await new Promise((resolve) => setTimeout(resolve, 5))
      console.log(new Date(before).toISOString().slice(0, 10), new Date().toISOString().slice(0, 10),
        Date().slice(11, 15), Date.now() > before, new Date(0).getTime(), new Date() instanceof Date)
    }`
    expect(await linesAt(NOON_MS, code)).toEqual(['2031-05-06 2031-05-06 2031 true 0 true'])
  })

  test('its module-level code has the clock of the tenant too', async () => {
    const code = `const loaded = new Date().getFullYear()
      exports.onExecutePostLogin = async () => console.log(loaded)`
    expect(await linesAt(NOON_MS, code)).toEqual(['2031'])
  })

  test('what it keeps expires by the clock of the tenant', async () => {
    const code = `exports.onExecutePostLogin = async (event, api) => {
      if (event.isFirst) api.cache.set('key', 'value', { ttl: 60_000 })
      const { value, expires_at } = api.cache.get('key') ?? {}
      console.log(value, new Date(expires_at ?? 0).toISOString().slice(0, 16))
    }`
    expect([
      await linesAt(NOON_MS, code, { isFirst: true }),
      await linesAt(NOON_MS + 30_000, code),
      await linesAt(NOON_MS + 61_000, code),
    ]).toEqual([
      ['value 2031-05-06T12:01'],
      ['value 2031-05-06T12:01'],
      ['undefined 1970-01-01T00:00'],
    ])
  })

  test('what it signs expires by the clock of the tenant', async () => {
    const encode = `exports.onExecutePostLogin = async (event, api) => {
      console.log(api.redirect.encodeToken({ secret: 'hunter2', payload: {}, expiresInSeconds: 60 }))
    }`
    const validate = `exports.onExecutePostLogin = async (event, api) => {
      const { iat, exp } = api.redirect.validateToken({ secret: 'hunter2' })
      console.log(new Date(iat * 1_000).toISOString().slice(0, 16), exp - iat)
    }`
    const [session_token] = await linesAt(NOON_MS, encode)
    const event = { request: { query: { session_token } } }
    expect(await linesAt(NOON_MS + 30_000, validate, event)).toEqual(['2031-05-06T12:00 60'])
    expect(await resultAt(NOON_MS + 61_000, validate, event)).toMatchObject({
      outcome: 'error',
      reason: 'The session token is invalid: jwt expired',
    })
  })

  test('sees its own secrets and no others', async () => {
    const code = 'exports.onExecutePostLogin = async (event) => console.log(event.secrets.KEY)'
    const { logs } = await runner.run({
      entrypoint: 'onExecutePostLogin',
      actions: [
        { versionId: 'with', name: 'With', code, secrets: { KEY: 'hunter2' } },
        { versionId: 'without', name: 'Without', code, secrets: {} },
      ],
      event: {},
      settings: ALL_ON,
    })
    expect(logs).toEqual([
      { action: 'With', lines: ['hunter2'] },
      { action: 'Without', lines: ['undefined'] },
    ])
  })
})

test('a draft is loaded for one execution, and then forgotten', async () => {
  const code = `let count = 0
    exports.onExecutePostLogin = async () => console.log(++count, typeof leak)
    globalThis.leak = 1`
  for (let i = 0; i < 3; i++) {
    const { logs } = await runner.run({
      entrypoint: 'onExecutePostLogin',
      actions: [{ name: 'Draft', code, secrets: {} }],
      event: {},
      settings: ALL_ON,
    })
    expect(logs).toEqual([{ action: 'Draft', lines: ['1 number'] }])
  }
})

describe('as in plain Node', () => {
  // prettier-ignore
  test.each<[name: string, expression: string, printed: string]>([
    ['the version',               `process.version.split('.')[0]`,                           'v22'],
    ['one realm',                 `[Buffer.from('a') instanceof Uint8Array, Array.isArray(JSON.parse('[]')), new URL('a:b') instanceof URL, structuredClone(new Error('e')) instanceof Error].join()`, 'true,true,true,true'],
    ['the globals',               `['ReadableStream', 'DOMException', 'navigator', 'WebSocket', 'CompressionStream', 'crypto', 'fetch'].map((name) => typeof globalThis[name]).join()`, 'function,function,object,function,function,object,function'],
    ['a module\'s own names',     `[typeof require, typeof module, typeof exports, __filename].join()`, 'function,object,object,/action/Action 1.js'],
    ['no file can be written',    `(() => { try { require('fs').writeFileSync('/tmp/x', '') } catch (e) { return e.code } })()`, 'ERR_ACCESS_DENIED'],
    ['no file can be read',       `(() => { try { return require('fs').readFileSync('/etc/hostname') } catch (e) { return e.code } })()`, 'ERR_ACCESS_DENIED'],
    ['no process can be started', `(() => { try { require('child_process').execSync('ls') } catch (e) { return e.code } })()`, 'ERR_ACCESS_DENIED'],
    ['no thread can be started',  `(() => { try { new (require('worker_threads').Worker)('0', { eval: true }) } catch (e) { return e.message } })()`, 'An Action cannot start threads.'],
    ['a signature',               `await crypto.subtle.sign('HMAC', await crypto.subtle.importKey('raw', Buffer.from('k'), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']), Buffer.from('m')).then((b) => b.byteLength)`, '32'],
  ])('%s', async (_name, expression, printed) => {
    const { logs, reason } = await run([`console.log(${expression})`])
    expect([reason, logs[0]?.lines]).toEqual([undefined, [printed]])
  })
})

test('the cache is one for all Actions of a trigger, for a quarter of an hour', async () => {
  const set = `exports.onExecutePostLogin = async (event, api) => api.cache.set('shared', 'value')`
  const get = `exports.onExecutePostLogin = async (event, api) => console.log(api.cache.get('shared')?.value)`
  await resultAt(NOON_MS, set)
  expect([await linesAt(NOON_MS + 899_000, get), await linesAt(NOON_MS + 901_000, get)]).toEqual([
    ['value'],
    ['undefined'],
  ])
})

describe('isolation', () => {
  test('what one Action does to its globals and its event, the next does not see', async () => {
    const { logs } = await run(
      [
        `Object.prototype.polluted = 1; globalThis.leak = 1; event.user.name = 'changed'`,
        `console.log({}.polluted, typeof leak, event.user.name)`,
      ],
      { event: { user: { name: 'original' } } },
    )
    expect(logs[1]?.lines).toEqual(['undefined undefined original'])
  })

  test('module-level code runs once and its state stays for the next login', async () => {
    const counting = {
      versionId: 'counting',
      name: 'Counting',
      code: 'let count = 0; exports.onExecutePostLogin = async () => console.log(++count)',
      secrets: {},
    }
    const login = (): Promise<TriggerResult> =>
      runner.run({
        entrypoint: 'onExecutePostLogin',
        actions: [counting],
        event: {},
        settings: ALL_ON,
      })
    const first = await login()
    const second = await login()
    expect([first.logs[0]?.lines, second.logs[0]?.lines]).toEqual([['1'], ['2']])
  })

  test('the environment of the process is out of reach', async () => {
    const { logs } = await run([`console.log(process.env.PATH, require('node:process').env.PATH)`])
    expect(logs[0]?.lines).toEqual(['undefined undefined'])
  })

  test('an endless loop does not hold up the logins after it', async () => {
    const [stuck, next] = await Promise.all([
      run(['for (;;);'], { on: hasty }),
      run([`console.log('ran')`], { on: hasty }),
    ])
    expect([stuck.outcome, next.outcome]).toEqual(['error', 'continue'])
  })

  // prettier-ignore
  test.each<[name: string, left: string, outcomes: string[]]>([
    ['the end of its process', `require('node:process').exit()`, ['continue', 'continue', 'continue']],
    ['an endless loop',        'for (;;);',                      ['continue', 'error',    'continue']],
  ])('%s that an Action has left for later does not hold up the logins for ever', async (_name, left, outcomes) => {
    const action = {
      versionId: left,
      name: 'Careless',
      code: `exports.onExecutePostLogin = async (event) => {
        if (event.isFirst) setTimeout(() => { ${left} }, 20)
      }`,
      secrets: {},
    }
    const login = (isFirst: boolean): Promise<TriggerResult> =>
      hasty.run({ entrypoint: 'onExecutePostLogin', actions: [action], event: { isFirst }, settings: ALL_ON })
    const first = await login(true)
    await new Promise((resolve) => setTimeout(resolve, 300))
    const second = await login(false)
    const third = await login(false)
    expect([first, second, third].map(({ outcome }) => outcome)).toEqual(outcomes)
  })
})

test('the log of an Action is cut to 256 characters in all', async () => {
  const { logs } = await run([
    `console.log('a'.repeat(200)); console.error('b'.repeat(200)); console.log('c')`,
  ])
  expect(logs).toEqual([{ action: 'Action 1', lines: ['a'.repeat(200), 'b'.repeat(56)] }])
})
