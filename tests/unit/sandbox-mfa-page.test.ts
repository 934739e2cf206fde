import type { PendingMfa } from '../../sandbox/tenant/action-runtime/messages.ts'
import { dashboardPage } from '../../sandbox/tenant/dashboard/dashboard-page.ts'
import { newRecoveryCode } from '../../sandbox/tenant/mfa/recovery-code.ts'
import {
  ENABLE,
  htmlOf,
  newMfaVisitor,
  otpNow,
  summary,
  type MfaVisitor,
} from '../support/login-pages.ts'
import { ADA, OTP_SECRET, newTestTenant, type TestTenant } from '../support/tenant.ts'

const TOTP_METHOD = { type: 'totp', totp_secret: OTP_SECRET }
const OTP_PAGE = { title: 'Verify your identity', actions: ['Continue'] }
const INVALID = { ...OTP_PAGE, error: 'The code you entered is invalid' }
const PASSED = { kind: 'resume', rememberBrowser: false }
const TOO_MANY = {
  kind: 'abort',
  error: 'access_denied',
  description: 'Too many failed codes. Wait for some minutes before retrying.',
}

async function atOtp(mfa: PendingMfa = ENABLE): Promise<[TestTenant, MfaVisitor]> {
  const tenant = newTestTenant(['otp'], [TOTP_METHOD])
  return [tenant, await newMfaVisitor(tenant, mfa)]
}

describe('challenge', () => {
  test('the right code passes, and is in the session and in the log', async () => {
    const [tenant, user] = await atOtp()
    expect({
      shown: summary(await user.open()),
      sent: await user.send({ code: otpNow(tenant) }),
      pending: user.transaction.pending,
      methods: tenant.oidc.sessions.get('session')?.methods,
      log: tenant.logTypes(),
    }).toEqual({
      shown: OTP_PAGE,
      sent: PASSED,
      pending: undefined,
      methods: [{ name: 'mfa', timestamp: '2026-03-01T12:00:00.000Z' }],
      log: ['gd_auth_succeed'],
    })
  })

  test('three wrong codes in a row end the transaction, and a right one comes too late', async () => {
    const [tenant, user] = await atOtp()
    const outcomes = []
    for (const code of ['000000', '', 'x']) outcomes.push(summary(await user.send({ code })))
    outcomes.push(await user.send({ code: otpNow(tenant) }), await user.open())
    expect(outcomes).toEqual([INVALID, INVALID, TOO_MANY, TOO_MANY, TOO_MANY])
    expect(user.transaction.pending?.id).toBe('step-1')
    expect(tenant.logTypes()).toEqual([
      'gd_auth_failed',
      'gd_auth_failed',
      'gd_auth_failed',
      'gd_otp_rate_limit_exceed',
    ])
  })

  test('a code that was used already is told so, and is no wrong one however often', async () => {
    const [tenant] = await atOtp()
    const code = otpNow(tenant)
    await (await newMfaVisitor(tenant)).send({ code })
    const user = await newMfaVisitor(tenant)
    const outcomes = []
    for (let i = 0; i < 4; i += 1) outcomes.push(summary(await user.send({ code })))
    const error = 'This code was used already, or a newer one was. Wait for the next one.'
    expect(outcomes).toEqual(Array.from({ length: 4 }, () => ({ ...OTP_PAGE, error })))
    tenant.pass(30)
    expect(await user.send({ code: otpNow(tenant) })).toEqual(PASSED)
    const next = await newMfaVisitor(tenant)
    expect(summary(await next.send({ code }))).toEqual({ ...OTP_PAGE, error })
  })

  test('the page says who is logging in', async () => {
    const [, user] = await atOtp()
    expect(htmlOf(await user.open())).toContain('<p class="who">ada@fabrikam.example</p>')
  })

  test('a rejected form is answered with status 400', async () => {
    const [, user] = await atOtp()
    expect(await user.send({ code: '000000' })).toMatchObject({ kind: 'page', status: 400 })
  })

  test('a user who is locked out is not even asked whether the code is right', async () => {
    const [tenant] = await atOtp()
    for (let round = 0; round < 4; round += 1) {
      const user = await newMfaVisitor(tenant)
      for (const code of ['1', '2', '3']) await user.send({ code })
    }
    const user = await newMfaVisitor(tenant)
    expect(await user.send({ code: otpNow(tenant) })).toEqual(TOO_MANY)
  })

  // prettier-ignore
  test.each<[name: string, fields: Record<string, string>]>([
    ['of an older step',              { step: 'step-0', screen: 'challenge-otp' }],
    ['of another screen',             { step: 'step-1', screen: 'challenge-recovery-code' }],
    ['of a step of Object.prototype', { step: 'constructor', screen: 'challenge-otp' }],
    ['without a step',                { screen: 'challenge-otp' }],
    ['without a screen',              { step: 'step-1' }],
    ['with nothing',                  {}],
  ])('a right code in a form %s shows what is asked now', async (_name, fields) => {
    const [tenant, user] = await atOtp()
    expect(summary(await user.post({ ...fields, code: otpNow(tenant) }))).toEqual(OTP_PAGE)
    expect({ pending: user.transaction.pending?.id, wrong: user.transaction.wrongCodes }).toEqual({
      pending: 'step-1',
      wrong: 0,
    })
  })

  test('a step that is passed cannot be passed again: its form goes on to what comes next', async () => {
    const [tenant, user] = await atOtp()
    await user.send({ code: otpNow(tenant) })
    tenant.pass(30)
    expect(await user.send({ code: otpNow(tenant) })).toEqual({ kind: 'resume' })
    expect(user.transaction.passedFactors).toEqual(['otp'])
  })

  test('a sequence is passed step by step, each with a code of its own', async () => {
    const steps = [
      { kind: 'challenge', factors: [{ type: 'otp' }] },
      { kind: 'challenge', factors: [{ type: 'recovery-code' }] },
    ] as const
    const tenant = newTestTenant(['otp', 'recovery-code'], [TOTP_METHOD])
    newRecoveryCode(tenant, ADA)
    const user = await newMfaVisitor(tenant, { when: 'in-place', action: 'A', steps })
    const old = { step: 'step-1', screen: 'challenge-otp' }
    await user.send({ code: otpNow(tenant) })
    tenant.pass(30)
    const next = summary(await user.post({ ...old, code: otpNow(tenant) }))
    expect({ next, methods: tenant.oidc.sessions.get('session')?.methods }).toEqual({
      next: { title: 'Use your recovery code', actions: ['Continue'] },
      methods: [{ name: 'mfa', timestamp: '2026-03-01T12:00:00.000Z', type: 'otp' }],
    })
  })

  // prettier-ignore
  test.each<[name: string, allow: boolean, fields: Record<string, string>, rememberBrowser: boolean]>([
    ['asked for and allowed',     true,  { remember: 'yes' }, true],
    ['allowed, not asked for',    true,  {},                  false],
    ['asked for, not allowed',    false, { remember: 'yes' }, false],
  ])('remembering the browser: %s', async (_name, allowRememberBrowser, fields, rememberBrowser) => {
    const [tenant, user] = await atOtp({ when: 'end-of-flow', provider: 'any', allowRememberBrowser })
    const html = htmlOf(await user.open())
    const sent = await user.send({ code: otpNow(tenant), ...fields })
    expect(html.includes('Remember this device for 30 days')).toBe(allowRememberBrowser)
    expect(sent).toEqual({ kind: 'resume', rememberBrowser })
  })
})

