// The key of a client, and what it proves with it (DPoP, RFC 9449).
import { createHash, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto'
import { SignJWT, calculateJwkThumbprint, exportJWK, type JWK } from 'jose'

export interface Holder {
  readonly jwk: JWK
  readonly thumbprint: string
  /** @returns a proof for a request, with these claims and header parameters instead of the usual ones */
  readonly proof: (request: ProvenRequest, changes?: Changes) => Promise<string>
}

export interface ProvenRequest {
  readonly method: string
  readonly url: string
  /** seconds since the epoch */
  readonly now: number
  readonly nonce?: string | undefined
  /** that the request carries */
  readonly token?: string
}

export interface Changes {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
  readonly key?: KeyObject
}

export async function newHolder(): Promise<Holder> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = await exportJWK(publicKey)
  return {
    jwk,
    thumbprint: await calculateJwkThumbprint(jwk),
    proof: ({ method, url, now, nonce, token }, { claims, header, key = privateKey } = {}) =>
      new SignJWT({
        jti: randomUUID(),
        htm: method,
        htu: url,
        iat: now,
        ...(nonce === undefined ? {} : { nonce }),
        ...(token === undefined
          ? {}
          : { ath: createHash('sha256').update(token).digest('base64url') }),
        ...claims,
      })
        .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk, ...header })
        .sign(key),
  }
}
