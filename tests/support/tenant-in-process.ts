// The sandbox's Management API without a socket: requests come by `fetch`, in an order that is always the
// same, and each of them can meet a fault. It serves as sandbox/tenant/server.ts does.
import { issueAccessToken } from '../../sandbox/tenant/access-token.ts'
import { newActionRunner } from '../../sandbox/tenant/action-runtime/action-runner.ts'
import { newFaults, type Fault } from '../../sandbox/tenant/faults.ts'
import { ApiError, noEndpoint, type Reply } from '../../sandbox/tenant/http.ts'
import { MANAGEMENT_ROUTES } from '../../sandbox/tenant/management/routes.ts'
import { MANAGEMENT_SCOPES } from '../../sandbox/tenant/management/scopes.ts'
import { moveToDomain, newTenant } from '../../sandbox/tenant/new-tenant.ts'
import { newOidcState } from '../../sandbox/tenant/login/oidc-state.ts'
import { rateLimitHeaders } from '../../sandbox/tenant/rate-limit.ts'
import { newRequestLog } from '../../sandbox/tenant/request-log.ts'
import { findRoute } from '../../sandbox/tenant/router.ts'
import { seedOf } from '../../sandbox/tenant/seed-file.ts'
import { plantSeed } from '../../sandbox/tenant/seed.ts'
import type { TenantState } from '../../sandbox/tenant/state.ts'
import { Store } from '../../sandbox/tenant/store.ts'
import type { Tenant } from '../../sandbox/tenant/tenant.ts'
import { requestLine } from './request-line.ts'

/** What a request meets: a fault of the sandbox, or the end of its sender before it or after its effect. */
export type Meets =
  | Exclude<Fault, { kind: 'delay' }>
  | { readonly kind: 'end-before' }
  | { readonly kind: 'end-after' }
  | undefined

export interface TenantInProcess {
  readonly domain: string
  readonly tenant: Tenant
  /** `PATCH /actions/actions/{id}`, for each request since the start in the order of arrival. */
  readonly arrived: string[]
  readonly fetch: typeof fetch
  /** Whether the sender of the requests has met its end. */
  hasEnded(): boolean
  /** Says what each request from now on meets; `index` counts from now on. */
  meet(fault: (index: number) => Meets | Promise<Meets>): void
  /** Is called after each request that had an effect. */
  watch(check: (request: string) => void): void
  token(scopes: readonly string[]): string
}

export const DOMAIN = 'localhost:8443'
export const ALL_SCOPES: readonly string[] = MANAGEMENT_SCOPES

/** The state of a tenant with a seed. */
export async function seededState(value: object): Promise<TenantState> {
  const state = newTenant()
  moveToDomain(state, DOMAIN)
  return plantSeed(state, seedOf(value))
}

/** Opens a tenant with a copy of a state. */
export function openTenant(state: TenantState): TenantInProcess {
  const tenant: Tenant = {
    domain: DOMAIN,
    store: Store.inMemory(structuredClone(state)),
    runner: newActionRunner(),
    faults: newFaults(),
    requests: newRequestLog(),
    oidc: newOidcState(),
    now: () => Date.now(),
  }
  const arrived: string[] = []
  let fault: (index: number) => Meets | Promise<Meets> = () => undefined
  let check: (request: string) => void = () => undefined
  let first = 0
  let ended = false

  async function send(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
    if (ended) return never()
    const url = new URL(input instanceof Request ? input.url : input)
    const method = init.method ?? 'GET'
    const request = requestLine(method, url.pathname)
    arrived.push(request)
    const met = await fault(arrived.length - 1 - first)
    switch (met?.kind) {
      case 'end-before':
        ended = true
        return never()
      case 'drop':
        throw lostConnection()
      case 'status':
        return respond({
          status: met.status,
          ...(met.status === 429 && { headers: rateLimitHeaders(0, Date.now() / 1_000) }),
          body: met.body ?? new ApiError(met.status, 'Fault').reply.body,
        })
      case 'end-after':
      case 'drop-answer':
      case undefined: {
        const reply = await answer(tenant, { method, url, init })
        check(request)
        if (met?.kind === 'end-after') {
          ended = true
          return never()
        }
        if (met?.kind === 'drop-answer') throw lostConnection()
        return respond(reply)
      }
    }
  }

  return {
    domain: DOMAIN,
    tenant,
    arrived,
    fetch: send,
    hasEnded: () => ended,
    meet: (next) => {
      fault = next
      first = arrived.length
      ended = false
    },
    watch: (next) => {
      check = next
    },
    token: (scopes) =>
      issueAccessToken(tenant, { clientId: state.managementClientId, scopes: new Set(scopes) }),
  }
}

async function answer(
  tenant: Tenant,
  { method, url, init }: { readonly method: string; readonly url: URL; readonly init: RequestInit },
): Promise<Reply> {
  const match = findRoute(MANAGEMENT_ROUTES, method, url.pathname)
  if (match === undefined) return noEndpoint(method, url.pathname).reply
  try {
    return await match.route.handler(tenant, {
      method,
      path: decodeURIComponent(url.pathname),
      query: url.searchParams,
      headers: Object.fromEntries(new Headers(init.headers)),
      params: match.params,
      body: typeof init.body === 'string' ? (JSON.parse(init.body) as unknown) : undefined,
    })
  } catch (error) {
    if (error instanceof ApiError) return error.reply
    throw error
  }
}

function respond({ status, headers = {}, body }: Reply): Response {
  return body === undefined
    ? new Response(null, { status, headers })
    : Response.json(body, { status, headers })
}

function lostConnection(): TypeError {
  const cause = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })
  return new TypeError('fetch failed', { cause })
}

function never(): Promise<never> {
  return new Promise(() => undefined)
}
