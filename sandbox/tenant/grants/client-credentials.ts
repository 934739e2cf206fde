import { findResourceServer } from '../oidc/resource-servers.ts'
import { clientGrantOf } from './client-grant.ts'
import { grantTypeNotAllowed } from './grant-error.ts'
import { SCOPE_AND_AUDIENCE, requestedApi, type Grant } from './grant.ts'
import { resourceServer } from './issue-tokens.ts'

/**
 * The client credentials grant for an API of the tenant. No user takes part, so the post-login Actions do not run;
 * the token has all scopes of the client's grant.
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
    const { scope } = clientGrantOf(tenant, { clientId: client.clientId, audience })
    const declared = (findResourceServer(tenant, audience)?.scopes ?? []).map(({ value }) => value)
    const granted = scope.filter((one) => declared.includes(one)).join(' ')
    const token = new provider.ClientCredentials({
      client,
      scope: granted,
      resourceServer: resourceServer(tenant, ctx, audience),
    })
    ctx.oidc.entity('ClientCredentials', token)
    return {
      access_token: await token.save(),
      ...(granted === '' ? {} : { scope: granted }),
      expires_in: token.expiration,
      token_type: 'Bearer',
    }
  },
}
