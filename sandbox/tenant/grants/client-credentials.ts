import { boundActions, execute } from '../action-execution.ts'
import { findClient } from '../login/clients.ts'
import { requestOf } from '../login/event.ts'
import { bindToKey, requireBinding } from '../login/proof-of-possession.ts'
import { findResourceServer, splitScope } from '../login/resource-servers.ts'
import { machineClaims } from '../login/token-claims.ts'
import type { Tenant } from '../tenant.ts'
import { clientGrantOf } from './client-grant.ts'
import { GrantError, forbidden, grantTypeNotAllowed } from './grant-error.ts'
import {
  SCOPE_AND_AUDIENCE,
  eventRequest,
  requestedApi,
  type Grant,
  type GrantContext,
} from './grant.ts'
import { resourceServer } from './issue-tokens.ts'

/**
 * The client credentials grant for an API of the tenant. No user takes part, so the post-login Actions do not run,
 * but those of the credentials exchange; the token has all scopes of the client's grant.
 *
 * @see https://auth0.com/docs/api/authentication/client-credential-flow/get-token
 */
export const clientCredentialsGrant: Grant = {
  parameters: SCOPE_AND_AUDIENCE,
  log: { success: 'seccft', failure: 'feccft' },
  handle: async (tenant, ctx) => {
    const { client, params, provider } = ctx.oidc
    // RFC 6749, section 4.4: for confidential clients only.
    if (client.clientAuthMethod === 'none') throw grantTypeNotAllowed(params.grant_type)
    const audience = requestedApi(tenant, params.requested_audience) ?? ''
    const grant = clientGrantOf(tenant, { clientId: client.clientId, audience })
    const declared = (findResourceServer(tenant, audience)?.scopes ?? []).map(({ value }) => value)
    const scopes =
      grant['allow_all_scopes'] === true
        ? declared
        : grant.scope.filter((one) => declared.includes(one))
    await requireBinding(tenant, ctx, audience)
    machineClaims.set(ctx, await claimsOfExchange(tenant, ctx, { audience, scopes }))
    const granted = scopes.join(' ')
    const token = new provider.ClientCredentials({
      client,
      scope: granted,
      resourceServer: resourceServer(tenant, ctx, audience),
    })
    await bindToKey(ctx, token)
    ctx.oidc.entity('ClientCredentials', token)
    return {
      access_token: await token.save(),
      ...(granted === '' ? {} : { scope: granted }),
      expires_in: token.expiration,
      token_type: token.tokenType,
    }
  },
}

/**
 * Runs the Actions of the exchange. @returns what they add to the token
 *
 * @throws GrantError with the code of the Action that denies it
 * @see https://auth0.com/docs/actions/reference/credentials-exchange/credentials-exchange-event-object
 */
async function claimsOfExchange(
  tenant: Tenant,
  ctx: GrantContext,
  { audience, scopes }: { readonly audience: string; readonly scopes: readonly string[] },
): Promise<Readonly<Record<string, unknown>>> {
  const { client, params } = ctx.oidc
  const result = await execute(tenant, boundActions(tenant, 'credentials-exchange'), {
    entrypoint: 'onExecuteCredentialsExchange',
    event: {
      accessToken: { customClaims: {}, scope: scopes },
      client: {
        client_id: client.clientId,
        name: client.clientName ?? '',
        metadata: findClient(tenant, client.clientId)?.['client_metadata'] ?? {},
      },
      request: requestOf(tenant, eventRequest(ctx)),
      resource_server: { identifier: audience },
      tenant: { id: 'sandbox' },
      transaction: { requested_scopes: splitScope(params.requested_scope) },
    },
  })
  const { outcome, code, reason = '' } = result
  if (outcome === 'denied' && code !== undefined) {
    throw new GrantError(code === 'server_error' ? 500 : 400, {
      error: code,
      error_description: reason,
    })
  }
  // Assumed, as for a login.
  if (outcome !== 'continue') throw forbidden('access_denied', reason)
  return result.accessToken.customClaims
}
