// An authorization server of the test's own, as far as an API meets one: discovery, keys, signed tokens.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose'
import { BANKING } from './event.ts'

/** By name; `undefined` leaves a claim out. */
export type Claims = Readonly<Record<string, unknown>>

export interface Issuer {
  /** With a trailing slash, as Auth0's */
  readonly issuer: string
  /** An access token that is valid but for `changes`. */
  token(changes?: Claims): Promise<string>
  /** A token in every way like the others, signed with a key that is not of this issuer. */
  forgedToken(): Promise<string>
  stop(): Promise<void>
}

let tokens = 0

/** Starts an issuer on a free port of loopback. */
export async function startIssuer(): Promise<Issuer> {
  const [own, foreign] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')])
  const jwk = { ...(await exportJWK(own.publicKey)), kid: 'key', alg: 'RS256', use: 'sig' }
  const server = createServer((request, response) => {
    const answers: Readonly<Record<string, object>> = {
      '/.well-known/openid-configuration': { issuer, jwks_uri: `${issuer}jwks` },
      '/jwks': { keys: [jwk] },
    }
    const answer = answers[request.url ?? '']
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer ?? {}))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`

  const sign = (changes: Claims, key: CryptoKey): Promise<string> => {
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      iss: issuer,
      sub: 'auth0|ada',
      aud: BANKING,
      iat: now,
      exp: now + 600,
      jti: `token-${(tokens += 1)}`,
      client_id: 'web',
      scope: 'openid transfer:funds',
      ...changes,
    }
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'key', typ: 'at+jwt' })
      .sign(key)
  }
  return {
    issuer,
    token: (changes = {}) => sign(changes, own.privateKey),
    forgedToken: () => sign({}, foreign.privateKey),
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
