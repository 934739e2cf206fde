// What an endpoint sees and answers. Handlers return values; only server.ts touches a socket.
import { notEmulated } from './not-emulated.ts'
import type { Tenant } from './tenant.ts'

export interface TenantRequest {
  readonly method: string
  /** decoded path without the query */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | undefined>>
  /** values of the `{…}` segments of the route */
  readonly params: Readonly<Record<string, string>>
  /** parsed JSON or form; `undefined` without a body */
  readonly body: unknown
  /** who called; set where the route asks for a scope */
  readonly caller?: Caller
}

export interface Caller {
  readonly clientId: string
  readonly scopes: ReadonlySet<string>
}

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

export type Handler = (tenant: Tenant, request: TenantRequest) => Reply | Promise<Reply>

/** One line of a resource's table: method, path below `/api/v2`, the scopes of which one is needed, handler. */
export type Endpoint = readonly [
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
  path: string,
  scopes: string,
  handler: Handler,
  /** how the tenant log calls a change */
  description?: string,
]

/** A refusal in the shape of Auth0's Management API errors. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly errorCode: string | undefined
  /** where in the body the fault is */
  readonly path: readonly PropertyKey[]
  /** what is wrong besides, which Auth0 does not say */
  readonly others: readonly ApiError[]

  constructor(
    status: number,
    message: string,
    errorCode?: string,
    path: readonly PropertyKey[] = [],
    others: readonly ApiError[] = [],
  ) {
    super(message)
    this.status = status
    this.errorCode = errorCode
    this.path = path
    this.others = others
  }

  /** The answer that carries this refusal. */
  get reply(): Reply {
    return {
      status: this.status,
      body: {
        statusCode: this.status,
        error: REASON[this.status] ?? 'Error',
        message: this.message,
        ...(this.errorCode === undefined ? {} : { errorCode: this.errorCode }),
      },
    }
  }
}

const REASON: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Request Entity Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
}

/** @returns the refusal of an endpoint that is not emulated, so that it is not taken for an entity that is missing */
export function noEndpoint(method: string, path: string): ApiError {
  return new ApiError(501, notEmulated(`${method} ${path}`), 'not_emulated')
}

export const ok = (body: unknown): Reply => ({ status: 200, body })
export const created = (body: unknown): Reply => ({ status: 201, body })
export const noContent = (): Reply => ({ status: 204 })
