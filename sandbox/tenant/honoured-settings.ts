import type { STORED_SETTINGS } from './not-emulated.ts'

/** Settings that do here what they do at Auth0, at least with the values that are not refused. */
export const HONOURED_SETTINGS = {
  client: `
    allowed_logout_urls allowed_origins app_type async_approval_notification_channels callbacks client_metadata grant_types
    is_first_party name oidc_conformant organization_discovery_methods organization_require_behavior
    organization_usage refresh_token require_proof_of_possession require_pushed_authorization_requests
    resource_server_identifier token_endpoint_auth_method token_exchange web_origins`,
  API: `
    allow_offline_access enforce_policies identifier name scopes skip_consent_for_verifiable_first_party_clients
    token_dialect token_lifetime token_lifetime_for_web`,
  'client grant': `
    allow_all_scopes audience client_id organization_usage scope subject_type`,
  connection: `
    name strategy`,
  tenant: `
    allowed_logout_urls customize_mfa_in_postlogin_action default_audience default_directory friendly_name
    idle_session_lifetime idle_session_lifetime_in_minutes pushed_authorization_requests_supported session_lifetime
    session_lifetime_in_minutes`,
} satisfies Record<keyof typeof STORED_SETTINGS, string>
