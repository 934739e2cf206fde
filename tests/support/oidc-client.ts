// An application of a sandbox tenant: it sends users to log in, and turns codes into tokens that it verifies.
import { createHash, randomBytes } from 'node:crypto'
import { createRemoteJWKSet, customFetch, decodeJwt, jwtVerify, type JWTPayload } from 'jose'
import type { Stop } from './oidc-browser.ts'
import type { Sandbox } from './sandbox.ts'

export type Parameters = Readonly<Record<string, string>>

export interface Tokens {
  readonly access_token: string
  readonly id_token?: string
  readonly refresh_token?: string
  readonly scope?: string
  readonly expires_in: number
  readonly token_type: string
}

export interface TokenAnswer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

export interface OidcClient {
  /** the address that asks for a code; PKCE and state are filled in */
  authorizeUrl(parameters?: Parameters): string
  /** Posts to the token endpoint with the credentials of the client. */
  token(parameters: Parameters): Promise<TokenAnswer>
  /** @returns the parameters that redeem the code of an authorization response */
  codeRequest(stop: Stop): Parameters
  /** Redeems the code of an authorization response. */
  redeem(stop: Stop): Promise<Tokens>
  /** @returns the claims of a token whose signature, issuer and audience are right */
  verify(token: string | undefined, audience: string): Promise<JWTPayload>
}

interface Registration {
  readonly clientId: string
  readonly clientSecret?: string
  readonly redirectUri: string
}

export function newOidcClient(
  { fetch, domain }: Sandbox,
  { clientId, clientSecret, redirectUri }: Registration,
): OidcClient {
  const issuer = `https://${domain}/`
  const keys = createRemoteJWKSet(new URL('.well-known/jwks.json', issuer), {
    [customFetch]: fetch,
  })
  /** state → code verifier */
  const verifiers = new Map<string, string>()

  async function token(parameters: Parameters): Promise<TokenAnswer> {
    const response = await fetch('/oauth/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        client_id: clientId,
        ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
        ...parameters,
      }),
    })
    const body = (await response.json()) as Record<string, unknown>
    return { status: response.status, body }
  }

  function codeRequest(stop: Stop): Parameters {
    if (stop.at !== 'application') throw new Error(`still at ${stop.url.href}:\n${stop.html}`)
    const { code, state } = stop.response
    if (code === undefined) throw new Error(`no code: ${JSON.stringify(stop.response)}`)
    return {
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifiers.get(state ?? '') ?? '',
    }
  }

  return {
    authorizeUrl: (parameters = {}) => {
      const state = randomBytes(8).toString('hex')
      const verifier = randomBytes(32).toString('base64url')
      verifiers.set(state, verifier)
      const challenge = createHash('sha256').update(verifier).digest('base64url')
      return `/authorize?${new URLSearchParams({
        client_id: clientId,
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: 'openid',
        state,
        code_challenge: challenge,
        code_challenge_method: 'S256',
        ...parameters,
      }).toString()}`
    },
    token,
    codeRequest,
    redeem: async (stop) => {
      const answer = await token(codeRequest(stop))
      if (answer.status !== 200) throw new Error(JSON.stringify(answer))
      return answer.body as unknown as Tokens
    },
    verify: async (jwt = '', audience) => {
      // The clock of the sandbox may be ahead of this process.
      const currentDate = new Date((decodeJwt(jwt).iat ?? 0) * 1_000)
      const { payload } = await jwtVerify(jwt, keys, { issuer, audience, currentDate })
      return payload
    },
  }
}
