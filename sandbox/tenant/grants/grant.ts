import type { TokenEndpointGrantContext } from 'oidc-provider'
import { findAccount } from '../login/account.ts'
import { audienceOf, findResourceServer } from '../login/resource-servers.ts'
import type { EventRequest } from '../login/transaction.ts'
import type { Tenant } from '../tenant.ts'
import { forbidden } from './grant-error.ts'

/** The values are strings: oidc-provider refuses parameters that come twice. */
export type GrantContext = TokenEndpointGrantContext<Readonly<Record<string, string | undefined>>>

export interface TokenResponse {
  readonly access_token: string
  readonly token_type: string
  readonly expires_in: number
  readonly scope?: string
  readonly id_token?: string
  readonly refresh_token?: string
  readonly recovery_code?: string
  readonly issued_token_type?: string
}

/** One grant type of the token endpoint. Its client has been authenticated, and may use it. */
export interface Grant {
  /** names of the parameters that it reads */
  readonly parameters: readonly string[]
  /** how the tenant's log calls an exchange that went well, and one that failed */
  readonly log: { readonly success: string; readonly failure: string }
  /** @throws GrantError */
  readonly handle: (tenant: Tenant, ctx: GrantContext) => Promise<TokenResponse>
}

/** `scope` and `audience` as the entrance sets them aside. */
export const SCOPE_AND_AUDIENCE = ['requested_scope', 'requested_audience'] as const

/**
 * @returns the API that a user's token is asked for; `undefined` for a token that is for no API
 * @throws GrantError 403 for an API that there is not, and for the Management API
 */
export function requestedApi(tenant: Tenant, requested: unknown): string | undefined {
  const audience = audienceOf(tenant, requested)
  if (audience === undefined) return undefined
  const server = findResourceServer(tenant, audience)
  if (server === undefined || server.is_system === true) {
    throw forbidden('access_denied', `Service not found: ${audience}`)
  }
  return audience
}

/** Names the user of an exchange. @throws GrantError 403 for one who is blocked or gone */
export function assumeUser(tenant: Tenant, { oidc }: GrantContext, userId: string): void {
  const account = findAccount(tenant, userId)
  if (account === undefined) throw forbidden('unauthorized', 'user is blocked')
  oidc.entity('Account', account)
}

/** The request that Actions see, with the body as the client sent it. */
export function eventRequest(ctx: GrantContext): EventRequest {
  const sent = Object.entries((ctx.oidc.body ?? {}) as Record<string, unknown>)
  return {
    method: ctx.method,
    ip: ctx.ip,
    userAgent: ctx.get('user-agent'),
    query: {},
    body: Object.fromEntries(sent.map(([name, value]) => [name.replace(SET_ASIDE, ''), value])),
  }
}

const SET_ASIDE = /^requested_(?=(scope|audience)$)/
