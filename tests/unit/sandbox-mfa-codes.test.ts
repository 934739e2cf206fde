import type * as Crypto from 'node:crypto'
import { TOTP } from 'otpauth'
import { findUser } from '../../sandbox/tenant/find-user.ts'
import { personOf } from '../../sandbox/tenant/people.ts'
import { acceptOtp, enrolOtp, newOtpSecret, otpUri } from '../../sandbox/tenant/mfa/otp.ts'
import { newRecoveryCode, spendRecoveryCode } from '../../sandbox/tenant/mfa/recovery-code.ts'
import { ADA, OTP_SECRET, START_MS, newTestTenant } from '../support/tenant.ts'

// How hard a hash is to guess is nothing to these tests, which make many.
jest.mock('node:crypto', () => {
  const crypto = jest.requireActual<typeof Crypto>('node:crypto')
  const scryptSync = (password: string, salt: Buffer, length: number) =>
    crypto.scryptSync(password, salt, length, { N: 2 })
  return { ...crypto, scryptSync }
})

function codeAt(seconds: number, secret = OTP_SECRET): string {
  return new TOTP({ secret }).generate({ timestamp: START_MS + seconds * 1_000 })
}

const TOTP_METHOD = { type: 'totp', totp_secret: OTP_SECRET }

describe('one-time passwords', () => {
  // prettier-ignore
  test.each<[name: string, code: string, verdict: string]>([
    ['the code of now',                  codeAt(0),                              'accepted'],
    ['with a space, as apps show it',    codeAt(0).replace(/^.../, '$& '),       'accepted'],
    ['the code of the step before',      codeAt(-30),                            'accepted'],
    ['the code of the step after',       codeAt(30),                             'accepted'],
    ['the code of two steps before',     codeAt(-60),                            'wrong'],
    ['the code of two steps after',      codeAt(60),                             'wrong'],
    ['the code of another secret',       codeAt(0, 'KRSXG5CTMVRXEZLUKRSXG5CT'),  'wrong'],
    ['nothing',                          '',                                     'wrong'],
    ['too few digits',                   codeAt(0).slice(1),                     'wrong'],
    ['too many digits',                  `${codeAt(0)}0`,                        'wrong'],
    ['no digits',                        'abcdef',                               'wrong'],
  ])('%s', (_name, code, verdict) => {
    expect(acceptOtp(newTestTenant([], [TOTP_METHOD]), ADA, code)).toBe(verdict)
  })

  // prettier-ignore
  test.each<[name: string, then: string, verdict: string]>([
    ['the same code again',         codeAt(0),   'used'],
    ['an older code that still fits', codeAt(-30), 'used'],
    ['the next code',               codeAt(30),  'accepted'],
  ])('after a code: %s', (_name, then, verdict) => {
    const tenant = newTestTenant([], [TOTP_METHOD])
    acceptOtp(tenant, ADA, codeAt(0))
    expect(acceptOtp(tenant, ADA, then)).toBe(verdict)
  })

  test('the code of now is shown, and whether it was used', () => {
    const tenant = newTestTenant([], [TOTP_METHOD])
    const shown = () => personOf(tenant, findUser(tenant.store.state, ADA)).factors
    const before = shown()
    acceptOtp(tenant, ADA, codeAt(0))
    const used = shown()
    tenant.pass(30)
    expect([before, used, shown()]).toEqual([
      [{ type: 'totp', code: codeAt(0) }],
      [{ type: 'totp', code: codeAt(0), isCodeUsed: true }],
      [{ type: 'totp', code: codeAt(30) }],
    ])
  })

  // prettier-ignore
  test.each<[name: string, methods: object[], verdict: string]>([
    ['a user without an app',           [],                                                'wrong'],
    ['an app that is not confirmed',    [{ ...TOTP_METHOD, confirmed: false }],            'wrong'],
    ['a secret that is none',           [{ type: 'totp', totp_secret: '!' }],              'wrong'],
    ['an empty secret',                 [{ type: 'totp', totp_secret: '' }],               'wrong'],
    ['the second of two apps',          [{ type: 'totp', totp_secret: 'KRSXG5CTMVRXEZLU' }, TOTP_METHOD], 'accepted'],
  ])('%s', (_name, methods, verdict) => {
    expect(acceptOtp(newTestTenant([], methods as never), ADA, codeAt(0))).toBe(verdict)
  })

  test('ten wrong codes end the guessing for an hour, whatever comes between', () => {
    const tenant = newTestTenant([], [TOTP_METHOD])
    const tries = Array.from({ length: 9 }, () => acceptOtp(tenant, ADA, '000000'))
    const right = acceptOtp(tenant, ADA, codeAt(0))
    tries.push(acceptOtp(tenant, ADA, '000000'))
    tenant.pass(3_599)
    const locked = acceptOtp(tenant, ADA, codeAt(3_599))
    tenant.pass(1)
    expect({ tries, right, locked, later: acceptOtp(tenant, ADA, codeAt(3_600)) }).toEqual({
      tries: Array.from({ length: 10 }, () => 'wrong'),
      right: 'accepted',
      locked: 'too-many',
      later: 'accepted',
    })
  })

  test('an app is enrolled by its first code, which is no code for a challenge then', () => {
    const tenant = newTestTenant()
    const secret = newOtpSecret()
    const wrong = enrolOtp(tenant, ADA, { secret, code: '000000' })
    const before = tenant.user().authentication_methods
    const right = enrolOtp(tenant, ADA, { secret, code: codeAt(0, secret) })
    expect({ wrong, before, right, after: tenant.user().authentication_methods }).toEqual({
      wrong: false,
      before: [],
      right: true,
      after: [
        {
          id: expect.stringMatching(/^totp\|dev_[A-Za-z0-9]{16}$/) as string,
          type: 'totp',
          name: 'Authenticator app',
          totp_secret: secret,
          last_counter: START_MS / 30_000,
          confirmed: true,
          created_at: '2026-03-01T12:00:00.000Z',
        },
      ],
    })
    expect(acceptOtp(tenant, ADA, codeAt(0, secret))).toBe('used')
  })

  test('apps scan the name of the tenant and of the user', () => {
    expect(otpUri(newTestTenant(), ADA, OTP_SECRET)).toBe(
      'otpauth://totp/Sandbox:ada%40fabrikam.example?issuer=Sandbox&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&algorithm=SHA1&digits=6&period=30',
    )
  })
})

