// Factors that reach the user by another way than the page: email, phone, and the app on a device.
import type { PendingMfa } from '../../sandbox/tenant/action-runtime/messages.ts'
import { answerDevice } from '../../sandbox/tenant/mfa/out-of-band.ts'
import { htmlOf, newMfaVisitor, otpNow, summary, type MfaVisitor } from '../support/login-pages.ts'
import { ADA, OTP_SECRET, newTestTenant, type TestTenant } from '../support/tenant.ts'

const ON = ['sms', 'email', 'push-notification', 'otp']
const PHONE = { type: 'phone', phone_number: '+15550100' }
const DEVICE = { type: 'push', name: 'Phone of Ada' }
const EMAIL = { type: 'email', email: 'ada@fabrikam.example' }

const PASSED = { kind: 'resume', rememberBrowser: false }
const PHONE_PAGE = { title: 'Check your phone', actions: ['Continue', 'Send it again'] }
const INVALID = { ...PHONE_PAGE, error: 'The code you entered is invalid' }
const PUSH_PAGE = {
  title: 'Check your device',
  actions: ['I have approved it', 'Send it again', 'Use this code'],
}

function ask(kind: 'challenge' | 'enroll', ...factors: (string | object)[]): PendingMfa {
  const requests = factors.map((one) => (typeof one === 'string' ? { type: one } : one))
  const step = { kind, factors: requests as { type: string }[] }
  return { when: 'in-place', action: 'A', steps: [step] }
}

async function at(mfa: PendingMfa, ...methods: object[]): Promise<[TestTenant, MfaVisitor]> {
  const tenant = newTestTenant(ON, methods as Record<string, unknown>[])
  return [tenant, await newMfaVisitor(tenant, mfa)]
}

const newest = ({ oidc }: TestTenant) => oidc.inbox.at(-1)
const codeOf = (tenant: TestTenant): string => String(newest(tenant)?.code)
const sent = ({ oidc }: TestTenant) => oidc.inbox.map(({ channel, to }) => `${channel} to ${to}`)
const methodsOf = (tenant: TestTenant) =>
  tenant.oidc.sessions.get('session')?.methods.map(({ name, type }) => `${name} ${type}`)

describe('a code by phone', () => {
  const challenge = ask('challenge', 'phone')

  test('passes, and is in the session and in the log', async () => {
    const [tenant, user] = await at(challenge, PHONE)
    expect({
      shown: summary(await user.open()),
      sent: sent(tenant),
      answered: await user.send({ code: codeOf(tenant) }),
      methods: methodsOf(tenant),
      log: tenant.logTypes(),
    }).toEqual({
      shown: PHONE_PAGE,
      sent: ['sms to +15550100'],
      answered: PASSED,
      methods: ['mfa phone'],
      log: ['gd_send_sms', 'gd_auth_succeed'],
    })
  })

  test('is shown with the last digits of the number alone', async () => {
    const [, user] = await at(challenge, PHONE)
    const html = htmlOf(await user.open())
    expect([html.includes('XXXXXXXX0100'), html.includes('5550100')]).toEqual([true, false])
  })

  test('that is wrong is not sent anew, and three of them end the transaction', async () => {
    const [tenant, user] = await at(challenge, PHONE)
    const outcomes = []
    for (const code of ['', 'x', 'abcdef']) outcomes.push(summary(await user.send({ code })))
    expect([outcomes, sent(tenant).length]).toEqual([
      [
        INVALID,
        INVALID,
        {
          kind: 'abort',
          error: 'access_denied',
          description: 'Too many failed codes. Wait for some minutes before retrying.',
        },
      ],
      1,
    ])
  })

  test('lasts for five minutes', async () => {
    const [tenant, user] = await at(challenge, PHONE)
    tenant.pass(300)
    expect(summary(await user.send({ code: codeOf(tenant) }))).toEqual(INVALID)
  })

  test('that was sent again takes the place of the first', async () => {
    const [tenant, user] = await at(challenge, PHONE)
    const first = codeOf(tenant)
    expect(summary(await user.send({ resend: 'sms' }))).toEqual(PHONE_PAGE)
    const wrong = first === codeOf(tenant) ? INVALID : summary(await user.send({ code: first }))
    expect([wrong, await user.send({ code: codeOf(tenant) })]).toEqual([INVALID, PASSED])
  })

  test('is for the login that it was sent for', async () => {
    const [tenant] = await at(challenge, PHONE)
    const code = codeOf(tenant)
    const other = await newMfaVisitor(tenant, challenge)
    const shown = code === codeOf(tenant) ? INVALID : summary(await other.send({ code }))
    expect(shown).toEqual(INVALID)
  })

  test('is sent ten times an hour', async () => {
    const [tenant, user] = await at(challenge, PHONE)
    for (let round = 0; round < 9; round += 1) await user.send({ resend: 'sms' })
    expect([summary(await user.send({ resend: 'sms' })), sent(tenant).length]).toEqual([
      {
        ...PHONE_PAGE,
        error:
          'Too many messages have been sent to you. Wait for some minutes, or use another method.',
      },
      10,
    ])
    tenant.pass(3_600)
    expect(summary(await user.send({ resend: 'sms' }))).toEqual(PHONE_PAGE)
  })

  // prettier-ignore
  test.each<[name: string, preferred: string | undefined, types: ('sms' | 'voice')[], first: string, actions: string[]]>([
    ['text messages alone',            undefined, ['sms'],          'sms',   []],
    ['both, the first by default',     undefined, ['sms', 'voice'], 'sms',   ['Get a call instead']],
    ['both, as the Action allows',     'both',    ['sms', 'voice'], 'sms',   ['Get a call instead']],
    ['both, and the Action wants calls', 'voice', ['sms', 'voice'], 'voice', []],
    ['a preference that is not there', 'voice',   ['sms'],          'sms',   []],
  ])('comes as the tenant and the Action say: %s', async (_name, preferredMethod, types, first, actions) => {
    const tenant = newTestTenant(ON, [PHONE])
    tenant.store.update((state) => {
      state.phoneMessageTypes = types
    })
    const options = { preferredMethod }
    const user = await newMfaVisitor(tenant, ask('challenge', { type: 'phone', options }))
    expect([newest(tenant)?.channel, summary(await user.open())]).toEqual([
      first,
      { ...PHONE_PAGE, actions: ['Continue', 'Send it again', ...actions] },
    ])
  })
})

