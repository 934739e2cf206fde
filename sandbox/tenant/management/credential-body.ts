import { createPublicKey } from 'node:crypto'
import { z } from 'zod'
import { ApiError } from '../http.ts'
import type { Credential } from '../login/credentials.ts'
import { newId } from '../state.ts'

export const credentialBody = z.strictObject({
  credential_type: z.enum(['public_key']),
  name: z.string().optional(),
  pem: z.string(),
  alg: z.enum(['RS256', 'RS384', 'PS256']).optional(),
})

/** @throws ApiError 400 for a key that is none */
export function newCredential(
  { alg = 'RS256', ...body }: z.infer<typeof credentialBody>,
  at: string,
): Credential {
  if (!isKey(body.pem)) throw new ApiError(400, 'The pem is not a public key.', 'invalid_body')
  return { id: newId('cred'), ...body, alg, created_at: at, updated_at: at }
}

function isKey(pem: string): boolean {
  try {
    return createPublicKey(pem).asymmetricKeyType === 'rsa'
  } catch {
    return false
  }
}

/** A client that is made with its keys: they get identities, by which its settings name them. */
export function withCredentials(body: object, at: string): object {
  const { client_authentication_methods: given } = body as {
    client_authentication_methods?: { private_key_jwt?: { credentials?: unknown } } | null
  }
  const parsed = z.array(credentialBody).safeParse(given?.private_key_jwt?.credentials)
  if (!parsed.success) return {}
  const credentials = parsed.data.map((one) => newCredential(one, at))
  return {
    credentials,
    client_authentication_methods: {
      ...given,
      private_key_jwt: { credentials: credentials.map(({ id }) => ({ id })) },
    },
  }
}
