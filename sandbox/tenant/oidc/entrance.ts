// Which requests are for the authorization server, and how each reaches the part that answers it.
import { withClient } from '../grants/client-authentication.ts'
import { GRANT_TYPES } from '../grants/registry.ts'
import { warmUp } from '../management/action-execution.ts'
import { assetOf } from '../pages/assets.ts'
import { failurePage } from '../pages/plain-pages.ts'
import { REFUSED_OUTSIDE_OF_AUTHORIZE, refusalOf } from '../not-emulated.ts'
import { readForm, type Exchange, type RawRequest } from '../request.ts'
import type { Tenant } from '../tenant.ts'
import { serveInbox } from './inbox.ts'
import { serveInteraction, showPage } from './interactions.ts'
import { findClient } from './clients.ts'
import { serveContinue } from './continue.ts'
import { serveLogout } from './logout.ts'
import { toAuthorizationRequest, toTokenRequest } from './parameters.ts'
import { providerOf } from './provider.ts'
import { replay, type Rewritten } from './replay.ts'
import { audienceOf, findResourceServer } from './resource-servers.ts'
import { serveUserinfo } from './userinfo.ts'

type Door = (tenant: Tenant, exchange: Exchange) => void | Promise<void>

// prettier-ignore
const DOORS: readonly (readonly [path: RegExp, door: Door])[] = [
  [/^\/authorize$/,                authorize],
  [/^\/oauth\/device\/code$/,      authorizeDevice],
  [/^\/oauth\/token$/,             exchangeGrant],
  [/^\/continue$/,                 serveContinue],
  [/^\/userinfo$/,                 serveUserinfo],
  [/^\/(v2|oidc)\/logout$/,        serveLogout],
  [/^\/sandbox\/inbox(\/[^/]+)?$/, serveInbox],
  [/^\/u\/assets\/[^/]+$/,         serveAsset],
  [/^\/u\/[^/]+\/[^/]+$/,          servePage],
  [/^\/authorize\/[^/]+$/,         passOn],
  [/^\/activate(\/[^/]+)?$/,       passOn],
  [/^\/oauth\/revoke$/,            passOn],
  [/^\/oidc\/logout\/confirm$/,    passOn],
  [/^\/\.well-known\/(openid-configuration|oauth-authorization-server|jwks\.json)$/, passOn],
]

/** The addresses of the authorization server, for people. */
export const DOOR_PATHS: readonly string[] = DOORS.flatMap(([{ source }]) => {
  const path = source.replaceAll('\\/', '/').replaceAll(/[$^]/g, '').replaceAll('[^/]+', '{id}')
  return /^\/(u|sandbox)\//.test(path) ? [] : [path.replaceAll('\\.', '.')]
})

/** @returns what answers the request; `undefined` for a request to something else than the authorization server */
export function findDoor(tenant: Tenant, request: RawRequest): Door | undefined {
  const door = DOORS.find(([path]) => path.test(request.path))?.[1]
  return door === exchangeGrant && !isOwnGrant(tenant, request) ? undefined : door
}

/** The client credentials of the Management API have an endpoint of their own, which tells other errors too. */
function isOwnGrant(tenant: Tenant, request: RawRequest): boolean {
  if (request.method !== 'POST') return true
  const form = readForm(request)
  const grantType = form.get('grant_type') ?? ''
  if (!GRANT_TYPES.has(grantType)) return false
  if (grantType !== 'client_credentials') return true
  const server = findResourceServer(tenant, audienceOf(tenant, form.get('audience')) ?? '')
  return server !== undefined && server.is_system !== true
}

function authorize(tenant: Tenant, exchange: Exchange): Promise<void> {
  const { request } = exchange
  const given = request.method === 'POST' ? readForm(request) : request.query
  const refusal = refusalOf(questionOf(tenant, given))
  if (refusal !== undefined) {
    showPage(exchange.response, 501, failurePage('not_emulated', refusal))
    return Promise.resolve()
  }
  const parameters = toAuthorizationRequest(tenant, given, request.method)
  warmUp(tenant)
  return pass(tenant, exchange, { url: `/authorize?${parameters.toString()}`, method: 'GET' })
}

function authorizeDevice(tenant: Tenant, exchange: Exchange): Promise<void> {
  const given = readForm(exchange.request)
  const refusal = refusalOf(questionOf(tenant, given), REFUSED_OUTSIDE_OF_AUTHORIZE)
  if (refusal !== undefined) return answerRefusal(exchange, refusal)
  const form = toAuthorizationRequest(tenant, given)
  return pass(tenant, exchange, { url: exchange.request.encodedPath, form })
}

function exchangeGrant(tenant: Tenant, exchange: Exchange): Promise<void> {
  const { headers } = exchange.request
  const given = withClient(readForm(exchange.request), headers['authorization'])
  const refusal = refusalOf(questionOf(tenant, given), REFUSED_OUTSIDE_OF_AUTHORIZE)
  if (refusal !== undefined) return answerRefusal(exchange, refusal)
  const form = toTokenRequest(given)
  return pass(tenant, exchange, { url: exchange.request.encodedPath, form })
}

/** What decides whether a request asks for something that is not emulated. */
function questionOf(tenant: Tenant, parameters: URLSearchParams): Parameters<typeof refusalOf>[0] {
  const audience = audienceOf(tenant, parameters.get('audience'))
  return {
    parameters,
    client: findClient(tenant, parameters.get('client_id')),
    api: audience === undefined ? undefined : findResourceServer(tenant, audience),
  }
}

function answerRefusal({ response }: Exchange, refusal: string): Promise<void> {
  const body = JSON.stringify({ error: 'not_emulated', error_description: refusal })
  response.writeHead(501, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(body)
  return Promise.resolve()
}

function passOn(tenant: Tenant, exchange: Exchange): Promise<void> {
  const { encodedPath, query } = exchange.request
  return pass(tenant, exchange, {
    url: query.size === 0 ? encodedPath : `${encodedPath}?${query.toString()}`,
  })
}

function pass(
  tenant: Tenant,
  { message, response, request }: Exchange,
  rewritten: Rewritten,
): Promise<void> {
  return providerOf(tenant).callback()(replay(message, request, rewritten), response)
}

function servePage(tenant: Tenant, { message, response, request }: Exchange): Promise<void> {
  return serveInteraction(tenant, {
    message,
    response,
    path: request.path,
    form: request.method === 'POST' ? readForm(request) : undefined,
  })
}

function serveAsset(_tenant: Tenant, { response, request }: Exchange): void {
  const asset = assetOf(request.path)
  if (asset === undefined) {
    showPage(response, 404, failurePage('not_found', 'There is no such page.'))
    return
  }
  response.writeHead(200, {
    'content-type': asset.contentType,
    'content-length': Buffer.byteLength(asset.text),
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
  })
  response.end(asset.text)
}
