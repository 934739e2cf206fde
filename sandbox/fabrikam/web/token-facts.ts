import { decodeJwt } from 'jose'

/** What a page shows of an access token. */
export interface TokenFacts {
  readonly scopes: readonly string[]
  /** Epoch seconds */
  readonly expires?: number
}

/** What a page shows of an ID token. */
export interface LoginFacts {
  readonly subject: string
  readonly amr: readonly string[]
  /** Epoch seconds */
  readonly issued: number
}

/** Reads an access token only to show it: whether it is good, the API says. */
export function readAccessToken(token: string): TokenFacts {
  const { scope, exp } = decodeJwt(token)
  return { scopes: words(scope), ...(exp !== undefined && { expires: exp }) }
}

/** Reads an ID token that express-openid-connect has verified. */
export function readIdToken(token: string): LoginFacts {
  const { sub = '', iat = 0, amr } = decodeJwt(token)
  const isList = Array.isArray(amr) && amr.every((method) => typeof method === 'string')
  return { subject: sub, issued: iat, amr: isList ? amr : [] }
}

function words(text: unknown): readonly string[] {
  return typeof text === 'string' ? text.split(' ').filter((word) => word !== '') : []
}
