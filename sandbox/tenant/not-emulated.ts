// What Auth0 has, changes a login, and is not emulated: refused where it would be used, never passed over.
import type { Connection, Entity } from './state.ts'

/** @returns what everybody is told who asks for something that is not emulated */
export function notEmulated(what: string): string {
  return `${what} is not emulated by the sandbox`
}

export interface Refused {
  readonly name: string
  /** page of Auth0's documentation, below https://auth0.com/docs/ */
  readonly source: string
}

/** A setting of an entity; it is refused when its value asks for something. */
export interface RefusedSetting extends Refused {
  readonly asks: (value: unknown) => boolean
}

const isTrue = (value: unknown): boolean => value === true
const isSet = (value: unknown): boolean => value !== null && value !== undefined
const isOtherThan =
  (...harmless: readonly unknown[]) =>
  (value: unknown): boolean =>
    isSet(value) && !harmless.includes(value)
const has =
  (field: string, asks: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    asks((value as Entity | null | undefined)?.[field])

/** Of the ways without a secret that by a signature is emulated, those by mutual TLS are not. */
const isOtherThanKeys = (value: unknown): boolean =>
  Object.keys((value as Entity | null | undefined) ?? {}).some((name) => name !== 'private_key_jwt')

// prettier-ignore
export const REFUSED_PARAMETERS: readonly Refused[] = [
  { name: 'authorization_details',   source: 'get-started/apis/configure-rich-authorization-requests' },
  { name: 'claims',                  source: 'api/authentication/login/authorize-client' },
  { name: 'experiment_id',           source: 'authenticate/login/auth0-universal-login' },
  { name: 'invitation',              source: 'manage-users/organizations/configure-organizations/invite-members' },
  { name: 'request',                 source: 'get-started/authentication-and-authorization-flow/authorization-code-flow/authorization-code-flow-with-jar' },
  { name: 'session_transfer_token',  source: 'authenticate/single-sign-on/native-to-web' },
  { name: 'variation_id',            source: 'authenticate/login/auth0-universal-login' },
]

// prettier-ignore
export const REFUSED_CLIENT_SETTINGS: readonly RefusedSetting[] = [
  { name: 'client_authentication_methods',         asks: isOtherThanKeys,                 source: 'get-started/authentication-and-authorization-flow/authenticate-with-private-key-jwt' },
  { name: 'compliance_level',                      asks: isOtherThan('none'),             source: 'secure/highly-regulated-identity' },
  { name: 'jwt_configuration',                     asks: has('alg', isOtherThan('RS256')), source: 'get-started/applications/signing-algorithms' },
  { name: 'signed_request_object',                 asks: has('required', isTrue),         source: 'get-started/applications/configure-jar' },
  { name: 'sso_disabled',                          asks: isTrue,                          source: 'authenticate/single-sign-on' },
  { name: 'third_party_security_mode',             asks: isOtherThan('permissive'),       source: 'get-started/applications/third-party-applications' },
  { name: 'token_quota',                           asks: isSet,                           source: 'get-started/applications' },
]

// prettier-ignore
export const REFUSED_API_SETTINGS: readonly RefusedSetting[] = [
  { name: 'allow_online_access',         asks: isTrue,                                                source: 'secure/tokens/refresh-tokens' },
  { name: 'authorization_details',       asks: isSet,                                                 source: 'get-started/apis/configure-rich-authorization-requests' },
  { name: 'authorization_policy',        asks: isSet,                                                 source: 'manage-users/my-account-api' },
  { name: 'consent_policy',              asks: isSet,                                                 source: 'get-started/apis/configure-rich-authorization-requests' },
  { name: 'proof_of_possession',         asks: has('mechanism', isOtherThan('none', 'dpop')),          source: 'secure/sender-constraining/configure-sender-constraining' },
  { name: 'signing_alg',                 asks: isOtherThan('RS256'),                                  source: 'get-started/apis/api-settings' },
  { name: 'subject_type_authorization',  asks: has('user', has('policy', isOtherThan('allow_all'))),  source: 'get-started/apis/api-access-policies-for-applications' },
  { name: 'token_encryption',            asks: isSet,                                                 source: 'secure/tokens/access-tokens/json-web-encryption' },
]

/** Endpoints beside the Management API; `/*` stands for all that is below. */
// prettier-ignore
export const REFUSED_ENDPOINTS: readonly (Refused & { readonly method: string })[] = [
  { method: 'POST', name: '/anonymous/token',             source: 'api/authentication' },
  { method: 'POST', name: '/co/authenticate',             source: 'api/authentication' },
  { method: 'POST', name: '/dbconnections/change_password', source: 'api/authentication/change-password' },
  { method: 'POST', name: '/dbconnections/signup',        source: 'api/authentication/signup' },
  { method: 'POST', name: '/login/callback',              source: 'api/authentication' },
  { method: 'POST', name: '/oidc/register',               source: 'api/authentication/dynamic-application-client-registration' },
  { method: 'POST', name: '/passkey/challenge',           source: 'api/authentication/native-passkeys' },
  { method: 'POST', name: '/passkey/register',            source: 'api/authentication/native-passkeys' },
  { method: 'POST', name: '/passwordless/start',          source: 'api/authentication/passwordless' },
  { method: 'POST', name: '/passwordless/verify',         source: 'api/authentication/passwordless' },
  { method: 'DELETE', name: '/mfa/authenticators/{id}',   source: 'api/authentication/multi-factor-authentication' },
  { method: 'POST', name: '/delegation',                  source: 'api/authentication' },
  { method: 'POST', name: '/oauth/access_token',          source: 'api/authentication' },
  { method: 'POST', name: '/oauth/ro',                    source: 'api/authentication' },
  { method: 'POST', name: '/tokeninfo',                   source: 'api/authentication' },
  { method: 'ANY',  name: '/me/*',                        source: 'manage-users/my-account-api' },
  { method: 'ANY',  name: '/my-org/*',                    source: 'manage-users/organizations' },
  { method: 'ANY',  name: '/scim/*',                      source: 'authenticate/protocols/scim' },
  { method: 'GET',  name: '/samlp/{client}',              source: 'api/authentication/saml' },
  { method: 'GET',  name: '/wsfed/{client}',              source: 'api/authentication/ws-federation' },
]

/** Grant types that the token endpoint does not know; it says so in Auth0's words. */
export const REFUSED_GRANTS: readonly Refused[] = [
  { name: 'urn:ietf:params:oauth:grant-type:jwt-bearer', source: 'api/authentication' },
  { name: 'http://auth0.com/oauth/grant-type/passwordless/otp', source: 'api/authentication' },
  { name: 'urn:okta:params:oauth:grant-type:webauthn', source: 'api/authentication' },
]

/** Ways to ask for tokens of `/authorize` that Auth0 has. */
export const REFUSED_RESPONSE_TYPES: readonly Refused[] = [
  { name: 'token', source: 'api/authentication/login/authorize-client' },
]

/** Only the people of a database log in here. */
export const DATABASE = 'auth0'

/** What `/authorize` alone understands. */
// prettier-ignore
export const REFUSED_OUTSIDE_OF_AUTHORIZE: readonly Refused[] = [
  { name: 'organization', source: 'manage-users/organizations' },
]

/**
 * @param more parameters that are refused at this endpoint
 * @returns what a request for tokens asks for and would not get
 */
export function refusalOf(
  {
    parameters,
    client,
    api,
    connection,
  }: {
    readonly parameters: URLSearchParams
    readonly client: Entity | undefined
    readonly api: Entity | undefined
    /** the one that the request chooses */
    readonly connection?: Connection | undefined
  },
  more: readonly Refused[] = [],
): string | undefined {
  const parameter = [...REFUSED_PARAMETERS, ...more].find(({ name }) => parameters.has(name))
  if (parameter !== undefined) return notEmulated(`The parameter \`${parameter.name}\``)
  const responseType = parameters.get('response_type')
  if (REFUSED_RESPONSE_TYPES.some(({ name }) => name === responseType)) {
    return notEmulated(`The response type \`${String(responseType)}\``)
  }
  if (connection !== undefined && connection.strategy !== DATABASE) {
    return notEmulated(`A login with a connection of the strategy \`${connection.strategy}\``)
  }
  const ofClient = REFUSED_CLIENT_SETTINGS.find(({ name, asks }) => asks(client?.[name]))
  if (ofClient !== undefined) {
    return notEmulated(`The setting \`${ofClient.name}\` of this application`)
  }
  const ofApi = REFUSED_API_SETTINGS.find(({ name, asks }) => asks(api?.[name]))
  return ofApi === undefined ? undefined : notEmulated(`The setting \`${ofApi.name}\` of this API`)
}

/** Settings that are kept and shown, and have no effect; whoever writes one is told in the terminal. */
export const STORED_SETTINGS = {
  client: `
    addons allowed_clients anonymous_sessions
    b2b_integration_configuration client_aliases cross_origin_authentication cross_origin_loc
    custom_login_page custom_login_page_on custom_login_page_preview default_organization description encryption_key
    express_configuration fedcm_login form_template identity_assertion_authorization_grant
    initiate_login_uri is_token_endpoint_ip_header_trusted logo_uri mobile
    my_organization_configuration native_social_login oidc_backchannel_logout oidc_logout par_request_expiry redirection_policy
    session_transfer skip_non_verifiable_callback_uri_confirmation_prompt sso
    token_vault_privileged_access`,
  API: `
    allow_anonymous_access allow_online_access_with_ephemeral_sessions signing_secret
    token_lifetime_for_anonymous_access_tokens verificationLocation`,
  'client grant': `
    allow_any_organization authorization_details_types default_for`,
  connection: `
    authentication connected_accounts cross_app_access_requesting_app
    cross_app_access_resource_app display_name enabled_clients is_domain_connection metadata
    options realms show_as_button`,
  tenant: `
    acr_values_supported allow_organization_name_in_authentication_api
    authorization_response_iss_parameter_supported change_password
    client_id_metadata_document_supported country_codes default_redirection_uri
    default_token_quota device_flow dynamic_client_registration_security_mode enable_ai_guide
    enabled_locales ephemeral_session_lifetime ephemeral_session_lifetime_in_minutes error_page
    flags guardian_mfa_page idle_ephemeral_session_lifetime
    idle_ephemeral_session_lifetime_in_minutes include_session_metadata_in_tenant_logs
    legacy_sandbox_version mtls oidc_logout phone_consolidated_experience picture_url resource_parameter_profile sandbox_version
    security_headers session_cookie sessions skip_non_verifiable_callback_uri_confirmation_prompt
    support_email support_url universal_login`,
} as const

/** @returns the settings of a body that are kept and do nothing */
export function storedOnly(kind: keyof typeof STORED_SETTINGS, body: object): readonly string[] {
  const names = new Set(STORED_SETTINGS[kind].trim().split(/\s+/))
  return Object.entries(body).flatMap(([name, value]) =>
    names.has(name) && isSet(value) && value !== false ? [name] : [],
  )
}
