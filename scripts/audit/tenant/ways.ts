import type { FindingCode } from '../../policy/audit-names.ts'
import { known, type ClientFacts, type Part, type TenantFacts } from './facts.ts'

/**
 * What becomes of a protected scope on a way to a token. `challenged`: there is a browser, and the
 * rules challenge in it. `answered`: there is none, and the rules answer. `continues`: it ends what
 * another way began. `as-its-flow`: it uses one of the other ways. `no-action`: no Action of
 * post-login is documented to run, so the policy does not reach it. `no-token`: it brings no token for
 * an API of the tenant.
 */
export type WayVerdict =
  'challenged' | 'answered' | 'continues' | 'as-its-flow' | 'no-action' | 'no-token'

/** One way on which Auth0 hands out tokens. */
export interface Way {
  readonly name: string
  readonly verdict: WayVerdict
  /** What opens it in a client: grant types, and switches; nothing where it is always open. */
  readonly opens: readonly string[]
  /** Values of `event.transaction.protocol`, as far as they are documented. */
  readonly protocols: readonly string[]
  /** Types of the log events that tell of its success, as far as there are any. */
  readonly logTypes: readonly string[]
  /** The finding that names a client which can get at a protected scope on it. */
  readonly finding?: FindingCode
  /** The page that it rests on, below https://auth0.com/docs/ */
  readonly page: string
}

const OAUTH = 'urn:ietf:params:oauth:grant-type:'
const AUTH0 = 'http://auth0.com/oauth/grant-type/'
const LEGACY = 'http://auth0.com/oauth/legacy/grant-type/'

/** Every way to a token that Auth0 documents. A test holds it against the documented grants and logs. */
// prettier-ignore
export const WAYS: readonly Way[] = [
  { name: 'Authorization code, also with PKCE, pushed (PAR) or hybrid', verdict: 'challenged',
    opens: ['authorization_code'], protocols: ['oidc-basic-profile', 'oidc-hybrid-profile'], logTypes: ['s', 'seacft'],
    page: 'get-started/authentication-and-authorization-flow/authorization-code-flow' },
  { name: 'Implicit', verdict: 'challenged',
    opens: ['implicit'], protocols: ['oidc-implicit-profile'], logTypes: ['s'],
    page: 'get-started/authentication-and-authorization-flow/implicit-flow-with-form-post' },
  { name: 'Silent login (`prompt=none`)', verdict: 'challenged',
    opens: [], protocols: [], logTypes: ['ssa'],
    page: 'authenticate/login/configure-silent-authentication' },
  { name: 'SAML, WS-Federation and WS-Trust (no scopes; acr rules alone)', verdict: 'challenged',
    opens: ['addons: samlp', 'addons: wsfed'], protocols: ['samlp', 'wsfed', 'wstrust-usernamemixed'], logTypes: ['s'],
    page: 'authenticate/protocols/saml' },
  { name: 'Embedded login (cross-origin), which ends in a browser', verdict: 'challenged',
    opens: ['cross_origin_authentication'], protocols: [], logTypes: ['scoa'],
    page: 'authenticate/login/cross-origin-authentication' },
  { name: 'Google One Tap (FedCM) on the login page', verdict: 'challenged',
    opens: ['fedcm_login'], protocols: [], logTypes: ['s'],
    page: 'authenticate/identity-providers/social-identity-providers/google-one-tap' },
  { name: 'Native to Web (session transfer), which ends in a browser', verdict: 'challenged',
    opens: ['session_transfer: create'], protocols: [], logTypes: ['s'],
    page: 'authenticate/single-sign-on/native-to-web' },
  { name: 'Delegated session, in which nobody can be challenged', verdict: 'answered',
    opens: ['session_transfer: delegation'], protocols: [], logTypes: ['sdel', 'sdelsa', 'sdeleacft'],
    page: 'authenticate/single-sign-on/session-delegation' },
  { name: 'Refresh token, also online and multi-resource', verdict: 'answered', finding: 'refresh-tokens-allowed',
    opens: ['refresh_token'], protocols: ['oauth2-refresh-token'], logTypes: ['sertft'],
    page: 'secure/tokens/refresh-tokens/use-refresh-tokens' },
  { name: 'Password, also with a realm', verdict: 'answered', finding: 'password-grant-enabled',
    opens: ['password', `${AUTH0}password-realm`], protocols: ['oauth2-password'], logTypes: ['sepft'],
    page: 'get-started/authentication-and-authorization-flow/resource-owner-password-flow' },
  { name: 'Device code', verdict: 'answered', finding: 'device-code-grant-enabled',
    opens: [`${OAUTH}device_code`], protocols: ['oauth2-device-code'], logTypes: ['sede'],
    page: 'get-started/authentication-and-authorization-flow/device-authorization-flow' },
  { name: 'CIBA: by push, or by a link (which ends in a browser)', verdict: 'answered', finding: 'ciba-grant-enabled',
    opens: ['urn:openid:params:grant-type:ciba'], protocols: ['oidc-ciba', 'oidc-ciba-web-link'], logTypes: ['ciba_exchange_succeeded'],
    page: 'get-started/applications/configure-client-initiated-backchannel-authentication' },
  { name: 'Embedded passwordless', verdict: 'answered', finding: 'passwordless-grant-enabled',
    opens: [`${AUTH0}passwordless/otp`], protocols: [], logTypes: ['s'],
    page: 'authenticate/passwordless/implement-login/embedded-login/relevant-api-endpoints' },
  { name: 'Native passkey', verdict: 'answered', finding: 'passkey-grant-enabled',
    opens: ['urn:okta:params:oauth:grant-type:webauthn'], protocols: ['oauth2-webauthn'], logTypes: ['s'],
    page: 'authenticate/database-connections/passkeys/passkey-apis' },
  { name: 'Native social login', verdict: 'answered', finding: 'native-social-login-enabled',
    opens: ['native_social_login'], protocols: ['oauth2-token-exchange'], logTypes: ['sens'],
    page: 'api/authentication/token-exchange-for-native-social/token-exchange-native-social' },
  { name: 'Custom token exchange', verdict: 'answered', finding: 'token-exchange-grant-enabled',
    opens: [`${OAUTH}token-exchange`, 'token_exchange: custom_authentication'], protocols: ['oauth2-token-exchange'], logTypes: ['secte'],
    page: 'authenticate/custom-token-exchange/configure-custom-token-exchange' },
  { name: 'On-behalf-of token exchange', verdict: 'answered', finding: 'token-exchange-grant-enabled',
    opens: ['token_exchange: on_behalf_of_token_exchange'], protocols: ['oauth2-token-exchange'], logTypes: ['success_on_behalf_of_token_exchange'],
    page: 'secure/call-apis-on-users-behalf/on-behalf-of-token-exchange' },
  { name: 'Cross App Access (an assertion of another identity provider)', verdict: 'no-action', finding: 'cross-app-access-enabled',
    opens: [`${OAUTH}jwt-bearer`, 'identity_assertion_authorization_grant'], protocols: [], logTypes: ['idjag_exchange_succeeded'],
    page: 'ai-agents-mcp/cross-app-access' },
  { name: 'Legacy: password, assertion and social token', verdict: 'answered', finding: 'legacy-grant-enabled',
    opens: [`${LEGACY}ro`, `${LEGACY}ro/jwt-bearer`, `${LEGACY}access_token`], protocols: ['oauth2-resource-owner', 'oauth2-resource-owner-jwt-bearer', 'oauth2-access-token'], logTypes: ['s'],
    page: 'get-started/applications/application-grant-types' },
  { name: 'Legacy: delegation', verdict: 'no-action', finding: 'legacy-grant-enabled',
    opens: [`${LEGACY}delegation/refresh_token`, `${LEGACY}delegation/id_token`], protocols: [], logTypes: ['sd'],
    page: 'secure/tokens/delegation-tokens' },
  { name: 'MFA grants: one-time password, out of band, recovery code', verdict: 'continues',
    opens: [`${AUTH0}mfa-otp`, `${AUTH0}mfa-oob`, `${AUTH0}mfa-recovery-code`], protocols: [], logTypes: ['seotpft', 'seoobft', 'sercft', 'sepkotpft', 'sepkoobft', 'sepkrcft'],
    page: 'secure/multi-factor-authentication/authenticate-using-ropg-flow-with-mfa' },
  { name: 'Client credentials', verdict: 'no-action', finding: 'protected-scope-in-machine-grant',
    opens: ['client_credentials'], protocols: [], logTypes: ['seccft'],
    page: 'get-started/authentication-and-authorization-flow/client-credentials-flow' },
  { name: 'Anonymous session', verdict: 'no-action', finding: 'protected-scope-in-anonymous-grant',
    opens: ['anonymous_sessions'], protocols: [], logTypes: [],
    page: 'manage-users/sessions/anonymous-sessions' },
  { name: 'Agent with an identity of its own', verdict: 'as-its-flow',
    opens: [], protocols: [], logTypes: [],
    page: 'ai-agents-mcp/agents-as-principal' },
  { name: "Token Vault (another provider's token)", verdict: 'no-token',
    opens: ['urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token'], protocols: [], logTypes: ['seta'],
    page: 'secure/call-apis-on-users-behalf/token-vault' },
]

