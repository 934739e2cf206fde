// Which requests are for the authorization server, and how each reaches the part that answers it.
import { withClient } from '../grants/client-authentication.ts'
import { GRANT_TYPES } from '../grants/registry.ts'
import { warmUp } from '../action-execution.ts'
import { assetOf } from '../pages/assets.ts'
import { failurePage } from '../pages/plain-pages.ts'
import { REFUSED_OUTSIDE_OF_AUTHORIZE, notEmulated, refusalOf } from '../not-emulated.ts'
import { readForm, type Exchange, type RawRequest } from '../request.ts'
import type { Tenant } from '../tenant.ts'
import { serveInbox } from './inbox.ts'
import { serveInteraction, showPage } from './interactions.ts'
import { TOKEN_EXCHANGE, findClient } from '../login/clients.ts'
import { serveContinue } from './continue.ts'
import { serveLogout } from './logout.ts'
import { toAuthorizationRequest, toTokenRequest } from './parameters.ts'
import { providerOf } from './provider.ts'
import { replay, type Rewritten } from './replay.ts'
import { audienceOf, findResourceServer } from '../login/resource-servers.ts'
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
  [/^\/oauth\/revoke$/,            revoke],
  [/^\/oauth\/par$/,               pushRequest],
  [/^\/oidc\/logout\/confirm$/,    passOn],
  [/^\/\.well-known\/(openid-configuration|oauth-authorization-server|jwks\.json)$/, passOn],
]

/** The addresses of the authorization server, for people. */
export const DOOR_PATHS: readonly string[] = DOORS.flatMap(([{ source }]) => {
  const path = source
    .slice(1, -1)
    .replaceAll(/\\([/.])/g, '$1')
    .replaceAll('[^/]+', '{id}')
  return /^\/(u|sandbox)\//.test(path) ? [] : spelledOut(path)
})

/** @returns the addresses that a pattern with `(a|b)` and `(a)?` stands for */
function spelledOut(pattern: string): readonly string[] {
  const [group, alternatives = '', mark] = /\(([^()]*)\)(\?)?/.exec(pattern) ?? []
  if (group === undefined) return [pattern]
  const choices = [...(mark === undefined ? [] : ['']), ...alternatives.split('|')]
  return choices.flatMap((choice) => spelledOut(pattern.replace(group, choice)))
}

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
  if (isPushed(given)) {
    warmUp(tenant)
    return pass(tenant, exchange, { url: `/authorize?${pushedOnly(given)}`, method: 'GET' })
  }
  const refusal = given.has('request_uri')
    ? notEmulated('The parameter `request_uri` of another kind than that of PAR')
    : refusalOf(questionOf(tenant, given))
  if (refusal !== undefined) {
    showPage(exchange.response, 501, failurePage('not_emulated', refusal))
    return Promise.resolve()
  }
  const parameters = toAuthorizationRequest(tenant, given, request.method)
  warmUp(tenant)
  return pass(tenant, exchange, { url: `/authorize?${parameters.toString()}`, method: 'GET' })
}

const PUSHED = 'urn:ietf:params:oauth:request_uri:'

function isPushed(given: URLSearchParams): boolean {
  return given.get('request_uri')?.startsWith(PUSHED) === true
}

/** What was pushed counts, and nothing beside it (RFC 9126, section 4). */
function pushedOnly(given: URLSearchParams): string {
  const fields = ['client_id', 'request_uri'].map((name) => [name, given.get(name) ?? ''])
  return new URLSearchParams(fields as [string, string][]).toString()
}

/**
 * Keeps an authorization request of a client for its browser, where the tenant allows that.
 *
 * @see https://auth0.com/docs/get-started/applications/configure-par
 */
function pushRequest(tenant: Tenant, exchange: Exchange): Promise<void> {
  const { encodedPath, headers } = exchange.request
  if (tenant.store.state.settings['pushed_authorization_requests_supported'] !== true) {
    // Assumed: the documentation does not tell how a tenant refuses that has not enabled it.
    return answerJson(exchange, 403, {
      error: 'access_denied',
      error_description: 'Pushed Authorization Requests are not enabled for this tenant.',
    })
  }
  const given = withClient(readForm(exchange.request), headers['authorization'])
  const refusal = refusalOf(questionOf(tenant, given))
  if (refusal !== undefined) return answerRefusal(exchange, refusal)
  return pass(tenant, exchange, { url: encodedPath, form: toAuthorizationRequest(tenant, given) })
}

/** Ends a refresh token; a form and JSON will do, as at all of Auth0's endpoints. */
function revoke(tenant: Tenant, exchange: Exchange): Promise<void> {
  const { encodedPath, headers, method } = exchange.request
  if (method !== 'POST') return passOn(tenant, exchange)
  const form = withClient(readForm(exchange.request), headers['authorization'])
  return pass(tenant, exchange, { url: encodedPath, form })
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
  // A custom token exchange can be for an organization.
  const isExchange = given.get('grant_type') === TOKEN_EXCHANGE
  const more = isExchange ? [] : REFUSED_OUTSIDE_OF_AUTHORIZE
  const refusal = refusalOf(questionOf(tenant, given), more)
  if (refusal !== undefined) return answerRefusal(exchange, refusal)
  const form = toTokenRequest(given)
  return pass(tenant, exchange, { url: exchange.request.encodedPath, form })
}

/** What decides whether a request asks for something that is not emulated. */
function questionOf(tenant: Tenant, parameters: URLSearchParams): Parameters<typeof refusalOf>[0] {
  const audience = audienceOf(tenant, parameters.get('audience'))
  const chosen = parameters.get('connection') ?? parameters.get('realm')
  return {
    parameters,
    client: findClient(tenant, parameters.get('client_id')),
    api: audience === undefined ? undefined : findResourceServer(tenant, audience),
    connection: tenant.store.state.connections.find(({ name }) => name === chosen),
  }
}

function answerRefusal(exchange: Exchange, refusal: string): Promise<void> {
  return answerJson(exchange, 501, { error: 'not_emulated', error_description: refusal })
}

function answerJson({ response }: Exchange, status: number, body: object): Promise<void> {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
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
