import {
  newActionRunner,
  type ActionRunner,
} from '../../sandbox/tenant/action-runtime/action-runner.ts'
import type { MfaSettings, TriggerResult } from '../../sandbox/tenant/action-runtime/messages.ts'

const runner = newActionRunner()
const hasty = newActionRunner(800)
afterAll(() => Promise.all([runner.close(), hasty.close()]))

const ALL_ON: MfaSettings = {
  enabledFactors: ['otp', 'sms', 'email', 'webauthn-roaming', 'recovery-code'],
  customizeMfaInPostLoginAction: true,
}

interface Given {
  readonly event?: Record<string, unknown>
  readonly settings?: MfaSettings
  readonly on?: ActionRunner
}

let loaded = 0

/** Runs Actions that consist of these handler bodies, in order. */
function run(bodies: readonly string[], given: Given = {}): Promise<TriggerResult> {
  return runCode(
    bodies.map((body) => `exports.onExecutePostLogin = async (event, api) => { ${body} }`),
    given,
  )
}

function runCode(
  codes: readonly string[],
  { event = {}, settings = ALL_ON, on = runner }: Given = {},
): Promise<TriggerResult> {
  const actions = codes.map((code, index) => {
    loaded += 1
    return { versionId: String(loaded), name: `Action ${index + 1}`, code, secrets: {} }
  })
  return on.run({ entrypoint: 'onExecutePostLogin', actions, event, settings })
}

const commandsOf = ({ commands }: TriggerResult): string[] =>
  commands.map(({ action, command }) => `${action}: ${command}`)

describe('how an execution ends', () => {
  const ENROLLED = { user: { enrolledFactors: [{ type: 'otp' }, { type: 'phone' }] } }
  const enable = `api.multifactor.enable('any')`
  const challenge = `api.authentication.challengeWith({ type: 'otp' })`
  const deny = `api.access.deny('not today')`

  // prettier-ignore
  test.each<[name: string, bodies: string[], outcome: string, commands: string[]]>([
    ['nothing is asked for',              [''],                      'continue',  []],
    ['a denial stops the next Action',    [deny, enable],            'denied',    ['Action 1: api.access.deny']],
    ['a denial lets its Action finish',   [`${deny}; ${enable}`],    'denied',    ['Action 1: api.access.deny', 'Action 1: api.multifactor.enable']],
    ['MFA waits for the end of the flow', [enable, ''],              'challenge', ['Action 1: api.multifactor.enable']],
    ['a later denial beats MFA',          [enable, deny],            'denied',    ['Action 1: api.multifactor.enable', 'Action 2: api.access.deny']],
    ['`none` takes MFA back',             [enable, `api.multifactor.enable('none')`], 'continue', ['Action 1: api.multifactor.enable', 'Action 2: api.multifactor.enable']],
    ['a challenge comes in its place',    [challenge, deny],         'challenge', ['Action 1: api.authentication.challengeWith']],
    ['an enrolment comes in its place',   [`api.authentication.enrollWithAny([{ type: 'webauthn-roaming' }])`, deny], 'challenge', ['Action 1: api.authentication.enrollWithAny']],
    ['a redirect stops the next Action',  [`api.redirect.sendUserTo('https://x.example')`, deny], 'redirect', ['Action 1: api.redirect.sendUserTo']],
    ['an error stops the next Action',    [`throw new Error('oops')`, deny], 'error', []],
  ])('%s', async (_name, bodies, outcome, commands) => {
    const result = await run(bodies, { event: ENROLLED })
    expect([result.outcome, commandsOf(result)]).toEqual([outcome, commands])
  })

  test('a command is recorded with its arguments', async () => {
    const { commands } = await run([
      `api.multifactor.enable('any', { allowRememberBrowser: false })`,
    ])
    expect(commands).toEqual([
      {
        action: 'Action 1',
        command: 'api.multifactor.enable',
        arguments: ['any', { allowRememberBrowser: false }],
      },
    ])
  })
})

