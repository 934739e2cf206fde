import type { AudienceScopes, ClientFacts, ClientGrantFacts, ResourceServerFacts } from './facts.ts'
import { unknownSettings } from './unknown-settings.ts'

/** An entity as the Management API answers it, and as auth0-deploy-cli has it in its files. */
export type Entity = Readonly<Record<string, unknown>>

/**
 * Every setting of a client that this audit knows, by its name in the Management API: those of the
 * type `Client` of the SDK, and three that it does not have but tenants answer. What is not here may
 * open a way that no finding looks for.
 */
// prettier-ignore
const CLIENT_SETTINGS: ReadonlySet<string> = new Set([
  'addons', 'allowed_clients', 'allowed_logout_urls', 'allowed_origins', 'anonymous_sessions',
  'app_type', 'async_approval_notification_channels', 'b2b_integration_configuration', 'callbacks',
  'client_aliases', 'client_authentication_methods', 'client_id', 'client_metadata',
  'client_secret', 'compliance_level', 'created_at', 'cross_origin_authentication',
  'cross_origin_loc', 'custom_login_page', 'custom_login_page_on', 'custom_login_page_preview',
  'default_organization', 'description', 'encryption_key', 'express_configuration',
  'external_client_id', 'external_metadata_created_by', 'external_metadata_type', 'fedcm_login',
  'form_template', 'global', 'grant_types', 'identity_assertion_authorization_grant',
  'initiate_login_uri', 'is_first_party', 'is_token_endpoint_ip_header_trusted', 'jwks_uri',
  'jwt_configuration', 'logo_uri', 'mobile', 'my_organization_configuration', 'name',
  'native_social_login', 'oidc_conformant', 'oidc_logout', 'organization_discovery_methods',
  'organization_require_behavior', 'organization_usage', 'par_request_expiry',
  'redirection_policy', 'refresh_token', 'require_proof_of_possession',
  'require_pushed_authorization_requests', 'resource_server_identifier', 'session_transfer',
  'signed_request_object', 'signing_keys', 'skip_non_verifiable_callback_uri_confirmation_prompt',
  'sso', 'sso_disabled', 'tenant', 'third_party_security_mode', 'token_endpoint_auth_method',
  'token_exchange', 'token_quota', 'token_vault_privileged_access', 'updated_at', 'web_origins',
  // Not in the SDK:
  'callback_url_template', 'cross_origin_auth', 'oidc_backchannel_logout', 'owners',
])

/** What is secret in a client, or long and of no interest: it is not asked for. */
export const UNREAD_CLIENT_SETTINGS: readonly string[] = [
  ...['client_secret', 'signing_keys', 'encryption_key'],
  ...['custom_login_page', 'custom_login_page_preview', 'form_template'],
]

const EXCHANGES = 'token_exchange.allow_any_profile_of_type'

/** What the audit needs to know of a client. A setting that is absent is not known. */
export function clientFacts(entity: Entity): ClientFacts {
  const { client_id: id, name, grant_types: grantTypes, refresh_token: refresh } = entity
  const { is_first_party: isFirstParty, oidc_conformant: isOidcConformant } = entity
  const { policies } = objectIn(refresh)
  const unknown = [
    ...Object.keys(entity).filter((key) => !CLIENT_SETTINGS.has(key)),
    // Of an exchange that is not known the switch is told.
    ...unknownSettings('client', entity).filter((each) => !each.startsWith(`${EXCHANGES}: `)),
  ]
  return {
    ...(typeof id === 'string' && { id }),
    name: text(name) ?? text(id) ?? '',
    ...defined({ appType: text(entity['app_type']) }),
    ...(isStrings(grantTypes) && { grantTypes }),
    ...(typeof isFirstParty === 'boolean' && { isFirstParty }),
    ...(typeof isOidcConformant === 'boolean' && { isOidcConformant }),
    switches: switchesOf(entity),
    ...(unknown.length > 0 && { unknownSettings: unknown }),
    ...(Array.isArray(policies) && { refreshPolicies: policies.map(audienceScopes) }),
  }
}

