import { shownUser } from '../find-user.ts'
import type { Exchange, TriggerResult } from '../action-runtime/messages.ts'
import { failureLimit } from '../failure-limit.ts'
import { execute, liveActions } from '../action-execution.ts'
import { findClient, tokenExchangesOf } from '../login/clients.ts'
import { requestOf } from '../login/event.ts'
import { organizationOfEvent } from '../login/organization-claims.ts'
import { organizationFor, requireMembership } from '../login/organization.ts'
import { verifyOwnToken } from '../login/own-token.ts'
import { findResourceServer, grantableScopes, splitScope } from '../login/resource-servers.ts'
import { keepUserMetadata } from '../login/user-metadata.ts'
import { newTransaction } from '../login/transaction.ts'
import type { TokenExchangeProfile, User } from '../state.ts'
import type { Tenant } from '../tenant.ts'
import { exchangedUser } from './exchanged-user.ts'
import { GrantError, forbidden, requireParameters } from './grant-error.ts'
import {
  assumeUser,
  eventRequest,
  requestedApi,
  type GrantContext,
  type TokenResponse,
} from './grant.ts'
import { runFlow } from './token-flow.ts'

/** Documented: ten, and then one more each ten minutes; here all of them come back after ten. */
const wrongSubjectTokens = failureLimit({ max: 10, forgetAfterMs: 600_000 })

const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token'

/**
 * Custom token exchange: the Action of a profile says whose the token is, and the login of that user follows.
 *
 * @throws GrantError
 * @see https://auth0.com/docs/authenticate/custom-token-exchange
 */
export async function exchangeCustomToken(
  tenant: Tenant,
  ctx: GrantContext,
  profile: TokenExchangeProfile,
): Promise<TokenResponse> {
  const { params, client } = ctx.oidc
  requireAllowed(tenant, client.clientId)
  requireParameters(params, 'subject_token')
  if ((params.actor_token === undefined) !== (params.actor_token_type === undefined)) {
    throw refused('invalid_request', 'actor_token and actor_token_type come together')
  }
  const audience = requestedApi(tenant, params.requested_audience)
  requireSkippedConsent(tenant, audience)
  const request = eventRequest(ctx)
  if (wrongSubjectTokens(tenant).isReached(request.ip)) throw tooMany()
  const result = await runAction(tenant, ctx, { profile, audience })
  const { exchange = {} } = result
  if (exchange.isSubjectTokenInvalid === true) wrongSubjectTokens(tenant).add(request.ip)
  requireAccepted(result)
  const organization = organizationFor(
    tenant,
    client.clientId,
    exchange.organization ?? params.organization,
  )
  const user = exchangedUser(tenant, exchange.user)
  const { user_id: userId } = user
  assumeUser(tenant, ctx, userId)
  if (organization !== undefined) {
    requireMembership(tenant, organization, { user, clientId: client.clientId })
  }
  keepUserMetadata(tenant, userId, result.commands)
  const requested = splitScope(params.requested_scope)
  const { actor } = exchange
  const transaction = newTransaction({
    protocol: 'oauth2-token-exchange',
    clientId: client.clientId,
    userId,
    connection: connectionOf(exchange, user),
    audience,
    organization: organization?.id,
    scopes: grantableScopes(tenant, {
      audience,
      requested: requested.length === 0 ? 'all' : requested,
      user,
      organization: organization?.id,
    }),
    event: {
      subject_token_type: params.subject_token_type,
      ...(actor === undefined ? {} : { actor }),
    },
    sessionUid: undefined,
  })
  return runFlow(tenant, ctx, {
    kind: 'custom_token_exchange',
    transaction,
    actor,
    isRefreshable: actor === undefined && params.actor_token === undefined,
  })
}

/** Documented: first-party, OIDC conformant, and switched on. In which words another is refused is assumed. */
function requireAllowed(tenant: Tenant, clientId: string): void {
  const client = findClient(tenant, clientId)
  const isAllowed =
    client !== undefined &&
    tokenExchangesOf(client).includes('custom_authentication') &&
    client['is_first_party'] !== false &&
    client['oidc_conformant'] !== false
  if (!isAllowed) {
    throw forbidden('unauthorized_client', 'Custom token exchange is not allowed for the client.')
  }
}

/** Documented: nobody is there who could consent. */
function requireSkippedConsent(tenant: Tenant, audience: string | undefined): void {
  if (audience === undefined) return
  const server = findResourceServer(tenant, audience)
  if (server?.['skip_consent_for_verifiable_first_party_clients'] !== true) {
    throw forbidden('consent_required', 'Consent required')
  }
}

async function runAction(
  tenant: Tenant,
  ctx: GrantContext,
  given: { readonly profile: TokenExchangeProfile; readonly audience: string | undefined },
): Promise<TriggerResult> {
  const { params, client } = ctx.oidc
  const { profile, audience } = given
  const organization = organizationFor(tenant, client.clientId, params.organization, 'may be left')
  const own = ['requested_token_type', 'actor_token', 'actor_token_type']
  const optional = own.flatMap((name) => (params[name] === undefined ? [] : [[name, params[name]]]))
  return execute(tenant, liveActions(tenant, profile.action_id), {
    entrypoint: 'onExecuteCustomTokenExchange',
    event: {
      client: {
        client_id: client.clientId,
        name: client.clientName ?? '',
        metadata: findClient(tenant, client.clientId)?.['client_metadata'] ?? {},
      },
      request: requestOf(tenant, eventRequest(ctx)),
      ...(audience === undefined ? {} : { resource_server: { identifier: audience } }),
      ...organizationOfEvent(tenant, organization?.id),
      tenant: { id: 'sandbox' },
      transaction: {
        requested_scopes: splitScope(params.requested_scope),
        subject_token: params.subject_token,
        subject_token_type: params.subject_token_type,
        ...Object.fromEntries(optional),
        ...(await actorTokenUser(tenant, params)),
      },
    },
  })
}

/** Documented: an ID token of the tenant is looked at before the Action. */
async function actorTokenUser(
  tenant: Tenant,
  { actor_token: token, actor_token_type: type }: GrantContext['oidc']['params'],
): Promise<object> {
  if (token === undefined || type !== ID_TOKEN) return {}
  const claims = await verifyOwnToken(tenant, token)
  const user = tenant.store.state.users.find(({ user_id }) => user_id === claims?.sub)
  const isOfClient = findClient(tenant, claims?.aud) !== undefined
  if (user === undefined || !isOfClient) {
    throw refused('invalid_request', 'The actor token is invalid or has expired.')
  }
  return { actor_token_user: shownUser(user) }
}

/** @throws GrantError with the code of the Action, or `server_error` for one that has failed */
function requireAccepted({ outcome, code = '', reason = '' }: TriggerResult): void {
  if (outcome === 'continue') return
  if (outcome === 'denied') throw refused(code, reason)
  throw refused('server_error', reason)
}

function refused(error: string, description: string): GrantError {
  const status = error === 'server_error' ? 500 : 400
  return new GrantError(status, { error, error_description: description })
}

function tooMany(): GrantError {
  return new GrantError(429, {
    error: 'too_many_attempts',
    error_description:
      'We have detected suspicious login behavior and further attempts will be blocked. Please contact the administrator.',
  })
}

function connectionOf({ user }: Exchange, { identities }: User): string {
  return user?.by === 'connection' ? user.connection : (identities[0]?.connection ?? '')
}