describe('a code by email', () => {
  test.each([
    ['to an address that was enrolled', [EMAIL], false],
    ['to the verified address of the user', [], true],
  ])('passes %s', async (_name, methods, isVerified) => {
    const tenant = newTestTenant(ON, methods)
    tenant.store.update(({ users: [user] }) =>
      Object.assign(user ?? {}, { email_verified: isVerified }),
    )
    const user = await newMfaVisitor(tenant, ask('challenge', 'email'))
    expect([sent(tenant), await user.send({ code: codeOf(tenant) }), methodsOf(tenant)]).toEqual([
      ['email to ada@fabrikam.example'],
      PASSED,
      ['mfa email'],
    ])
  })

  test('is not for an address that nobody has verified', async () => {
    const [tenant, user] = await at(ask('challenge', 'email'))
    expect([summary(await user.open()), sent(tenant)]).toEqual([
      {
        kind: 'abort',
        error: 'access_denied',
        description: 'The sandbox can challenge none of the factors of this user',
      },
      [],
    ])
  })
})

describe('a push notification', () => {
  const challenge = ask('challenge', 'push-notification')

  test('passes when it is approved, once', async () => {
    const [tenant, user] = await at(challenge, DEVICE)
    const { id = '', to } = newest(tenant) ?? {}
    expect({
      to,
      early: summary(await user.send({})),
      approved: answerDevice(tenant, id, 'approved'),
      again: answerDevice(tenant, id, 'rejected'),
      answered: await user.send({}),
      methods: methodsOf(tenant),
      log: tenant.logTypes(),
    }).toEqual({
      to: 'Phone of Ada',
      early: PUSH_PAGE,
      approved: true,
      again: false,
      answered: PASSED,
      methods: ['mfa push-notification'],
      log: ['gd_send_pn', 'gd_auth_succeed'],
    })
  })

  test('that is rejected stays so until another is sent', async () => {
    const [tenant, user] = await at(challenge, DEVICE)
    answerDevice(tenant, newest(tenant)?.id ?? '', 'rejected')
    const rejected = { ...PUSH_PAGE, error: 'The request was rejected on the device' }
    expect(summary(await user.send({}))).toEqual(rejected)
    expect(summary(await user.send({ resend: 'push' }))).toEqual(PUSH_PAGE)
    answerDevice(tenant, newest(tenant)?.id ?? '', 'approved')
    expect(await user.send({})).toEqual(PASSED)
  })

  test('that is approved too late does not pass', async () => {
    const [tenant, user] = await at(challenge, DEVICE)
    tenant.pass(300)
    expect(answerDevice(tenant, newest(tenant)?.id ?? '', 'approved')).toBe(false)
    expect(summary(await user.send({}))).toEqual({
      ...PUSH_PAGE,
      error: 'The request has expired',
    })
  })

  test('is for the login that it was sent for', async () => {
    const [tenant, user] = await at(challenge, DEVICE)
    await newMfaVisitor(tenant, challenge)
    answerDevice(tenant, newest(tenant)?.id ?? '', 'approved')
    expect(summary(await user.send({}))).toEqual(PUSH_PAGE)
  })

  test('can be stood in for by a code of the device', async () => {
    const totp = { type: 'totp', totp_secret: OTP_SECRET }
    const [tenant, user] = await at(challenge, DEVICE, totp)
    const fields = { manual: 'yes', code: otpNow(tenant) }
    expect([await user.send(fields), methodsOf(tenant)]).toEqual([
      PASSED,
      ['mfa push-notification'],
    ])
  })

  test('cannot be stood in for by the same code twice', async () => {
    const totp = { type: 'totp', totp_secret: OTP_SECRET }
    const [tenant, user] = await at(challenge, DEVICE, totp)
    const fields = { manual: 'yes', code: otpNow(tenant) }
    await user.send(fields)
    const again = await newMfaVisitor(tenant, challenge)
    expect(summary(await again.send(fields))).toEqual({
      ...PUSH_PAGE,
      error: 'This code was used already, or a newer one was. Wait for the next one.',
    })
  })

  test('cannot where the Action says so, whatever the form says', async () => {
    const totp = { type: 'totp', totp_secret: OTP_SECRET }
    const options = { otpFallback: false }
    const strict = ask('challenge', { type: 'push-notification', options })
    const [tenant, user] = await at(strict, DEVICE, totp)
    const page = { ...PUSH_PAGE, actions: ['I have approved it', 'Send it again'] }
    expect(summary(await user.open())).toEqual(page)
    expect(summary(await user.send({ manual: 'yes', code: otpNow(tenant) }))).toEqual(page)
  })

  test('is sent five times a minute', async () => {
    const [tenant, user] = await at(challenge, DEVICE)
    for (let round = 0; round < 6; round += 1) await user.send({ resend: 'push' })
    expect(sent(tenant).length).toBe(5)
    tenant.pass(60)
    await user.send({ resend: 'push' })
    expect(sent(tenant).length).toBe(6)
  })
})

