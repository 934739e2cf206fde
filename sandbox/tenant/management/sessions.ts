import { findUser } from '../find-user.ts'
import { z } from 'zod'
import { ApiError, ok, type Endpoint, type Reply, type TenantRequest } from '../http.ts'
import { endRefreshTokens } from '../login/life-changes.ts'
import type { SessionRecord } from '../login/oidc-state.ts'
import type { Tenant } from '../tenant.ts'
import { checkpointList } from './paging.ts'
import { readBody } from './validation.ts'

// prettier-ignore
export const SESSION_ENDPOINTS: readonly Endpoint[] = [
  ['GET',    '/sessions/{id}',        'read:sessions',   show],
  ['PATCH',  '/sessions/{id}',        'update:sessions', update, 'Update a session'],
  ['DELETE', '/sessions/{id}',        'delete:sessions', remove, 'Delete a session'],
  ['POST',   '/sessions/{id}/revoke', 'delete:sessions', revoke, 'Revoke a session'],
  ['GET',    '/users/{id}/sessions',  'read:sessions',   listOfUser],
  ['DELETE', '/users/{id}/sessions',  'delete:sessions', removeOfUser, 'Delete the sessions of a user'],
]

function show(tenant: Tenant, { params }: TenantRequest): Reply {
  const { id = '' } = params
  return ok(shown(id, find(tenant, id)))
}

const updateBody = z.strictObject({
  session_metadata: z.record(z.string(), z.string().max(255)).nullable(),
})

function update(tenant: Tenant, { params, body }: TenantRequest): Reply {
  const { id = '' } = params
  const { session_metadata: metadata } = readBody(updateBody, body)
  const session = find(tenant, id)
  session.life.metadata = metadata ?? {}
  return ok(shown(id, session))
}

/** Documented: refresh tokens stay, other than with a revocation. */
function remove(tenant: Tenant, { params }: TenantRequest): Reply {
  find(tenant, params['id'] ?? '').life.expiresAtMs = 0
  return ACCEPTED
}

function revoke(tenant: Tenant, { params }: TenantRequest): Reply {
  const { id = '' } = params
  find(tenant, id).life.expiresAtMs = 0
  endRefreshTokens(tenant, id)
  return ACCEPTED
}

function listOfUser(tenant: Tenant, request: TenantRequest): Reply {
  const own = sessionsOf(tenant, request).map(([id, session]) => shown(id, session))
  return checkpointList(request, 'sessions', own)
}

function removeOfUser(tenant: Tenant, request: TenantRequest): Reply {
  for (const [, { life }] of sessionsOf(tenant, request)) life.expiresAtMs = 0
  return ACCEPTED
}

/** It is done in its own time, hence 202. */
const ACCEPTED: Reply = { status: 202 }

function sessionsOf(tenant: Tenant, { params }: TenantRequest): [string, SessionRecord][] {
  const { user_id: id } = findUser(tenant.store.state, params['id'])
  return [...tenant.oidc.sessions].filter(
    ([, session]) => session.userId === id && isAlive(tenant, session),
  )
}

function find(tenant: Tenant, id: string): SessionRecord {
  const session = tenant.oidc.sessions.get(id)
  if (session === undefined || !isAlive(tenant, session)) {
    throw new ApiError(404, 'The session could not be found', 'inexistent_session')
  }
  return session
}

function isAlive({ now }: Tenant, { life }: SessionRecord): boolean {
  return now() < Math.min(life.expiresAtMs ?? Infinity, life.idleExpiresAtMs ?? Infinity)
}

function shown(id: string, { userId, createdAtMs, methods, life }: SessionRecord): object {
  return {
    id,
    user_id: userId,
    created_at: new Date(createdAtMs).toISOString(),
    authenticated_at: methods.at(-1)?.timestamp ?? null,
    expires_at: life.expiresAtMs === undefined ? null : new Date(life.expiresAtMs).toISOString(),
    authentication: { methods },
    session_metadata: life.metadata,
  }
}