/** Grant types and switches of a client that open a way, of those given. */
export function openedBy(client: ClientFacts, opens: readonly string[]): readonly string[] {
  return settingsOf(client).filter((setting) => opens.some((each) => isOf(setting, each)))
}

/** Grant types and switches of a client that open no way that we know. */
export function unknownIn(client: ClientFacts): readonly string[] {
  return settingsOf(client).filter(
    (setting) => !WAYS.some(({ opens }) => opens.some((each) => isOf(setting, each))),
  )
}

function settingsOf({ grantTypes = [], switches = [] }: ClientFacts): readonly string[] {
  return [...grantTypes, ...switches]
}

// A way may be opened by a setting whatever it switches on, or for one thing alone.
function isOf(setting: string, opens: string): boolean {
  return setting === opens || setting.startsWith(`${opens}: `)
}

/** A way to a token, and the clients of a tenant in which it is open. */
export interface WayInTenant extends Omit<Way, 'opens' | 'page'> {
  /** Names, of those that were seen; every client where nothing has to be switched on. */
  readonly clients: readonly string[] | 'every'
  readonly seen: Part<unknown>['seen']
  /** URL of the document that it rests on. */
  readonly source: string
}

/** Every way to a token, with the clients that have it as far as they were seen. */
export function waysIn({ clients }: Pick<TenantFacts, 'clients'>): readonly WayInTenant[] {
  const all = known(clients) ?? []
  const { seen } = clients
  return WAYS.map(({ opens, page, ...way }) => {
    const source = `https://auth0.com/docs/${page}`
    if (opens.length === 0) return { ...way, clients: 'every', seen, source }
    const having = all.filter((client) => openedBy(client, opens).length > 0)
    return { ...way, clients: having.map(({ name }) => name), seen, source }
  })
}
