import { createHash } from 'node:crypto'
import { Provider, type Configuration } from 'oidc-provider'
import { registerGrants, GRANT_TYPES } from '../grants/registry.ts'
import type { TenantState } from '../state.ts'
import type { Tenant } from '../tenant.ts'
import { newAdapter } from './adapter.ts'
import { CLAIMS_OF_SCOPE, findAccount } from '../login/account.ts'
import {
  RESPONSE_TYPES,
  findClient,
  isAllowedOrigin,
  isAllowedUrl,
  listOf,
  toMetadata,
} from '../login/clients.ts'
import { LONG_COOKIE, SHORT_COOKIE } from './cookies.ts'
import { leaveUrl } from './leave-url.ts'
import { EXTRA_PARAMETERS } from './parameters.ts'
import { PROOF_ALGORITHMS, constrainTokens, needsNonce } from '../login/proof-of-possession.ts'
import { codeConfirmation, codeInput, deviceDone, errorPage } from './provider-pages.ts'
import { closeRefused, newPolicy } from './policy.ts'
import { OIDC_SCOPES } from '../login/resource-servers.ts'
import { describeResourceServer } from '../login/resource-server-info.ts'
import { lifetimes } from '../login/lifetimes.ts'
import { signingKey } from './signing-key.ts'
import { noteWrongProofs, speakAsAuth0 } from './token-errors.ts'
import { logGrants } from './grant-log.ts'
import { extendIdTokens, shapeAccessToken } from '../login/token-claims.ts'
import { webMessage } from './web-message.ts'

/** @returns the tenant's authorization server; a tenant that has moved to another domain gets a new one */
export function providerOf(tenant: Tenant): Provider {
  const issuer = `https://${tenant.domain}/`
  if (tenant.oidc.provider?.issuer !== issuer) tenant.oidc.provider = newProvider(tenant, issuer)
  return tenant.oidc.provider
}

function newProvider(tenant: Tenant, issuer: string): Provider {
  const provider = new Provider(issuer, configurationOf(tenant))
  registerGrants(tenant, provider)
  provider.registerResponseMode('web_message', webMessage)
  provider.use(speakAsAuth0)
  noteWrongProofs(provider)
  logGrants(tenant, provider)
  closeRefused(tenant, provider)
  extendIdTokens(tenant, provider)
  constrainTokens(tenant, provider)
  provider.Client.prototype.redirectUriAllowed = function isCallback(url) {
    const client = findClient(tenant, this.clientId)
    return client !== undefined && isAllowedUrl(listOf(client, 'callbacks'), url)
  }
  provider.on('server_error', (_ctx, error) => {
    process.stderr.write(`sandbox: this is a defect of the sandbox:\n${error.stack ?? ''}\n`)
  })
  return provider
}

function configurationOf(tenant: Tenant): Configuration {
  const { store, domain } = tenant
  return {
    adapter: (model) => {
      const adapter = newAdapter(tenant, model)
      if (model !== 'Client') return adapter
      return {
        ...adapter,
        find: (id) => {
          const client = findClient(tenant, id)
          return Promise.resolve(client === undefined ? undefined : toMetadata(client, GRANT_TYPES))
        },
      }
    },
    jwks: { keys: [{ ...signingKey(store), alg: 'RS256', use: 'sig' }] },
    routes: {
      authorization: '/authorize',
      token: '/oauth/token',
      userinfo: '/userinfo',
      jwks: '/.well-known/jwks.json',
      device_authorization: '/oauth/device/code',
      code_verification: '/activate',
      revocation: '/oauth/revoke',
      pushed_authorization_request: '/oauth/par',
      end_session: '/oidc/logout',
      backchannel_authentication: '/bc-authorize',
    },
    discovery: {
      mfa_challenge_endpoint: `https://${domain}/mfa/challenge`,
      userinfo_endpoint: `https://${domain}/userinfo`,
      end_session_endpoint: `https://${domain}/oidc/logout`,
      scopes_supported: [...OIDC_SCOPES],
    },
    cookies: {
      keys: [secretFor(store.state, 'cookies').toString('base64url')],
      names: { session: 'auth0', interaction: 'auth0-interaction', resume: 'auth0-resume' },
      long: LONG_COOKIE,
      short: SHORT_COOKIE,
    },
    scopes: OIDC_SCOPES,
    claims: Object.fromEntries(CLAIMS_OF_SCOPE),
    conformIdTokenClaims: false,
    responseTypes: [...RESPONSE_TYPES],
    extraParams: EXTRA_PARAMETERS,
    enabledJWA: { dPoPSigningAlgValues: PROOF_ALGORITHMS },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none', 'private_key_jwt'],
    clientBasedCORS: (_ctx, origin, { clientId }) => {
      const client = findClient(tenant, clientId)
      return client !== undefined && isAllowedOrigin(client, origin)
    },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      revocation: { enabled: true },
      pushedAuthorizationRequests: { enabled: true },
      dPoP: {
        enabled: true,
        nonceSecret: secretFor(store.state, 'nonces'),
        requireNonce: needsNonce,
      },
      // So that clients can have the grant; both of its endpoints have answers of their own.
      ciba: {
        enabled: true,
        deliveryModes: ['poll'],
        triggerAuthenticationDevice: neverAsked,
        validateRequestContext: neverAsked,
        verifyUserCode: neverAsked,
      },
      rpInitiatedLogout: { enabled: false },
      deviceFlow: {
        enabled: true,
        charset: 'base-20',
        mask: '****-****',
        userCodeInputSource: codeInput,
        userCodeConfirmSource: codeConfirmation,
        successSource: deviceDone,
      },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (ctx, resource) => describeResourceServer(tenant, ctx, resource),
        useGrantedResource: () => true,
      },
    },
    formats: {
      customizers: {
        jwt: (ctx, token, parts) => {
          shapeAccessToken(tenant, ctx, token, parts)
        },
      },
    },
    interactions: {
      policy: newPolicy(tenant),
      url: (_ctx, { prompt, uid }) =>
        prompt.name === 'redirect' ? leaveUrl(uid) : `/u/${prompt.name}/${uid}`,
    },
    loadExistingGrant: () => Promise.resolve(undefined),
    findAccount: (_ctx, id) => findAccount(tenant, id),
    issueRefreshToken: (_ctx, client, code) =>
      client.grantTypeAllowed('refresh_token') && code.scopes.has('offline_access'),
    expiresWithSession: () => false,
    pkce: { required: () => false },
    ttl: lifetimes(tenant),
    renderError: errorPage,
  }
}

function neverAsked(): never {
  throw new Error('the grants answer what is asked of CIBA')
}

/** @returns a secret of the tenant's for one purpose */
function secretFor({ tokenKey }: Readonly<TenantState>, purpose: string): Buffer {
  return createHash('sha256').update(`${purpose} ${tokenKey}`).digest()
}
