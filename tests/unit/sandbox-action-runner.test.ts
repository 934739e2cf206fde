import type { TriggerResult } from '../../sandbox/tenant/action-runtime/messages.ts'
import { ALL_ON, run, runner, type Login } from '../support/action-runs.ts'

afterAll(() => runner.close())

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
  test.each<[name: string, body: string, given: Login, mfa: unknown]>([
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
  test.each<[name: string, body: string, given: Login, reason: string]>([
    ['enable without any factor in the tenant', `api.multifactor.enable('any')`, { settings: { ...ALL_ON, enabledFactors: [] } },
      'No MFA factors enabled for enrollment'],
    ['a challenge without the tenant setting', any, { event: { user }, settings: { ...ALL_ON, customizeMfaInPostLoginAction: false } },
      'Customize MFA Factors using Actions is not enabled.'],
    ['a challenge with nothing enrolled', any, { event: { user: {} } },
      'None of the requested factors is enabled and usable.'],
    ['an enrolment of what is enrolled', `api.authentication.enrollWith({ type: 'otp' })`, { event: { user } },
      'None of the requested factors is enabled and usable.'],
    ['a redirect by the Action that challenges', `${otp} api.redirect.sendUserTo('https://x.example')`, { event: { user } },
      'A redirect and a challenge or an enrolment by the same Action are not emulated by the sandbox.'],
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
    [`api.authentication.setPrimaryUser('a')`,        '`api.authentication.setPrimaryUser` is not emulated by the sandbox.'],
    [`api.prompt.render('ap_x')`,                     '`api.prompt.render` is not emulated by the sandbox.'],
    [`api.multifactor.enable('bogus')`,               'Unknown multifactor provider bogus'],
    [`api.refreshToken.revoke('why')`,                'A refresh token can be revoked only while it is exchanged.'],
    [`api.session.revoke('why')`,                     'There is no session.'],
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
       api.idToken.setCustomClaim('https://fabrikam.example/none', undefined);
       api.idToken.setCustomClaim('https://fabrikam.example/code', () => 1);
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
