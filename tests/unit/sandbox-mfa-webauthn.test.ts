import {
  acceptWebAuthn,
  authenticationOptions,
  enrolWebAuthn,
  registrationOptions,
  type WebAuthnFactor,
} from '../../sandbox/tenant/mfa/webauthn.ts'
import { newAuthenticator, type Circumstances } from '../support/authenticator.ts'
import { ADA, newTestTenant, type TestTenant } from '../support/tenant.ts'

const CHALLENGE = Buffer.from('the challenge of this page').toString('base64url')
const OTHER = Buffer.from('the challenge of another page').toString('base64url')
const KEY = newAuthenticator()

function enrol(
  tenant: TestTenant,
  factor: WebAuthnFactor,
  circumstances: Partial<Circumstances> = {},
): Promise<boolean> {
  const response = KEY.create({ challenge: CHALLENGE, isUserVerified: true, ...circumstances })
  return enrolWebAuthn(tenant, ADA, { factor, challenge: CHALLENGE, response })
}

async function enrolledTenant(factor: WebAuthnFactor): Promise<TestTenant> {
  const tenant = newTestTenant()
  await enrol(tenant, factor)
  return tenant
}

// prettier-ignore
const CASES: readonly [name: string, factor: WebAuthnFactor, circumstances: Partial<Circumstances>, isAccepted: boolean][] = [
  ['a touch of a key',                  'webauthn-roaming',  { isUserVerified: false },                    true],
  ['a key with a PIN',                  'webauthn-roaming',  { isUserVerified: true },                     true],
  ['the challenge of another page',     'webauthn-roaming',  { challenge: OTHER },                         false],
  ['another site',                      'webauthn-roaming',  { origin: 'https://localhost.evil.example' }, false],
  ['another port of this host',         'webauthn-roaming',  { origin: 'https://localhost:8444' },         false],
  ['this site without TLS',             'webauthn-roaming',  { origin: 'http://localhost:8443' },          false],
  ['another relying party',             'webauthn-roaming',  { rpId: 'evil.example' },                     false],
  ['this device, user verified',        'webauthn-platform', { isUserVerified: true },                     true],
  ['this device, user not verified',    'webauthn-platform', { isUserVerified: false },                    false],
]

describe('enrolment', () => {
  test.each(CASES)('%s', async (_name, factor, circumstances, isAccepted) => {
    const tenant = newTestTenant()
    expect(await enrol(tenant, factor, circumstances)).toBe(isAccepted)
    expect(tenant.user().authentication_methods).toHaveLength(isAccepted ? 1 : 0)
  })

  test('keeps the key, and for which site it is', async () => {
    const tenant = await enrolledTenant('webauthn-roaming')
    expect(tenant.user().authentication_methods).toEqual([
      {
        id: expect.stringMatching(/^webauthn-roaming\|dev_/) as string,
        type: 'webauthn-roaming',
        name: 'Security key',
        key_id: KEY.id,
        public_key: expect.any(String) as string,
        relying_party_identifier: 'localhost',
        transports: ['usb'],
        counter: 1,
        confirmed: true,
        created_at: '2026-03-01T12:00:00.000Z',
      },
    ])
  })

  test('of a credential that somebody has already is refused', async () => {
    const tenant = await enrolledTenant('webauthn-roaming')
    expect(await enrol(tenant, 'webauthn-roaming')).toBe(false)
  })

  test.each(['', 'null', '{}', '{"id":7}'])('an answer that is none: `%s`', async (response) => {
    const answer = { factor: 'webauthn-roaming', challenge: CHALLENGE, response } as const
    expect(await enrolWebAuthn(newTestTenant(), ADA, answer)).toBe(false)
  })
})

describe('challenge', () => {
  test.each(CASES)('%s', async (_name, factor, circumstances, isAccepted) => {
    const tenant = await enrolledTenant(factor)
    const response = KEY.get({ challenge: CHALLENGE, counter: 2, ...circumstances })
    const answer = { factor, challenge: CHALLENGE, response }
    expect(await acceptWebAuthn(tenant, ADA, answer)).toBe(isAccepted)
  })

  // prettier-ignore
  test.each<[name: string, first: number, second: number, isAccepted: boolean]>([
    ['a counter that grows',           2, 3, true],
    ['a counter that stands still',    2, 2, false],
    ['a counter that falls',           3, 2, false],
  ])('%s', async (_name, first, second, isAccepted) => {
    const tenant = await enrolledTenant('webauthn-roaming')
    const answer = (counter: number): Promise<boolean> =>
      acceptWebAuthn(tenant, ADA, {
        factor: 'webauthn-roaming',
        challenge: CHALLENGE,
        response: KEY.get({ challenge: CHALLENGE, counter }),
      })
    await answer(first)
    expect(await answer(second)).toBe(isAccepted)
  })

  // prettier-ignore
  test.each<[name: string, factor: WebAuthnFactor, response: string]>([
    ['a key that is not enrolled',           'webauthn-roaming',  newAuthenticator().get({ challenge: CHALLENGE, counter: 2 })],
    ['a key where this device is asked for', 'webauthn-platform', KEY.get({ challenge: CHALLENGE, counter: 2, isUserVerified: true })],
    ['the answer to an enrolment',           'webauthn-roaming',  KEY.create({ challenge: CHALLENGE, counter: 2 })],
    ['no answer',                            'webauthn-roaming',  ''],
    ['no JSON object',                       'webauthn-roaming',  'null'],
  ])('%s is refused', async (_name, factor, response) => {
    const tenant = await enrolledTenant('webauthn-roaming')
    expect(await acceptWebAuthn(tenant, ADA, { factor, challenge: CHALLENGE, response })).toBe(false)
  })
})

test('the options name the site, the user and the enrolled keys, and no challenge comes twice', async () => {
  const tenant = await enrolledTenant('webauthn-roaming')
  const create = await registrationOptions(tenant, ADA, 'webauthn-platform')
  const get = await authenticationOptions(tenant, ADA, 'webauthn-roaming')
  const again = await authenticationOptions(tenant, ADA, 'webauthn-roaming')
  expect(create).toMatchObject({
    rp: { id: 'localhost', name: 'Sandbox tenant' },
    user: { name: 'ada@fabrikam.example' },
    authenticatorSelection: { authenticatorAttachment: 'platform', userVerification: 'required' },
    excludeCredentials: [{ id: KEY.id, type: 'public-key', transports: ['usb'] }],
  })
  expect(get).toMatchObject({
    rpId: 'localhost',
    userVerification: 'discouraged',
    allowCredentials: [{ id: KEY.id, type: 'public-key', transports: ['usb'] }],
  })
  expect(new Set([create.challenge, get.challenge, again.challenge]).size).toBe(3)
})
