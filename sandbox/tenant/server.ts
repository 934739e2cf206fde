// The only file that touches a socket: requests in, replies out, faults in between.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import { setTimeout as wait } from 'node:timers/promises'
import type { Certificate } from './certificate.ts'
import { CONTROL_ROUTES } from './control.ts'
import { setCookiesInMachineTime } from './cookie-time.ts'
import { dashboardPage } from './dashboard/dashboard-page.ts'
import type { Fault } from './faults.ts'
import { TOKEN_ROUTES } from './grants/token-endpoint.ts'
import { ApiError, noContent, noEndpoint, type Reply } from './http.ts'
import { REFUSED_ENDPOINTS } from './not-emulated.ts'
import { findDoor } from './oidc/entrance.ts'
import { MANAGEMENT_PATH, MANAGEMENT_ROUTES } from './management/routes.ts'
import { PAGE_HEADERS } from './pages/page-headers.ts'
import { newRateLimit, rateLimitHeaders } from './rate-limit.ts'
import { parseBody, readRequest, type RawRequest } from './request.ts'
import { findRoute, type Route } from './router.ts'
import type { Tenant } from './tenant.ts'

const SERVICE_ROUTES: readonly Route[] = [...TOKEN_ROUTES, ...MANAGEMENT_ROUTES]

export interface ServerOptions {
  readonly certificate: Certificate
  /** the endpoints under `/sandbox` */
  readonly control: 'on' | 'off'
}

/**
 * @param currentTenant whose the next request is; one that has begun stays with the tenant that it has met
 * @returns the tenant as an HTTPS server that does not listen yet
 */
export function newServer(
  currentTenant: () => Tenant,
  { certificate, control }: ServerOptions,
): Server {
  const controlRoutes = control === 'on' ? CONTROL_ROUTES : []
  const tls = { cert: certificate.certificate, key: certificate.privateKey }
  return createServer(tls, (message, response) => {
    serve(message, response).catch((error: unknown) => {
      if (error instanceof ApiError) {
        send(response, error.reply)
        return
      }
      // Who has gone in the middle of a request has made no defect.
      if (message.complete) reportDefect(error)
      response.destroy()
    })
  })

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(message)
    const tenant = currentTenant()
    if (tenant.clock !== undefined) setCookiesInMachineTime(response, tenant.clock.aheadMs)
    if (findRoute(controlRoutes, request.method, request.encodedPath) !== undefined) {
      send(response, await answer(tenant, controlRoutes, request))
      return
    }
    if (request.path === '/' && (request.method === 'GET' || request.method === 'HEAD')) {
      showDashboard(tenant, response)
      return
    }
    const fault = tenant.faults.next(request.method, request.path)
    if (fault?.kind === 'delay') await wait(fault.milliseconds)
    const isHandled = fault?.kind !== 'drop' && fault?.kind !== 'status'
    const door = isHandled ? findDoor(tenant, request) : undefined
    if (door !== undefined) {
      // What answers goes on, but nobody hears it.
      if (fault?.kind === 'drop-answer') response.destroy()
      await door(tenant, { message, response, request })
      return
    }
    const reply = await replyUnderFault(tenant, request, fault)
    const isManagement = request.path.startsWith(`${MANAGEMENT_PATH}/`)
    if (isManagement) {
      const { method, path, query } = request
      tenant.requests.add({ method, path, query: query.toString(), status: reply?.status ?? 0 })
    }
    if (reply === undefined || fault?.kind === 'drop-answer') response.destroy()
    else if (isManagement)
      send(response, { ...reply, headers: { ...rateLimitOf(tenant)(), ...reply.headers } })
    else send(response, reply)
  }
}

/** @returns `undefined` for a request that is dropped before anything is done */
async function replyUnderFault(
  tenant: Tenant,
  request: RawRequest,
  fault: Fault | undefined,
): Promise<Reply | undefined> {
  switch (fault?.kind) {
    case 'drop':
      return undefined
    case 'status':
      return faultReply(fault, tenant.now())
    case 'delay':
    case 'drop-answer':
    case undefined:
      return answer(tenant, SERVICE_ROUTES, request)
  }
}

function showDashboard(tenant: Tenant, response: ServerResponse): void {
  const document = dashboardPage(tenant)
  response.writeHead(200, {
    ...PAGE_HEADERS,
    // Its script asks for the page again and again.
    'content-security-policy': `${PAGE_HEADERS['content-security-policy'] ?? ''}; connect-src 'self'`,
    'content-length': Buffer.byteLength(document),
  })
  response.end(document)
}

const rateLimits = new WeakMap<Tenant, ReturnType<typeof newRateLimit>>()

function rateLimitOf(tenant: Tenant): ReturnType<typeof newRateLimit> {
  const limit = rateLimits.get(tenant) ?? newRateLimit(tenant.now)
  rateLimits.set(tenant, limit)
  return limit
}

async function answer(
  tenant: Tenant,
  routes: readonly Route[],
  request: RawRequest,
): Promise<Reply> {
  try {
    const match = findRoute(routes, request.method, request.encodedPath)
    if (match === undefined) throw missing(request)
    const { method, path, query, headers } = request
    const body = parseBody(request)
    return await match.route.handler(tenant, {
      method,
      path,
      query,
      headers,
      params: match.params,
      body,
    })
  } catch (error) {
    if (error instanceof ApiError) return error.reply
    reportDefect(error)
    return new ApiError(500, 'An internal server error occurred').reply
  }
}

/** Of Auth0's own addresses none is missing, only not emulated. */
function missing({ method, encodedPath, path }: RawRequest): ApiError {
  const isKnown =
    path.startsWith(`${MANAGEMENT_PATH}/`) ||
    NOT_EMULATED_BELOW.some((start) => path.startsWith(start)) ||
    findRoute(NOT_EMULATED, method, encodedPath) !== undefined
  return isKnown ? noEndpoint(method, path) : new ApiError(404, 'Not Found')
}

const NOT_EMULATED: readonly Route[] = REFUSED_ENDPOINTS.map(({ method, name }) => ({
  method,
  path: name,
  handler: noContent,
}))

const NOT_EMULATED_BELOW: readonly string[] = REFUSED_ENDPOINTS.flatMap(({ name }) =>
  name.endsWith('/*') ? [name.slice(0, -1)] : [],
)

function faultReply(fault: Extract<Fault, { kind: 'status' }>, nowMs: number): Reply {
  const exhausted =
    fault.status === 429 ? rateLimitHeaders(0, Math.floor(nowMs / 1_000)) : undefined
  return {
    status: fault.status,
    headers: { ...exhausted, ...fault.headers },
    body: fault.body ?? new ApiError(fault.status, MESSAGE[fault.status] ?? 'Fault').reply.body,
  }
}

const MESSAGE: Readonly<Record<number, string>> = {
  429: 'Global limit has been reached',
  500: 'An internal server error occurred',
  503: 'The service is unavailable',
}

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  const text = body === undefined ? '' : JSON.stringify(body)
  response.writeHead(status, {
    ...(body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    'content-length': Buffer.byteLength(text),
    ...headers,
  })
  response.end(text)
}

function reportDefect(error: unknown): void {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`sandbox: this is a defect of the sandbox:\n${detail}\n`)
}