describe('the recovery code', () => {
  test('has 24 letters and digits, and only its hash is kept', () => {
    const tenant = newTestTenant()
    const code = newRecoveryCode(tenant, ADA)
    expect(code).toMatch(/^[A-Z0-9]{24}$/)
    expect(JSON.stringify(tenant.store.state)).not.toContain(code)
  })

  // prettier-ignore
  test.each<[name: string, given: (code: string) => string, verdict: string]>([
    ['as it was shown',           (code) => code,                          'accepted'],
    ['typed in small letters',    (code) => code.toLowerCase(),            'accepted'],
    ['typed in groups',           (code) => code.replace(/.{4}/g, '$&- '), 'accepted'],
    ['a part of it',              (code) => code.slice(1),                 'wrong'],
    ['another one',               () => 'A'.repeat(24),                    'wrong'],
    ['nothing',                   () => '',                                'wrong'],
  ])('%s', (_name, given, verdict) => {
    const tenant = newTestTenant()
    const code = newRecoveryCode(tenant, ADA)
    expect(spendRecoveryCode(tenant, ADA, given(code)).verdict).toBe(verdict)
  })

  test('is replaced by its use, and by a new one', () => {
    const tenant = newTestTenant()
    const first = newRecoveryCode(tenant, ADA)
    const spent = spendRecoveryCode(tenant, ADA, first)
    const second = spent.verdict === 'accepted' ? spent.replacement : ''
    const third = newRecoveryCode(tenant, ADA)
    expect({
      types: tenant.user().authentication_methods.map(({ type }) => type),
      first: spendRecoveryCode(tenant, ADA, first).verdict,
      second: spendRecoveryCode(tenant, ADA, second).verdict,
      third: spendRecoveryCode(tenant, ADA, third).verdict,
    }).toEqual({ types: ['recovery-code'], first: 'wrong', second: 'wrong', third: 'accepted' })
  })

  test('a user without one has none to guess', () => {
    expect(spendRecoveryCode(newTestTenant(), ADA, 'A'.repeat(24))).toEqual({ verdict: 'wrong' })
  })

  test('ten wrong ones end the guessing', () => {
    const tenant = newTestTenant()
    const code = newRecoveryCode(tenant, ADA)
    for (let count = 0; count < 10; count += 1) spendRecoveryCode(tenant, ADA, 'wrong')
    expect(spendRecoveryCode(tenant, ADA, code)).toEqual({ verdict: 'too-many' })
  })
})
