import { findUser } from '../find-user.ts'
import type { KoaContextWithOIDC } from 'oidc-provider'
import type { Tenant } from '../tenant.ts'
import { sentRequest } from './parameters.ts'
import { isSessionOver } from '../login/lifetimes.ts'
import { logLogin } from '../login/login-log.ts'
import { requireMembership } from '../login/organization.ts'
import { requestedOrganization } from './organization-prompts.ts'
import { grantableScopes, splitScope, toAudience } from '../login/resource-servers.ts'
import {
  newTransaction,
  type AuthenticationMethod,
  type EventRequest,
  type Transaction,
} from '../login/transaction.ts'

/** What the pages hand on to the authorization endpoint when it resumes. */
export interface PageResult {
  readonly transactionId?: string
  /** how the user has just logged in */
  readonly method?: AuthenticationMethod
}

/**
 * The transaction of an authorization request: the one that its pages have worked on, or a new one.
 *
 * INVARIANT: only the result of a page names a transaction, so a request that comes back without having
 * passed its page starts again at the first Action.
 */
export function openTransaction(tenant: Tenant, ctx: KoaContextWithOIDC): Transaction {
  const { session, params = {}, client } = ctx.oidc
  if (session?.accountId === undefined || client === undefined) throw new Error('no session')
  const result = (ctx.oidc.result ?? {}) as { post_login?: PageResult }
  const open = tenant.oidc.transactions.get(result.post_login?.transactionId ?? '')
  if (open?.sessionUid === session.uid && open.userId === session.accountId) return open
  keepSession(tenant, {
    uid: session.uid,
    userId: session.accountId,
    method: result.post_login?.method,
  })
  const user = findUser(tenant.store.state, session.accountId)
  const audience =
    typeof params['resource'] === 'string' ? toAudience(params['resource']) : undefined
  const requested = splitScope(params['requested_scope'])
  const organization = requestedOrganization(tenant, ctx)
  if (organization !== undefined) {
    requireMembership(tenant, organization, { user, clientId: client.clientId })
  }
  const transaction = newTransaction({
    protocol: protocolOf(ctx),
    clientId: client.clientId,
    userId: session.accountId,
    connection: user.identities[0]?.connection ?? '',
    audience,
    organization: organization?.id,
    scopes: grantableScopes(tenant, { audience, requested, user, organization: organization?.id }),
    event: eventFields(params, requested),
    sessionUid: session.uid,
  })
  tenant.oidc.transactions.set(transaction.id, transaction)
  return transaction
}

/** A session remembers each way in which its user has been authenticated, once for each login. */
function keepSession(
  tenant: Tenant,
  {
    uid,
    userId,
    method,
  }: { uid: string; userId: string; method: AuthenticationMethod | undefined },
): void {
  const known = tenant.oidc.sessions.get(uid)
  const session =
    known?.userId === userId && (method === undefined || !isSessionOver(tenant, uid))
      ? known
      : {
          userId,
          createdAtMs: tenant.now(),
          methods: [],
          life: { metadata: {} },
          isPersistent: true,
        }
  session.life.idleExpiresAtMs = undefined
  tenant.oidc.sessions.set(uid, session)
  if (method === undefined || session.methods.includes(method)) return
  session.methods = [...session.methods.filter(({ name }) => name !== method.name), method]
  tenant.store.update((state) => {
    const user = findUser(state, userId)
    user['logins_count'] = Number(user['logins_count'] ?? 0) + 1
    user['last_login'] = method.timestamp
  })
}

function protocolOf({ oidc }: KoaContextWithOIDC): string {
  if (/^(code|device)_/.test(oidc.route)) return 'oauth2-device-code'
  const types = splitScope(oidc.params?.['response_type'] ?? 'code')
  if (!types.includes('code')) return 'oidc-implicit-profile'
  return types.length > 1 ? 'oidc-hybrid-profile' : 'oidc-basic-profile'
}

function eventFields(
  params: Readonly<Record<string, unknown>>,
  requestedScopes: readonly string[],
): Readonly<Record<string, unknown>> {
  const list = (name: string): object =>
    typeof params[name] === 'string' ? { [name]: splitScope(params[name]) } : {}
  const text = (name: string): object =>
    typeof params[name] === 'string' ? { [name]: params[name] } : {}
  return {
    requested_scopes: requestedScopes,
    ...list('acr_values'),
    ...list('prompt'),
    ...list('response_type'),
    ...list('ui_locales'),
    ...text('response_mode'),
    ...text('redirect_uri'),
    ...text('state'),
    ...text('login_hint'),
    locale: 'en',
  }
}

/**
 * The request that Actions see: as the client sent it, after a redirect as the browser came back with it, and after
 * another suspension without parameters.
 *
 * @see https://auth0.com/docs/customize/actions/limitations
 */
export function eventRequest(ctx: KoaContextWithOIDC, transaction: Transaction): EventRequest {
  if (transaction.continuation !== undefined) return transaction.continuation
  const sent = transaction.runs === 0 ? sentRequest(ctx.oidc.params ?? {}) : {}
  return {
    method: ctx.method,
    query: {},
    body: {},
    ...sent,
    ip: ctx.ip,
    userAgent: ctx.get('user-agent'),
  }
}

/** Ends a transaction and writes how it ended into the tenant's log. */
export function closeTransaction(tenant: Tenant, transaction: Transaction, refusal?: string): void {
  tenant.oidc.transactions.delete(transaction.id)
  const { prompt } = transaction.event as { prompt?: readonly string[] }
  const [success, failure] = prompt?.includes('none') === true ? ['ssa', 'fsa'] : ['s', 'f']
  const type = refusal === undefined ? success : failure
  logLogin(tenant, { type, transaction, description: refusal })
}