describe('which MFA follows', () => {
  const user = { enrolledFactors: [{ type: 'otp' }, { type: 'webauthn-platform' }] }
  const any = `api.authentication.challengeWithAny([{ type: 'otp' }, { type: 'phone' }, { type: 'webauthn-platform' }])`
  const otp = `api.authentication.challengeWith({ type: 'otp' });`

  // prettier-ignore
  test.each<[name: string, body: string, given: Given, mfa: unknown]>([
    ['enable shows its options', `api.multifactor.enable('any', { allowRememberBrowser: true })`, {},
      { when: 'end-of-flow', provider: 'any', allowRememberBrowser: true }],
    ['enable does not remember by default', `api.multifactor.enable('any')`, {},
      { when: 'end-of-flow', provider: 'any', allowRememberBrowser: false }],
    ['only enrolled and enabled factors are left', any, { event: { user } },
      { when: 'in-place', action: 'Action 1', steps: [{ kind: 'challenge', factors: [{ type: 'otp' }] }] }],
    ['a verified address is an enrolled email factor', `api.authentication.challengeWith({ type: 'email' })`, { event: { user: { email_verified: true } } },
      { when: 'in-place', action: 'Action 1', steps: [{ kind: 'challenge', factors: [{ type: 'email' }] }] }],
    ['additional factors and options are kept', `api.authentication.challengeWith({ type: 'otp' }, { additionalFactors: [{ type: 'phone', options: { preferredMethod: 'sms' } }] })`,
      { event: { user: { enrolledFactors: [{ type: 'otp' }, { type: 'phone' }] } } },
      { when: 'in-place', action: 'Action 1', steps: [{ kind: 'challenge', factors: [{ type: 'otp' }, { type: 'phone', options: { preferredMethod: 'sms' } }] }] }],
    ['four commands are allowed', otp.repeat(4), { event: { user } },
      { when: 'in-place', action: 'Action 1', steps: Array.from({ length: 4 }, () => ({ kind: 'challenge', factors: [{ type: 'otp' }] })) }],
  ])('%s', async (_name, body, given, mfa) => {
    expect((await run([body], given)).mfa).toEqual(mfa)
  })

  // prettier-ignore
  test.each<[name: string, body: string, given: Given, reason: string]>([
    ['enable without any factor in the tenant', `api.multifactor.enable('any')`, { settings: { ...ALL_ON, enabledFactors: [] } },
      'No MFA factors enabled for enrollment'],
    ['a challenge without the tenant setting', any, { event: { user }, settings: { ...ALL_ON, customizeMfaInPostLoginAction: false } },
      'Customize MFA Factors using Actions is not enabled.'],
    ['a challenge with nothing enrolled', any, { event: { user: {} } },
      'None of the requested factors is enabled and usable.'],
    ['an enrolment of what is enrolled', `api.authentication.enrollWith({ type: 'otp' })`, { event: { user } },
      'None of the requested factors is enabled and usable.'],
    ['five commands', otp.repeat(5), { event: { user } },
      'A login flow can have at most 4 challenge and enroll commands.'],
  ])('%s ends the login', async (_name, body, given, reason) => {
    expect(await run([body], given)).toMatchObject({ outcome: 'error', reason })
  })
})

