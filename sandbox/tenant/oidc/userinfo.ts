import type { ServerResponse } from 'node:http'
import { readForm, type Exchange, type RawRequest } from '../request.ts'
import type { Tenant } from '../tenant.ts'
import { CLAIMS_OF_SCOPE, findAccount } from '../login/account.ts'
import { isFromHolder } from './bearer-proof.ts'
import { findClient, isAllowedOrigin } from '../login/clients.ts'
import { verifyOwnToken } from '../login/own-token.ts'
import { PROOF_ALGORITHMS } from '../login/proof-of-possession.ts'
import { providerOf } from './provider.ts'
import { splitScope } from '../login/resource-servers.ts'

interface Bearer {
  readonly userId: string
  readonly clientId: string
  readonly scopes: readonly string[]
  /** of the key that the token is bound to */
  readonly thumbprint: string | undefined
  /** who acts for the user */
  readonly actor: unknown
}

/**
 * Tells about the user of an access token. oidc-provider's own endpoint knows only tokens that it has stored, not the
 * JWT of an API that is for this endpoint as well.
 */
export async function serveUserinfo(tenant: Tenant, exchange: Exchange): Promise<void> {
  const { response, request } = exchange
  const origin = request.headers['origin']
  if (request.method === 'OPTIONS') {
    response.writeHead(204, {
      'access-control-allow-origin': origin ?? '*',
      'access-control-allow-headers': 'authorization, auth0-client, content-type, dpop',
      'access-control-allow-methods': 'GET, POST',
      'access-control-max-age': '3600',
    })
    response.end()
    return
  }
  const { scheme, token } = tokenOf(request)
  const bearer = (await bearerOfJwt(tenant, token)) ?? (await bearerOfHandle(tenant, token))
  const account = bearer === undefined ? undefined : findAccount(tenant, bearer.userId)
  const thumbprint = bearer?.thumbprint
  const isSchemeOfToken = scheme === (thumbprint === undefined ? 'bearer' : 'dpop')
  if (
    bearer === undefined ||
    account === undefined ||
    !isSchemeOfToken ||
    !bearer.scopes.includes('openid')
  ) {
    refuse(response, scheme, 'invalid_token')
    return
  }
  if (thumbprint !== undefined && !(await isFromHolder(tenant, request, { token, thumbprint }))) {
    refuse(response, scheme, 'invalid_dpop_proof')
    return
  }
  const profile = await account.claims('userinfo', bearer.scopes.join(' '), {}, [])
  const names = bearer.scopes.flatMap((scope) => CLAIMS_OF_SCOPE.get(scope) ?? [])
  const claims = Object.entries(profile).filter(([name]) => names.includes(name))
  const client = findClient(tenant, bearer.clientId)
  const isAllowed = origin !== undefined && client !== undefined && isAllowedOrigin(client, origin)
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    vary: 'Origin',
    ...(isAllowed ? { 'access-control-allow-origin': origin } : {}),
  })
  const act = bearer.actor === undefined ? {} : { act: bearer.actor }
  response.end(JSON.stringify({ ...Object.fromEntries(claims), ...act }))
}

type Scheme = 'bearer' | 'dpop'

function refuse(response: ServerResponse, scheme: Scheme, error: string): void {
  const challenge =
    scheme === 'dpop'
      ? `DPoP error="${error}", algs="${PROOF_ALGORITHMS.join(' ')}"`
      : `Bearer error="${error}"`
  response.writeHead(401, { 'www-authenticate': challenge })
  response.end('Unauthorized')
}

/** In the header, and a token that is not bound also in a form or in the query (RFC 6750, section 2). */
function tokenOf(request: RawRequest): { readonly scheme: Scheme; readonly token: string } {
  const { authorization = '' } = request.headers
  const [, scheme, inHeader] = /^(Bearer|DPoP) (.+)$/i.exec(authorization) ?? []
  if (scheme !== undefined && inHeader !== undefined) {
    return { scheme: scheme.toLowerCase() as Scheme, token: inHeader }
  }
  const given = request.method === 'POST' ? readForm(request) : request.query
  return { scheme: 'bearer', token: given.get('access_token') ?? '' }
}

async function bearerOfJwt(tenant: Tenant, token: string): Promise<Bearer | undefined> {
  const claims = await verifyOwnToken(tenant, token, {
    audience: `https://${tenant.domain}/userinfo`,
  })
  if (claims?.sub === undefined) return undefined
  return {
    userId: claims.sub,
    clientId: String(claims['azp'] ?? claims['client_id']),
    scopes: splitScope(claims['scope']),
    thumbprint: (claims['cnf'] as { jkt?: string } | undefined)?.jkt,
    actor: claims['act'],
  }
}

async function bearerOfHandle(tenant: Tenant, token: string): Promise<Bearer | undefined> {
  const found = await providerOf(tenant).AccessToken.find(token)
  return found === undefined
    ? undefined
    : {
        userId: found.accountId,
        clientId: found.clientId ?? '',
        scopes: splitScope(found.scope),
        thumbprint: found.jkt,
        actor: tenant.oidc.outcomes.get(found.grantId)?.actor,
      }
}
