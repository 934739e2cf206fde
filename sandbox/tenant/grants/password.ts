import { findClient } from '../login/clients.ts'
import { logLogin } from '../login/login-log.ts'
import { grantableScopes, splitScope } from '../login/resource-servers.ts'
import { newTransaction } from '../login/transaction.ts'
import { checkPassword } from '../password-login.ts'
import type { User } from '../state.ts'
import type { Tenant } from '../tenant.ts'
import { GrantError, forbidden, requireParameters } from './grant-error.ts'
import {
  SCOPE_AND_AUDIENCE,
  assumeUser,
  requestedApi,
  type Grant,
  type GrantContext,
  type TokenResponse,
} from './grant.ts'
import { runFlow } from './token-flow.ts'

const SHARED = {
  log: { success: 'sepft', failure: 'fepft' },
  parameters: ['username', 'password', 'realm', ...SCOPE_AND_AUDIENCE],
}

/** @see https://auth0.com/docs/api/authentication/resource-owner-password-flow/get-token */
export const passwordGrant: Grant = {
  ...SHARED,
  handle: (tenant, ctx) => {
    const directory = tenant.store.state.settings['default_directory']
    const connection = typeof directory === 'string' && directory !== '' ? directory : undefined
    return logIn(tenant, ctx, connection)
  },
}

/** The same with the connection that the user is of. */
export const passwordRealmGrant: Grant = {
  ...SHARED,
  handle: (tenant, ctx) => {
    requireParameters(ctx.oidc.params, 'realm')
    return logIn(tenant, ctx, ctx.oidc.params.realm)
  },
}

async function logIn(
  tenant: Tenant,
  ctx: GrantContext,
  connection: string | undefined,
): Promise<TokenResponse> {
  const { params, client } = ctx.oidc
  requireParameters(params, 'username', 'password')
  // Documented: passwords do not go through organizations; the words are those of `/authorize`.
  if (findClient(tenant, client.clientId)?.['organization_usage'] === 'require') {
    throw forbidden('invalid_request', 'parameter organization is required for this client')
  }
  const audience = requestedApi(tenant, params.requested_audience)
  const user = authenticate(tenant, ctx, connection)
  const requested = splitScope(params.requested_scope)
  const transaction = newTransaction({
    protocol: 'oauth2-password',
    clientId: client.clientId,
    userId: user.user_id,
    connection: connection ?? user.identities[0]?.connection ?? '',
    audience,
    scopes: grantableScopes(tenant, {
      audience,
      // Documented: without a scope all that the API has, "due to the implied trust".
      requested: requested.length === 0 ? 'all' : requested,
      user,
    }),
    // Observed: there are no requested_scopes (community 129557).
    event: {},
    sessionUid: undefined,
  })
  transaction.methods = [{ name: 'pwd', timestamp: new Date(tenant.now()).toISOString() }]
  return runFlow(tenant, ctx, { kind: 'password', transaction })
}

/** @throws GrantError */
function authenticate(tenant: Tenant, ctx: GrantContext, connection: string | undefined): User {
  const { username = '', password = '' } = ctx.oidc.params
  const login = checkPassword(tenant, { username, password, connection })
  switch (login.verdict) {
    case 'too-many':
      throw new GrantError(429, {
        error: 'too_many_attempts',
        error_description:
          'Your account has been blocked after multiple consecutive login attempts.',
      })
    case 'wrong':
      logLogin(tenant, {
        type: login.user === undefined ? 'fu' : 'fp',
        transaction: {
          clientId: ctx.oidc.client.clientId,
          ...(login.user === undefined ? {} : { userId: login.user.user_id }),
        },
        description: WRONG,
      })
      throw forbidden('invalid_grant', WRONG)
    case 'accepted':
      assumeUser(tenant, ctx, login.user.user_id)
      return login.user
  }
}

const WRONG = 'Wrong email or password.'