describe('enrolment', () => {
  const enrolled = (tenant: TestTenant) =>
    tenant.user().authentication_methods.map(({ type, phone_number: to }) => to ?? type)

  test('of a phone: its number, then the code that it gets', async () => {
    const [tenant, user] = await at(ask('enroll', 'phone'))
    expect({
      shown: summary(await user.open()),
      wrong: summary(await user.send({ phone: '0800 FLOWERS', channel: 'sms' })),
      number: summary(await user.send({ phone: '+1 (555) 010-0199', channel: 'sms' })),
      sent: sent(tenant),
      none: enrolled(tenant),
      code: await user.send({ code: codeOf(tenant) }),
      enrolled: enrolled(tenant),
      methods: methodsOf(tenant),
    }).toEqual({
      shown: { title: 'Add your phone', actions: ['Get a text message'] },
      wrong: {
        title: 'Add your phone',
        error: 'Enter a number with its country code',
        actions: ['Get a text message'],
      },
      number: PHONE_PAGE,
      sent: ['sms to +15550100199'],
      none: [],
      code: PASSED,
      enrolled: ['+15550100199'],
      methods: ['mfa phone'],
    })
  })

  test('of a device: it shows one-time passwords from then on too', async () => {
    const [tenant, user] = await at(ask('enroll', 'push-notification'))
    expect({
      early: (await user.send({})).kind,
      none: enrolled(tenant),
      approved: answerDevice(tenant, newest(tenant)?.id ?? '', 'approved'),
      answered: await user.send({}),
      enrolled: enrolled(tenant),
      methods: methodsOf(tenant),
    }).toEqual({
      early: 'page',
      none: [],
      approved: true,
      answered: PASSED,
      enrolled: ['push', 'totp'],
      methods: ['mfa push-notification'],
    })
  })

  test('of a device that is not wanted adds nothing', async () => {
    const [tenant, user] = await at(ask('enroll', 'push-notification'))
    answerDevice(tenant, newest(tenant)?.id ?? '', 'rejected')
    await user.send({})
    expect([enrolled(tenant), user.transaction.pending?.id]).toEqual([[], 'step-1'])
  })

  test('is not skipped by a form of the page before', async () => {
    const [tenant, user] = await at(ask('enroll', 'phone'))
    const form = { step: 'step-1', screen: 'confirm-phone', code: '000000' }
    expect(summary(await user.post(form))).toEqual({
      title: 'Add your phone',
      actions: ['Get a text message'],
    })
    expect(enrolled(tenant)).toEqual([])
  })
})

test('several factors: another method sends nothing until it is chosen', async () => {
  const [tenant, user] = await at(ask('challenge', 'push-notification', 'phone'), DEVICE, PHONE)
  await user.send({ another: 'yes' })
  expect(sent(tenant)).toEqual(['push to Phone of Ada'])
  await user.send({ factor: 'phone' })
  expect(sent(tenant)).toEqual(['push to Phone of Ada', 'sms to +15550100'])
  expect(await user.send({ code: codeOf(tenant) })).toEqual(PASSED)
  expect(newest(tenant)?.userId).toBe(ADA)
})
