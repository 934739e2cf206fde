import { readForm, type Exchange, type RawRequest } from '../request.ts'
import type { Tenant } from '../tenant.ts'
import { CLAIMS_OF_SCOPE, findAccount } from './account.ts'
import { findClient, isAllowedOrigin } from './clients.ts'
import { verifyOwnToken } from './own-token.ts'
import { providerOf } from './provider.ts'
import { splitScope } from './resource-servers.ts'

interface Bearer {
  readonly userId: string
  readonly clientId: string
  readonly scopes: readonly string[]
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
      'access-control-allow-headers': 'authorization, auth0-client, content-type',
      'access-control-allow-methods': 'GET, POST',
      'access-control-max-age': '3600',
    })
    response.end()
    return
  }
  const token = tokenOf(request)
  const bearer = (await bearerOfJwt(tenant, token)) ?? (await bearerOfHandle(tenant, token))
  const account = bearer === undefined ? undefined : findAccount(tenant, bearer.userId)
  if (bearer === undefined || account === undefined || !bearer.scopes.includes('openid')) {
    response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' })
    response.end('Unauthorized')
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
  response.end(JSON.stringify(Object.fromEntries(claims)))
}

/** In the header, in a form, or in the query (RFC 6750, section 2). */
function tokenOf(request: RawRequest): string {
  const inHeader = /^Bearer (.+)$/i.exec(request.headers['authorization'] ?? '')?.[1]
  const given = request.method === 'POST' ? readForm(request) : request.query
  return inHeader ?? given.get('access_token') ?? ''
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
      }
}
