import { createPrivateKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import type { Store } from '../store.ts'

/** @returns the RSA key that signs the tenant's tokens, as a private JWK; it is made once and kept in the state */
export function signingKey(store: Store): JsonWebKey {
  const pem = store.state.signingKey ?? makeKey(store)
  return createPrivateKey(pem).export({ format: 'jwk' })
}

function makeKey(store: Store): string {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  store.update((state) => {
    state.signingKey = privateKey
  })
  return privateKey
}
