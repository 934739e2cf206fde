import { findUser } from '../find-user.ts'
import type { JWTPayload } from 'jose'
import { notEmulated } from '../not-emulated.ts'
import { TOKEN_EXCHANGE, findClient, listOf, tokenExchangesOf } from '../login/clients.ts'
import type { Actor } from '../action-runtime/messages.ts'
import { verifyOwnToken } from '../login/own-token.ts'
import { grantableScopes, splitScope } from '../login/resource-servers.ts'
import { newTransaction } from '../login/transaction.ts'
import type { Tenant } from '../tenant.ts'
import { exchangeCustomToken } from './custom-token-exchange.ts'
import {
  GrantError,
  forbidden,
  grantTypeNotAllowed,
  requireParameters,
  notImplemented,
  badRequest,
} from './grant-error.ts'
import {
  SCOPE_AND_AUDIENCE,
  assumeUser,
  requestedApi,
  type Grant,
  type GrantContext,
} from './grant.ts'
import { runFlow } from './token-flow.ts'

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'

/** Documented: a token whose chain has four levels cannot be exchanged for one with a fifth. */
const MAX_ACTORS = 4

/**
 * On-Behalf-Of token exchange: an API exchanges the token that it was called with for one to call another API, for the
 * same user. Subject tokens of other types go to the Action of their profile; native social ones are not emulated.
 *
 * @see https://auth0.com/docs/api/authentication/on-behalf-of-token-exchange/get-token
 */
export const tokenExchangeGrant: Grant = {
  parameters: [
    'subject_token',
    'subject_token_type',
    'requested_token_type',
    'actor_token',
    'actor_token_type',
    'organization',
    ...SCOPE_AND_AUDIENCE,
  ],
  log: { success: 'secte', failure: 'fecte' },
  handle: async (tenant, ctx) => {
    const { params, client } = ctx.oidc
    const profile = tenant.store.state.tokenExchangeProfiles.find(
      ({ subject_token_type: type }) => type === params.subject_token_type,
    )
    if (profile !== undefined) return exchangeCustomToken(tenant, ctx, profile)
    requireOnBehalfOf(tenant, ctx)
    // Documented: a client without a secret cannot use it.
    if (client.clientAuthMethod === 'none') throw grantTypeNotAllowed(params.grant_type)
    requireParameters(params, 'subject_token', 'subject_token_type', 'requested_audience')
    requireTypes(ctx)
    const subject = await subjectOf(tenant, ctx)
    const userId = String(subject.sub)
    assumeUser(tenant, ctx, userId)
    const audience = requestedApi(tenant, params.requested_audience)
    const actor = actorOf(subject, client.clientId)
    const user = findUser(tenant.store.state, userId)
    const requested = splitScope(params.requested_scope)
    const transaction = newTransaction({
      protocol: 'oauth2-token-exchange',
      clientId: client.clientId,
      userId,
      connection: user.identities[0]?.connection ?? '',
      audience,
      scopes: grantableScopes(tenant, {
        audience,
        // Documented: without a scope all that the user has been granted for the API.
        requested: requested.length === 0 ? 'all' : requested,
        user,
      }).filter((scope) => scope !== 'offline_access'),
      event: { subject_token_type: ACCESS_TOKEN, actor },
      sessionUid: undefined,
    })
    return runFlow(tenant, ctx, { kind: 'token_exchange', transaction, actor })
  },
}

/** @throws GrantError for a client that may make other exchanges only, and for what is not emulated */
function requireOnBehalfOf(tenant: Tenant, { oidc: { client, params } }: GrantContext): void {
  const own = findClient(tenant, client.clientId)
  const isAllowed =
    own !== undefined &&
    (listOf(own, 'grant_types').includes(TOKEN_EXCHANGE) ||
      tokenExchangesOf(own).includes('on_behalf_of_token_exchange'))
  if (!isAllowed && params.subject_token_type === ACCESS_TOKEN) {
    throw grantTypeNotAllowed(params.grant_type)
  }
  const strange = ['organization', 'actor_token'].find((name) => params[name] !== undefined)
  if (strange !== undefined) {
    throw notImplemented(notEmulated(`The parameter \`${strange}\``))
  }
}

function requireTypes({ oidc: { params } }: GrantContext): void {
  if (params.subject_token_type !== ACCESS_TOKEN) {
    throw forbidden(
      'invalid_request',
      `Unsupported subject_token_type: ${params.subject_token_type}`,
    )
  }
  if ((params.requested_token_type ?? ACCESS_TOKEN) !== ACCESS_TOKEN) {
    throw forbidden(
      'invalid_request',
      `Unsupported requested_token_type: ${params.requested_token_type}`,
    )
  }
}

/**
 * @returns the claims of the token that the client was called with
 * @throws GrantError 403 for a client that is no API, 401 for a token that is not for it, or for no user
 */
async function subjectOf(tenant: Tenant, { oidc }: GrantContext): Promise<JWTPayload> {
  const client = findClient(tenant, oidc.client.clientId)
  const identifier = client?.['resource_server_identifier']
  if (client?.['app_type'] !== 'resource_server' || typeof identifier !== 'string') {
    throw forbidden('unauthorized_client', 'The client is not associated with a resource server.')
  }
  const claims = await verifyOwnToken(tenant, String(oidc.params.subject_token), {
    audience: identifier,
  })
  if (claims?.sub === undefined || claims.sub.endsWith('@clients')) {
    throw new GrantError(401, {
      error: 'invalid_token',
      error_description: 'The subject token is invalid or has expired.',
    })
  }
  return claims
}

/** @throws GrantError 400 for a chain that has become too long */
function actorOf(subject: JWTPayload, clientId: string): Actor {
  const before = (subject['act'] as Actor | undefined) ?? {
    sub: String(subject['azp'] ?? subject['client_id']),
  }
  if (subject['act'] !== undefined && depthOf(before) >= MAX_ACTORS) {
    throw badRequest(
      `Delegation chain (\`act\` claim) depth exceeds the maximum allowed limit of ${MAX_ACTORS}`,
    )
  }
  return { sub: clientId, act: before }
}

function depthOf({ act }: Actor): number {
  return act === undefined ? 1 : 1 + depthOf(act)
}
