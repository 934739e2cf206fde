import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { errors, jwtVerify } from 'jose'
import type { Client, Entity } from '../state.ts'
import type { Tenant } from '../tenant.ts'

/** A public key of a client, with which it proves itself in place of a secret. */
export interface Credential extends Entity {
  readonly id: string
  readonly alg: string
  readonly pem: string
}

/** @returns the keys with which a client authenticates (`private_key_jwt`); `undefined` for one that does not */
export function signingCredentials(client: Client): readonly Credential[] | undefined {
  const methods = client['client_authentication_methods'] as
    { private_key_jwt?: { credentials?: readonly { id?: unknown }[] } } | null | undefined
  const chosen = methods?.private_key_jwt?.credentials
  if (chosen === undefined) return undefined
  const own = (client['credentials'] ?? []) as Credential[]
  return own.filter(({ id }) => chosen.some((one) => one.id === id))
}

/** @returns a key as oidc-provider wants it */
export function toJwk({ id, alg, pem }: Credential): JsonWebKey {
  return { ...createPublicKey(pem).export({ format: 'jwk' }), kid: id, alg, use: 'sig' }
}

/**
 * Whether a client has signed the assertion by which it authenticates.
 *
 * @see https://auth0.com/docs/get-started/authentication-and-authorization-flow/authenticate-with-private-key-jwt
 */
export async function isAssertionOf(
  { domain, now }: Tenant,
  client: Client,
  assertion: string,
): Promise<boolean> {
  for (const { pem, alg } of signingCredentials(client) ?? []) {
    const isRight = await jwtVerify(assertion, createPublicKey(pem), {
      algorithms: [alg],
      issuer: client.client_id,
      subject: client.client_id,
      audience: `https://${domain}/`,
      requiredClaims: ['exp', 'jti'],
      currentDate: new Date(now()),
    }).then(
      () => true,
      (error: unknown) => {
        if (error instanceof errors.JOSEError) return false
        throw error
      },
    )
    if (isRight) return true
  }
  return false
}