// `SETTING`, or `SETTING: WHAT` where it switches several things.
function switchesOf(entity: Entity): readonly string[] {
  const { token_exchange: exchange, session_transfer: transfer } = entity
  const { allow_any_profile_of_type: types } = objectIn(exchange)
  const { delegation } = objectIn(transfer)
  const isActive = (setting: string) => objectIn(entity[setting])['active'] === true
  return [
    ...(isStrings(types) ? types : []).map((type) => `token_exchange: ${type}`),
    ...enabledIn(entity, 'native_social_login'),
    ...enabledIn(entity, 'fedcm_login'),
    ...['identity_assertion_authorization_grant', 'anonymous_sessions'].filter(isActive),
    ...(entity['cross_origin_authentication'] === true ? ['cross_origin_authentication'] : []),
    ...(objectIn(transfer)['can_create_session_transfer_token'] === true
      ? ['session_transfer: create']
      : []),
    ...(objectIn(delegation)['allow_delegated_access'] === true
      ? ['session_transfer: delegation']
      : []),
    ...['samlp', 'wsfed']
      .filter((addon) => addon in objectIn(entity['addons']))
      .map((addon) => `addons: ${addon}`),
  ]
}

function enabledIn(entity: Entity, setting: string): readonly string[] {
  return Object.entries(objectIn(entity[setting])).flatMap(([provider, value]) => {
    const switches = typeof value === 'object' ? Object.values(objectIn(value)) : [value]
    const isOff = switches.every((each) => each === false || each === null || each === undefined)
    return isOff ? [] : [`${setting}: ${provider}`]
  })
}

/** What the audit needs to know of a resource server. A setting that is absent is not known. */
export function resourceServerFacts(entity: Entity): ResourceServerFacts {
  const { scopes, subject_type_authorization: access, authorization_policy: policy } = entity
  const { policy_id: builtInPolicy } = objectIn(policy)
  const unknown = unknownSettings('resourceServer', entity)
  return {
    identifier: text(entity['identifier']) ?? '',
    isSystem: entity['is_system'] === true,
    scopes: (Array.isArray(scopes) ? scopes : []).map((scope) => String(objectIn(scope)['value'])),
    ...defined({
      signingAlg: text(entity['signing_alg']),
      tokenDialect: text(entity['token_dialect']),
      enforcePolicies: yesOrNo(entity['enforce_policies']),
      allowOfflineAccess: yesOrNo(entity['allow_offline_access']),
      allowOnlineAccess: yesOrNo(entity['allow_online_access']),
      tokenLifetimeSeconds: count(entity['token_lifetime']),
      tokenLifetimeForWebSeconds: count(entity['token_lifetime_for_web']),
      userAccess: text(objectIn(objectIn(access)['user'])['policy']),
      machineAccess: text(objectIn(objectIn(access)['client'])['policy']),
      builtInPolicy: text(builtInPolicy),
    }),
    ...(unknown.length > 0 && { unknownSettings: unknown }),
  }
}

/** What the audit needs to know of a client grant. */
export function clientGrantFacts(entity: Entity): ClientGrantFacts {
  const { client_id: clientId, audience, scope, subject_type: subject } = entity
  const unknown = unknownSettings('clientGrant', entity).filter(
    // It has a finding of its own.
    (each) => !each.startsWith('subject_type: '),
  )
  return {
    ...(typeof clientId === 'string' && { clientId }),
    audience: text(audience) ?? '',
    scopes: isStrings(scope) ? scope : [],
    subject: text(subject) ?? 'client',
    allowsAllScopes: entity['allow_all_scopes'] === true,
    ...(unknown.length > 0 && { unknownSettings: unknown }),
  }
}

function audienceScopes(policy: unknown): AudienceScopes {
  const { audience, scope } = objectIn(policy)
  return { audience: String(audience), scopes: isStrings(scope) ? scope : [] }
}

function objectIn(value: unknown): Entity {
  return typeof value === 'object' && value !== null ? (value as Entity) : {}
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

function yesOrNo(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}

/** The object without the fields that are undefined. */
function defined<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [K in keyof T]?: NonNullable<T[K]> }
}
