import type { Provider } from 'oidc-provider'
import { logLogin, partiesOf } from '../login/login-log.ts'
import { checkProof } from '../login/proof-of-possession.ts'
import type { Tenant } from '../tenant.ts'
import { CIBA } from './ciba-authorize.ts'
import { cibaGrant } from './ciba.ts'
import { clientCredentialsGrant } from './client-credentials.ts'
import { GrantError } from './grant-error.ts'
import type { Grant, GrantContext } from './grant.ts'
import { mfaOobGrant } from './mfa-oob.ts'
import { mfaOtpGrant } from './mfa-otp.ts'
import { mfaRecoveryCodeGrant } from './mfa-recovery-code.ts'
import { passwordGrant, passwordRealmGrant } from './password.ts'
import { refreshTokenGrant } from './refresh-token.ts'
import { tokenExchangeGrant } from './token-exchange.ts'

/** Grants of the token endpoint where Auth0 has none of its own, or does more than oidc-provider. */
const GRANTS: ReadonlyMap<string, Grant> = new Map([
  ['refresh_token', refreshTokenGrant],
  ['client_credentials', clientCredentialsGrant],
  ['password', passwordGrant],
  ['http://auth0.com/oauth/grant-type/password-realm', passwordRealmGrant],
  ['http://auth0.com/oauth/grant-type/mfa-otp', mfaOtpGrant],
  ['http://auth0.com/oauth/grant-type/mfa-oob', mfaOobGrant],
  ['http://auth0.com/oauth/grant-type/mfa-recovery-code', mfaRecoveryCodeGrant],
  ['urn:ietf:params:oauth:grant-type:token-exchange', tokenExchangeGrant],
  [CIBA, cibaGrant],
])

/** The grant types that a client can be allowed, by their names on the wire. */
export const GRANT_TYPES: ReadonlySet<string> = new Set([
  'authorization_code',
  'implicit',
  'urn:ietf:params:oauth:grant-type:device_code',
  ...GRANTS.keys(),
])

/** Makes the token endpoint of oidc-provider serve these grants. */
export function registerGrants(tenant: Tenant, provider: Provider): void {
  for (const [name, grant] of GRANTS) {
    provider.registerGrantType(
      name,
      (ctx) => serve(tenant, ctx as GrantContext, grant),
      grant.parameters,
    )
  }
}

/** A refusal is an answer here, not an error: those of oidc-provider carry no `mfa_token`. */
async function serve(tenant: Tenant, ctx: GrantContext, grant: Grant): Promise<void> {
  await checkProof(ctx)
  try {
    ctx.body = await grant.handle(tenant, ctx)
    logLogin(tenant, { type: grant.log.success, transaction: partiesOf(ctx) })
  } catch (error) {
    if (!(error instanceof GrantError)) throw error
    ctx.status = error.status
    ctx.body = error.body
    logLogin(tenant, {
      type: grant.log.failure,
      transaction: partiesOf(ctx),
      description: error.message,
    })
  }
}
