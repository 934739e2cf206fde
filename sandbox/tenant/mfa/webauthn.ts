// Security keys and device biometrics as a second factor.
import { findUser } from '../find-user.ts'
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server'
import type { Entity } from '../state.ts'
import type { Tenant } from '../tenant.ts'
import { addMethod, methodsOf, noteUse } from './methods.ts'

export type WebAuthnFactor = 'webauthn-roaming' | 'webauthn-platform'

export function isWebAuthn(factor: string): factor is WebAuthnFactor {
  return factor === 'webauthn-roaming' || factor === 'webauthn-platform'
}

/** What came back from the browser, and the challenge that it was asked to sign. */
export interface Answer {
  readonly factor: WebAuthnFactor
  readonly challenge: string
  /** JSON of the credential */
  readonly response: string
}

/**
 * Documented: device biometrics always verify the user; of a security key Auth0 by default asks no PIN,
 * because a password came before.
 *
 * @see https://auth0.com/docs/secure/multi-factor-authentication/fido-authentication-with-webauthn/configure-webauthn-security-keys-for-mfa
 */
const VERIFICATION = { 'webauthn-roaming': 'discouraged', 'webauthn-platform': 'required' } as const
const ATTACHMENT = {
  'webauthn-roaming': 'cross-platform',
  'webauthn-platform': 'platform',
} as const

/** @returns what the browser needs to enrol an authenticator, with a fresh challenge */
export async function registrationOptions(
  tenant: Tenant,
  userId: string,
  factor: WebAuthnFactor,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const user = findUser(tenant.store.state, userId)
  const name = String(user['email'] ?? user['username'] ?? user['name'])
  return generateRegistrationOptions({
    rpName: 'Sandbox tenant',
    rpID: relyingParty(tenant),
    userName: name,
    userDisplayName: name,
    userID: new TextEncoder().encode(userId.slice(0, 64)),
    excludeCredentials: credentials(tenant, userId, ['webauthn-roaming', 'webauthn-platform']),
    authenticatorSelection: {
      authenticatorAttachment: ATTACHMENT[factor],
      residentKey: 'discouraged',
      userVerification: VERIFICATION[factor],
    },
  })
}

/** Enrols an authenticator. @returns whether it has answered the challenge, on this site */
export async function enrolWebAuthn(
  tenant: Tenant,
  userId: string,
  { factor, challenge, response }: Answer,
): Promise<boolean> {
  const verified = await verifyOrNone(() =>
    verifyRegistrationResponse({
      response: JSON.parse(response) as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: `https://${tenant.domain}`,
      expectedRPID: relyingParty(tenant),
      requireUserVerification: VERIFICATION[factor] === 'required',
    }),
  )
  if (verified?.verified !== true) return false
  const { credential } = verified.registrationInfo
  if (isKnown(tenant, credential.id)) return false
  addMethod(tenant, userId, {
    type: factor,
    name: factor === 'webauthn-roaming' ? 'Security key' : 'This device',
    key_id: credential.id,
    public_key: Buffer.from(credential.publicKey).toString('base64url'),
    relying_party_identifier: relyingParty(tenant),
    transports: credential.transports ?? [],
    counter: credential.counter,
  })
  return true
}

/** @returns what the browser needs to ask an enrolled authenticator, with a fresh challenge */
export async function authenticationOptions(
  tenant: Tenant,
  userId: string,
  factor: WebAuthnFactor,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return generateAuthenticationOptions({
    rpID: relyingParty(tenant),
    allowCredentials: credentials(tenant, userId, [factor]),
    userVerification: VERIFICATION[factor],
  })
}

/** @returns whether one of the user's authenticators of this kind has answered the challenge, on this site */
export async function acceptWebAuthn(
  tenant: Tenant,
  userId: string,
  { factor, challenge, response }: Answer,
): Promise<boolean> {
  let method: Entity | undefined
  const verified = await verifyOrNone(() => {
    const given = JSON.parse(response) as AuthenticationResponseJSON
    method = methodsOf(tenant, userId, factor).find(({ key_id }) => key_id === given.id)
    if (method === undefined) throw new Error('not an authenticator of this user')
    return verifyAuthenticationResponse({
      response: given,
      expectedChallenge: challenge,
      expectedOrigin: `https://${tenant.domain}`,
      expectedRPID: relyingParty(tenant),
      requireUserVerification: VERIFICATION[factor] === 'required',
      credential: {
        id: given.id,
        publicKey: new Uint8Array(Buffer.from(String(method['public_key']), 'base64url')),
        counter: Number(method['counter'] ?? 0),
      },
    })
  })
  if (verified?.verified !== true || method === undefined) return false
  const fields = { counter: verified.authenticationInfo.newCounter }
  noteUse(tenant, userId, { method, fields })
  return true
}

/** The library throws for each way in which an answer can be wrong, and an answer may be no JSON at all. */
async function verifyOrNone<T>(verify: () => Promise<T>): Promise<T | undefined> {
  try {
    return await verify()
  } catch {
    return undefined
  }
}

/** A domain without its port (WebAuthn, relying party identifier). */
function relyingParty({ domain }: Tenant): string {
  return new URL(`https://${domain}`).hostname
}

interface Credential {
  readonly id: string
  readonly transports?: string[]
}

/** A key that the Management API was given may have any identifier; no authenticator has such a one. */
function credentials(
  tenant: Tenant,
  userId: string,
  factors: readonly WebAuthnFactor[],
): Credential[] {
  return factors
    .flatMap((factor) => methodsOf(tenant, userId, factor))
    .filter(({ key_id }) => typeof key_id === 'string' && /^[\w-]+$/.test(key_id))
    .map(({ key_id, transports }) => ({
      id: String(key_id),
      ...(Array.isArray(transports) ? { transports: transports.map(String) } : {}),
    }))
}

/** A credential belongs to one user (WebAuthn, registering a new credential, step 26). */
function isKnown({ store }: Tenant, keyId: string): boolean {
  return store.state.users.some(({ authentication_methods }) =>
    authentication_methods.some(({ key_id }) => key_id === keyId),
  )
}