describe('several factors', () => {
  const METHODS = [TOTP_METHOD, { type: 'webauthn-roaming', key_id: 'a2V5', public_key: 'a2V5' }]

  async function atKey(): Promise<[TestTenant, MfaVisitor]> {
    const tenant = newTestTenant(['otp', 'webauthn-roaming'], METHODS)
    return [tenant, await newMfaVisitor(tenant)]
  }

  test('the strongest is asked first, another can be chosen', async () => {
    const [tenant, user] = await atKey()
    expect([
      summary(await user.open()),
      summary(await user.send({ another: 'yes' })),
      summary(await user.send({ factor: 'recovery-code' })),
      summary(await user.send({ factor: 'otp' })),
      await user.send({ code: otpNow(tenant) }),
    ]).toEqual([
      {
        title: 'Use your security key',
        actions: ['Use security key', 'Try another method'],
      },
      { title: 'Choose a method', actions: ['Security key', 'Authenticator app'] },
      { title: 'Choose a method', actions: ['Security key', 'Authenticator app'] },
      { title: 'Verify your identity', actions: ['Continue', 'Try another method'] },
      PASSED,
    ])
  })

  test('an answer to a key counts as a wrong code, and each page has a challenge of its own', async () => {
    const [, user] = await atKey()
    const challengeOf = (html: string): string =>
      /challenge&#34;:&#34;([\w-]+)/.exec(html)?.[1] ?? 'none'
    const first = challengeOf(htmlOf(await user.open()))
    const again = challengeOf(htmlOf(await user.open()))
    const rejected = await user.send({ response: '{}' })
    expect(again).toBe(first)
    expect(challengeOf(htmlOf(rejected))).not.toBe(first)
    expect(summary(rejected)).toMatchObject({
      error: 'Your device could not be verified. Try again.',
    })
    expect(user.transaction.wrongCodes).toBe(1)
  })
})

