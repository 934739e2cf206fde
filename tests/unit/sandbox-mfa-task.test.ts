import type { PendingMfa } from '../../sandbox/tenant/action-runtime/messages.ts'
import { newTransaction, type Transaction } from '../../sandbox/tenant/login/transaction.ts'
import { taskOf } from '../../sandbox/tenant/mfa/task.ts'
import { ADA, newTestTenant } from '../support/tenant.ts'

const ALL = [
  'otp',
  'webauthn-roaming',
  'webauthn-platform',
  'recovery-code',
  'sms',
  'email',
  'push-notification',
]

const CANNOT = {
  kind: 'impossible',
  reason: 'The sandbox can challenge none of the factors of this user',
}
const NOTHING_TO_ENROL = { kind: 'impossible', reason: 'No MFA factors enabled for enrollment' }
const CHALLENGE_FIRST = {
  kind: 'impossible',
  reason:
    'An MFA enrollment was requested but the user is already enrolled in MFA. Challenge with at least one existing factor before enrolling a new one.',
}

function challenge(...factors: string[]): object {
  return { kind: 'challenge', factors, canRemember: false }
}
function enrol(...factors: string[]): object {
  return { kind: 'enrol', factors }
}

function transactionOf(passedFactors: readonly string[] = []): Transaction {
  const transaction = newTransaction({
    protocol: 'oidc-basic-profile',
    clientId: 'web',
    userId: ADA,
    connection: 'Username-Password-Authentication',
    audience: undefined,
    scopes: [],
    event: {},
    sessionUid: 'session',
  })
  transaction.passedFactors.push(...passedFactors)
  return transaction
}

function task(
  enabled: readonly string[],
  enrolled: readonly string[],
  { mfa, passed = [] }: { mfa: PendingMfa; passed?: readonly string[] },
): object {
  const methods = enrolled.map((type) => ({ type }))
  return taskOf(newTestTenant(enabled, methods), transactionOf(passed), mfa)
}

const ENABLE = { when: 'end-of-flow', provider: 'any', allowRememberBrowser: false } as const

// prettier-ignore
test.each<[name: string, enabled: string[], enrolled: string[], expected: object]>([
  ['one factor',                           ALL,                     ['totp'],                              challenge('otp')],
  ['several: the strongest first',         ALL,                     ['totp', 'webauthn-roaming', 'webauthn-platform'], challenge('webauthn-platform', 'webauthn-roaming', 'otp')],
  ['the recovery code beside another',     ALL,                     ['recovery-code', 'totp'],             challenge('otp', 'recovery-code')],
  ['a factor that is switched off',        ['webauthn-roaming'],    ['totp', 'webauthn-roaming'],          challenge('webauthn-roaming')],
  ['no factor: enrol, but not this device', ALL,                    [],                                    enrol('push-notification', 'otp', 'phone', 'webauthn-roaming')],
  ['no factor, one to enrol',              ['otp', 'recovery-code'], [],                                   enrol('otp')],
  ['no factor but a recovery code',        ['otp', 'recovery-code'], ['recovery-code'],                    enrol('otp')],
  ['no factor, none to enrol',             ['email'],               [],                                    NOTHING_TO_ENROL],
  ['no factor, only this device to enrol', ['webauthn-platform'],   [],                                    NOTHING_TO_ENROL],
  ['only a phone: never a new factor',     ALL,                     ['phone'],                             challenge('phone')],
  ['only an address: it comes with another factor', ALL,            ['email'],                             enrol('push-notification', 'otp', 'phone', 'webauthn-roaming')],
  ['an address beside a device',           ALL,                     ['email', 'push'],                     challenge('push-notification', 'email')],
  ['only a phone, switched off',           ['otp'],                 ['phone'],                             enrol('otp')],
])('multifactor.enable: %s', (_name, enabled, enrolled, expected) => {
  expect(task(enabled, enrolled, { mfa: ENABLE })).toEqual(expected)
})

// prettier-ignore
test.each<[name: string, mfa: Partial<typeof ENABLE> | object, enrolled: string[], expected: object]>([
  ['a browser that may be remembered', { allowRememberBrowser: true },       ['totp'],                     { kind: 'challenge', factors: ['otp'], canRemember: true }],
  ['google-authenticator',             { provider: 'google-authenticator' }, ['webauthn-roaming', 'totp'], challenge('otp')],
  ['google-authenticator, a key only', { provider: 'google-authenticator' }, ['webauthn-roaming'],         CANNOT],
  ['duo',                              { provider: 'duo' },                  ['totp'],                     CANNOT],
  ['guardian',                         { provider: 'guardian' },             ['totp'],                     challenge('otp')],
])('multifactor.enable with %s', (_name, mfa, enrolled, expected) => {
  expect(task(ALL, enrolled, { mfa: { ...ENABLE, ...mfa } })).toEqual(expected)
})

// prettier-ignore
test.each<[name: string, requested: string[], enrolled: string[], expected: object]>([
  ['in the order of the Action',  ['otp', 'webauthn-roaming'],  ['webauthn-roaming', 'totp'], challenge('otp', 'webauthn-roaming')],
  ['what is enrolled',            ['webauthn-roaming', 'otp'],  ['totp'],                     challenge('otp')],
  ['nothing that was not asked',  ['otp'],                      ['totp', 'recovery-code'],    challenge('otp')],
  ['the recovery code if asked',  ['otp', 'recovery-code'],     ['totp', 'recovery-code'],    challenge('otp', 'recovery-code')],
  ['a factor asked for twice',    ['otp', 'otp'],               ['totp'],                     challenge('otp')],
  ['what arrives elsewhere',      ['email', 'push-notification', 'phone'], ['phone', 'email', 'push'], challenge('email', 'push-notification', 'phone')],
  ['nothing enrolled',            ['otp'],                      [],                           CANNOT],
  ['a factor of no kind',         ['constructor'],              ['totp'],                     CANNOT],
])('challengeWith: %s', (_name, requested, enrolled, expected) => {
  const factors = requested.map((type) => ({ type }))
  const steps = [{ kind: 'challenge', factors } as const]
  const mfa = { when: 'in-place', action: 'A', steps } as const
  expect(task(ALL, enrolled, { mfa })).toEqual(expected)
})

// prettier-ignore
test.each<[name: string, requested: string[], enrolled: string[], passed: string[], expected: object]>([
  ['a first factor',                  ['otp'],                               [],       [],      enrol('otp')],
  ['a choice',                        ['webauthn-platform', 'otp'],          [],       [],      enrol('webauthn-platform', 'otp')],
  ['a second factor, challenged',     ['webauthn-roaming'],                  ['totp'], ['otp'], enrol('webauthn-roaming')],
  ['a second factor, unchallenged',   ['webauthn-roaming'],                  ['totp'], [],      CHALLENGE_FIRST],
  ['what is enrolled already',        ['otp'],                               ['totp'], ['otp'], NOTHING_TO_ENROL],
  ['a device and a phone',            ['phone', 'push-notification'],        [],       [],      enrol('phone', 'push-notification')],
  ['a factor beside an address',      ['otp'],                               ['email'], [],     enrol('otp')],
  ['a recovery code alone',           ['recovery-code'],                     [],       [],      NOTHING_TO_ENROL],
])('enrollWith: %s', (_name, requested, enrolled, passed, expected) => {
  const factors = requested.map((type) => ({ type }))
  const mfa = { when: 'in-place', action: 'A', steps: [{ kind: 'enroll', factors }] } as const
  expect(task(ALL, enrolled, { mfa, passed })).toEqual(expected)
})
