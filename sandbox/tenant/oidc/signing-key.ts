import {
  createPrivateKey,
  generateKeyPair,
  generateKeyPairSync,
  type JsonWebKey,
} from 'node:crypto'
import { promisify } from 'node:util'
import type { Store } from '../store.ts'

const generateInBackground = promisify(generateKeyPair)

/** @returns the RSA key that signs the tenant's tokens, as a private JWK; it is made once and kept in the state */
export function signingKey(store: Store): JsonWebKey {
  const pem = store.state.signingKey ?? makeKey(store)
  return createPrivateKey(pem).export({ format: 'jwk' })
}

/** @returns a new key for a state, made beside other work: it takes a while */
export async function newSigningKey(): Promise<string> {
  return (await generateInBackground('rsa', FORM)).privateKey
}

const FORM = {
  modulusLength: 2_048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
} as const

function makeKey(store: Store): string {
  const { privateKey } = generateKeyPairSync('rsa', FORM)
  store.update((state) => {
    state.signingKey = privateKey
  })
  return privateKey
}