describe('recovery code', () => {
  test('is spent, replaced, and shown until it is saved', async () => {
    const tenant = newTestTenant(['otp', 'recovery-code'], [TOTP_METHOD])
    const code = newRecoveryCode(tenant, ADA)
    const user = await newMfaVisitor(tenant)
    await user.send({ another: 'yes' })
    await user.send({ factor: 'recovery-code' })
    const save = { title: 'Save your recovery code', actions: ['Continue'] }
    expect([
      summary(await user.send({ code: 'wrong' })),
      summary(await user.send({ code })),
      summary(await user.open()),
      summary(await user.send({})),
      await user.send({ saved: 'yes' }),
    ]).toEqual([
      {
        title: 'Use your recovery code',
        error: 'The code you entered is invalid',
        actions: ['Continue', 'Try another method'],
      },
      save,
      save,
      { ...save, error: 'Save the code, then confirm that you have' },
      PASSED,
    ])
    expect(user.transaction.passedFactors).toEqual(['recovery-code'])
    expect(tenant.logTypes()).toEqual(['gd_recovery_failed', 'gd_recovery_succeed'])
  })
})

describe('enrolment', () => {
  const secretOf = (html: string): string =>
    /class="code">([A-Z2-7 ]+)/.exec(html)?.[1]?.replaceAll(' ', '') ?? ''

  test('a user without a factor chooses one, proves it, saves the recovery code, and is through', async () => {
    const tenant = newTestTenant(['otp', 'webauthn-roaming', 'recovery-code'])
    const user = await newMfaVisitor(tenant)
    const pick = summary(await user.open())
    const setUp = await user.send({ factor: 'otp' })
    const secret = secretOf(htmlOf(setUp))
    const wrong = await user.send({ code: '000000' })
    const right = await user.send({ code: otpNow(tenant, secret) })
    const pending = user.transaction.pending?.id
    const actions = ['Continue', 'Try another method']
    expect([pick, summary(setUp), summary(wrong), secretOf(htmlOf(wrong)), summary(right)]).toEqual(
      [
        { title: 'Secure your account', actions: ['Authenticator app', 'Security key'] },
        { title: 'Set up an authenticator app', actions },
        { title: 'Set up an authenticator app', actions, error: 'The code you entered is invalid' },
        secret,
        { title: 'Save your recovery code', actions: ['Continue'] },
      ],
    )
    expect({ pending, saved: await user.send({ saved: 'yes' }) }).toEqual({
      pending: 'step-1',
      saved: PASSED,
    })
    expect(tenant.user().authentication_methods.map(({ type }) => type)).toEqual([
      'totp',
      'recovery-code',
    ])
    expect(tenant.logTypes()).toEqual(['gd_enrollment_complete'])
  })

  test('the secret is never taken from the form', async () => {
    const tenant = newTestTenant(['otp'])
    const user = await newMfaVisitor(tenant)
    const sent = await user.send({
      secret: OTP_SECRET,
      totp_secret: OTP_SECRET,
      code: otpNow(tenant),
    })
    expect(summary(sent)).toMatchObject({ error: 'The code you entered is invalid' })
  })

  test('an enrolment in place is passed too, with its recovery code saved', async () => {
    const tenant = newTestTenant(['otp', 'recovery-code'])
    const steps = [{ kind: 'enroll', factors: [{ type: 'otp' }] }] as const
    const user = await newMfaVisitor(tenant, { when: 'in-place', action: 'A', steps })
    await user.send({ code: otpNow(tenant, secretOf(htmlOf(await user.open()))) })
    expect(await user.send({ saved: 'yes' })).toEqual(PASSED)
    expect(user.transaction.passedFactors).toEqual(['otp'])
  })

  test('a page of an enrolment does not help a user who has enrolled meanwhile', async () => {
    const tenant = newTestTenant(['otp'])
    const [first, second] = [await newMfaVisitor(tenant), await newMfaVisitor(tenant)]
    const secret = secretOf(htmlOf(await second.open()))
    await first.send({ code: otpNow(tenant, secretOf(htmlOf(await first.open()))) })
    expect({
      sent: summary(await second.send({ code: otpNow(tenant, secret) })),
      apps: tenant.user().authentication_methods.length,
    }).toEqual({ sent: OTP_PAGE, apps: 1 })
  })
})

test('a challenge that nobody can pass is refused, and logged', async () => {
  const tenant = newTestTenant(['email'])
  const user = await newMfaVisitor(tenant)
  const outcome = await user.open()
  expect(outcome).toEqual({
    kind: 'abort',
    error: 'access_denied',
    description: 'No MFA factors enabled for enrollment',
  })
  expect(tenant.logTypes()).toEqual(['mfar', 'mfar'])
})

test('whoever sets up an app and has none finds its code on the page of the tenant, until it is set up', async () => {
  const tenant = newTestTenant(['otp'])
  const visitor = await newMfaVisitor(tenant)
  tenant.oidc.transactions.set(visitor.transaction.id, visitor.transaction)
  const shown = () => /being set up.*?class="otp">(\d{6})</s.exec(dashboardPage(tenant))?.[1]
  const code = shown()
  expect(code).toMatch(/^\d{6}$/)
  expect(htmlOf(await visitor.open())).toContain('The page of the tenant')
  expect(await visitor.send({ code: code ?? '' })).toEqual(PASSED)
  expect(shown()).toBeUndefined()
})
