import { findUser } from '../find-user.ts'
import { ApiError, ok, type Endpoint, type Reply, type TenantRequest } from '../http.ts'
import type { GrantOutcome } from '../login/oidc-state.ts'
import { refreshTokenId } from '../login/refresh-token-id.ts'
import type { Tenant } from '../tenant.ts'
import { checkpointList } from './paging.ts'

// prettier-ignore
export const REFRESH_TOKEN_ENDPOINTS: readonly Endpoint[] = [
  ['GET',    '/refresh-tokens/{id}',       'read:refresh_tokens',   show],
  ['DELETE', '/refresh-tokens/{id}',       'delete:refresh_tokens', remove, 'Delete a refresh token'],
  ['GET',    '/users/{id}/refresh-tokens', 'read:refresh_tokens',   listOfUser],
  ['DELETE', '/users/{id}/refresh-tokens', 'delete:refresh_tokens', removeOfUser, 'Delete the refresh tokens of a user'],
]

function show(tenant: Tenant, { params }: TenantRequest): Reply {
  return ok(shown(find(tenant, params['id'])))
}

function remove(tenant: Tenant, { params }: TenantRequest): Reply {
  find(tenant, params['id']).login.transaction.refreshTokenLife.expiresAtMs = 0
  return ACCEPTED
}

function listOfUser(tenant: Tenant, request: TenantRequest): Reply {
  return checkpointList(request, 'tokens', tokensOf(tenant, request).map(shown))
}

function removeOfUser(tenant: Tenant, request: TenantRequest): Reply {
  for (const { login } of tokensOf(tenant, request)) {
    login.transaction.refreshTokenLife.expiresAtMs = 0
  }
  return ACCEPTED
}

/** It is done in its own time, hence 202. */
const ACCEPTED: Reply = { status: 202 }

interface Token {
  readonly id: string
  readonly login: GrantOutcome
  readonly issuedAtMs: number
}

/** A family of rotating tokens is one. */
function liveTokens({ oidc, now }: Tenant): readonly Token[] {
  const tokens = new Map<string, Token>()
  for (const [key, { payload, expiresAtMs }] of oidc.records) {
    const { grantId = '', iiat, iat = 0 } = payload
    const login = oidc.outcomes.get(grantId)
    const isToken = key.startsWith('RefreshToken:') && payload.consumed === undefined
    if (!isToken || expiresAtMs <= now() || login === undefined) continue
    const { expiresAtMs: end = Infinity } = login.transaction.refreshTokenLife
    if (end <= now()) continue
    const issuedAtMs = (iiat ?? iat) * 1_000
    tokens.set(grantId, { id: refreshTokenId(grantId), login, issuedAtMs })
  }
  return [...tokens.values()]
}

function tokensOf(tenant: Tenant, { params }: TenantRequest): readonly Token[] {
  const { user_id: id } = findUser(tenant.store.state, params['id'])
  return liveTokens(tenant).filter(({ login }) => login.transaction.userId === id)
}

function find(tenant: Tenant, id: string | undefined): Token {
  const token = liveTokens(tenant).find((one) => one.id === id)
  if (token === undefined) {
    throw new ApiError(404, 'The refresh token could not be found', 'inexistent_refresh_token')
  }
  return token
}

function shown({ id, issuedAtMs, login: { transaction, scopes } }: Token): object {
  const { userId, clientId, sessionUid, audience, refreshTokenLife: life } = transaction
  return {
    id,
    user_id: userId,
    client_id: clientId,
    session_id: sessionUid ?? null,
    created_at: new Date(issuedAtMs).toISOString(),
    expires_at: life.expiresAtMs === undefined ? null : new Date(life.expiresAtMs).toISOString(),
    resource_servers: audience === undefined ? [] : [{ audience, scopes: scopes.join(' ') }],
    refresh_token_metadata: life.metadata,
  }
}