describe('what an Action may hand over', () => {
  // prettier-ignore
  test.each<[call: string, message: string]>([
    [`api.accessToken.setCustomClaim('scope', 'x')`,  'The "scope" claim cannot be set.'],
    [`api.idToken.setCustomClaim('scope', 'x')`,      'The "scope" claim cannot be set.'],
    [`api.accessToken.addScope('  ')`,                'The scope must not be empty.'],
    [`api.accessToken.addScope('read write')`,        'The scope must not contain whitespace.'],
    [`api.accessToken.removeScope(7)`,                'The scope must be a string.'],
    [`api.accessToken.addScope('x'.repeat(281))`,     'The scope must not be longer than 280 characters.'],
    [`api.authentication.challengeWithAny([])`,       'At least one factor must be given.'],
    [`api.authentication.challengeWith({ type: 'pigeon' })`, 'Unsupported factor type: pigeon'],
    [`api.authentication.enrollWith({ type: 'email' })`, 'Unsupported factor type: email'],
    [`api.authentication.recordMethod('https://x.example')`, 'An authentication method can be recorded only in onContinuePostLogin.'],
    [`api.authentication.setPrimaryUser('a'); api.authentication.setPrimaryUser('b')`, 'The primary user can be set only once.'],
    [`api.session.setMetadata('a', 'b')`,             'There is no session.'],
    [`api.transaction.setMetadata('a', {})`,          'The metadata value must be a string, a number or a boolean.'],
    [`api.nothing.atAll()`,                           "Cannot read properties of undefined (reading 'atAll')"],
  ])('%s is refused', async (call, reason) => {
    expect(await run([call])).toMatchObject({ outcome: 'error', reason })
  })

  test('tokens carry claims and scopes, without the claims that Auth0 keeps to itself', async () => {
    const { accessToken, idToken } = await run([
      `api.accessToken.addScope(' read ');
       api.accessToken.removeScope('transfer:funds');
       api.accessToken.setCustomClaim('https://fabrikam.example/step_up', { at: 1 });
       api.accessToken.setCustomClaim('acr', 'high');
       api.idToken.setCustomClaim('amr', ['mfa']);
       api.idToken.setCustomClaim('https://fabrikam.example/tier', 'gold')`,
    ])
    expect({ accessToken, idToken }).toEqual({
      accessToken: {
        addedScopes: ['read'],
        removedScopes: ['transfer:funds'],
        customClaims: { 'https://fabrikam.example/step_up': { at: 1 } },
      },
      idToken: { customClaims: { 'https://fabrikam.example/tier': 'gold' } },
    })
  })

  test('transaction metadata is seen at once and by the next Action', async () => {
    const { logs } = await run(
      [
        `api.transaction.setMetadata('tier', 'gold'); console.log(event.transaction.metadata.tier)`,
        `console.log(event.transaction.metadata.tier)`,
      ],
      { event: { transaction: { metadata: {} } } },
    )
    expect(logs.flatMap(({ lines }) => lines)).toEqual(['gold', 'gold'])
  })

  test('transaction metadata from before a suspension stays until it is taken back', async () => {
    const { logs, transactionMetadata } = await run(
      [
        `api.transaction.setMetadata('tier', 'gold'); console.log(event.transaction.metadata)`,
        `api.transaction.setMetadata('runs', null); console.log(event.transaction.metadata)`,
      ],
      { event: { transaction: { metadata: { runs: 1, seen: true } } } },
    )
    expect(logs.flatMap(({ lines }) => lines)).toEqual([
      "{ runs: 1, seen: true, tier: 'gold' }",
      "{ seen: true, tier: 'gold' }",
    ])
    expect(transactionMetadata).toEqual({ seen: true, tier: 'gold' })
  })
})

describe('the code of an Action', () => {
  const signature =
    'Invalid function signature for the "onExecutePostLogin" handler. Use "exports.onExecutePostLogin = async function(event, api) { }"'

  // prettier-ignore
  test.each<[name: string, code: string, reason: string]>([
    ['a function that is not async',     'exports.onExecutePostLogin = () => Promise.resolve()', signature],
    ['no handler',                       'exports.other = async () => {}',                      signature],
    ['an export that is no object',      'module.exports = 7',                                  signature],
    ['a syntax error',                   'exports.onExecutePostLogin = async (',                'Unexpected end of input'],
    ['an error while it loads',          'throw new Error("not ready")',                        'not ready'],
    ['a package that is not there',      'require("left-pad")',                                 "Cannot find module 'left-pad'"],
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
    const { logs } = await runner.run({
      entrypoint: 'onExecutePostLogin',
      actions: [{ versionId: 'clock', name: 'Clock', code, secrets: {} }],
      event: {},
      settings: ALL_ON,
      nowMs: Date.parse('2031-05-06T12:00:00Z'),
    })
    expect(logs[0]?.lines).toEqual(['2031-05-06 2031-05-06 2031 true 0 true'])
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
    process.env['SANDBOX_CANARY'] = 'secret'
    const { logs } = await run([
      `console.log(process.env.SANDBOX_CANARY, require('node:process').env.SANDBOX_CANARY)`,
    ])
    delete process.env['SANDBOX_CANARY']
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
    const first = await run([`setTimeout(() => { ${left} }, 20)`], { on: hasty })
    await new Promise((resolve) => setTimeout(resolve, 300))
    const second = await run([''], { on: hasty })
    const third = await run([''], { on: hasty })
    expect([first, second, third].map(({ outcome }) => outcome)).toEqual(outcomes)
  })
})

test('the log of an Action is cut to 256 characters in all', async () => {
  const { logs } = await run([
    `console.log('a'.repeat(200)); console.error('b'.repeat(200)); console.log('c')`,
  ])
  expect(logs).toEqual([{ action: 'Action 1', lines: ['a'.repeat(200), 'b'.repeat(56)] }])
})
