// An authorization server of the test's own, as far as Fabrikam meets one: it answers every authorization at
// once, as the test says, and knows no users.
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose'
import { BANKING } from './event.ts'

/** By name; `undefined` leaves a claim out. */
export type Claims = Readonly<Record<string, unknown>>

/** How an authorization ends; the claims are laid over those of an everyday login. */
export type Authorization =
  | { readonly error: string; readonly error_description?: string }
  | { readonly idToken?: Claims; readonly accessToken?: Claims; readonly expiresIn?: number }

export interface Issuer {
  /** With a trailing slash, as Auth0's */
  readonly issuer: string
  /** The parameters of every authorization request so far. */
  readonly requests: URLSearchParams[]
  /** An access token that is valid but for `changes`. */
  token(changes?: Claims): Promise<string>
  /** A token in every way like the others, signed with a key that is not of this issuer. */
  forgedToken(): Promise<string>
  /** Answers authorizations like this from now on. */
  answerWith(answer: (request: URLSearchParams) => Authorization): void
  stop(): Promise<void>
}

/** Starts an issuer on a free port of loopback. */
export async function startIssuer(): Promise<Issuer> {
  const [own, foreign] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')])
  const jwk = { ...(await exportJWK(own.publicKey)), kid: 'key', alg: 'RS256', use: 'sig' }
  const requests: URLSearchParams[] = []
  const codes = new Map<string, { request: URLSearchParams; answer: Authorization }>()
  let decide: (request: URLSearchParams) => Authorization = () => ({})

  const server = createServer((request, response) => {
    void answer(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', issuer)
    const send = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    }
    switch (pathname) {
      case '/.well-known/openid-configuration':
        send(200, discovery(issuer))
        return
      case '/jwks':
        send(200, { keys: [jwk] })
        return
      case '/authorize': {
        requests.push(searchParams)
        const code = randomUUID()
        const decision = decide(searchParams)
        codes.set(code, { request: searchParams, answer: decision })
        const back = new URL(searchParams.get('redirect_uri') ?? issuer)
        const parameters = 'error' in decision ? decision : { code }
        for (const [name, value] of Object.entries(parameters)) back.searchParams.set(name, value)
        back.searchParams.set('state', searchParams.get('state') ?? '')
        response.writeHead(302, { location: back.href }).end()
        return
      }
      case '/oauth/token': {
        const code = new URLSearchParams(await text(request)).get('code') ?? ''
        const granted = codes.get(code)
        codes.delete(code)
        if (granted === undefined || 'error' in granted.answer) {
          send(400, { error: 'invalid_grant' })
        } else {
          send(200, await tokensFor(granted.request, granted.answer))
        }
        return
      }
      default:
        send(404, {})
    }
  }

  async function tokensFor(
    request: URLSearchParams,
    { idToken, accessToken, expiresIn = 600 }: Exclude<Authorization, { error: string }>,
  ): Promise<object> {
    const scope = request.get('scope')
    const identity = {
      jti: undefined,
      scope: undefined,
      aud: request.get('client_id'),
      nonce: request.get('nonce'),
      email: 'ada@fabrikam.example',
    }
    return {
      token_type: 'Bearer',
      expires_in: expiresIn,
      access_token: await sign({ scope, ...accessToken }, own.privateKey),
      id_token: await sign({ ...identity, ...idToken }, own.privateKey),
    }
  }

  function sign(changes: Claims, key: CryptoKey): Promise<string> {
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      iss: issuer,
      sub: 'auth0|ada',
      aud: BANKING,
      iat: now,
      exp: now + 600,
      jti: randomUUID(),
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
    requests,
    token: (changes = {}) => sign(changes, own.privateKey),
    forgedToken: () => sign({}, foreign.privateKey),
    answerWith: (answer) => {
      decide = answer
    },
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function discovery(issuer: string): object {
  return {
    issuer,
    jwks_uri: `${issuer}jwks`,
    authorization_endpoint: `${issuer}authorize`,
    token_endpoint: `${issuer}oauth/token`,
    end_session_endpoint: `${issuer}oidc/logout`,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    id_token_signing_alg_values_supported: ['RS256'],
  }
}
