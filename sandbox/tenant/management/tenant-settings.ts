import { z } from 'zod'
import { ok, type Endpoint, type Reply, type TenantRequest } from '../http.ts'
import type { Tenant } from '../tenant.ts'
import { selectFields, without } from '../fields.ts'
import { anyFields, noteStored, readBody } from './validation.ts'

// prettier-ignore
export const TENANT_SETTINGS_ENDPOINTS: readonly Endpoint[] = [
  ['GET',   '/tenants/settings', 'read:tenant_settings',   show],
  ['PATCH', '/tenants/settings', 'update:tenant_settings', update, 'Update tenant settings'],
]

export const settingsBody = z.strictObject({
  friendly_name: z.string().optional(),
  picture_url: z.string().optional(),
  support_email: z.string().optional(),
  support_url: z.string().optional(),
  default_audience: z.string().optional(),
  default_directory: z.string().optional(),
  allowed_logout_urls: z.array(z.string()).optional(),
  enabled_locales: z.array(z.string()).optional(),
  session_lifetime: z.number().optional(),
  session_lifetime_in_minutes: z.number().int().optional(),
  idle_session_lifetime: z.number().optional(),
  idle_session_lifetime_in_minutes: z.number().int().optional(),
  flags: z.record(z.string(), z.boolean()).optional(),
  customize_mfa_in_postlogin_action: z.boolean().nullable().optional(),
  acr_values_supported: z.array(z.string()).nullable().optional(),
  ...anyFields(`
    allow_organization_name_in_authentication_api authorization_response_iss_parameter_supported
    change_password client_id_metadata_document_supported country_codes default_redirection_uri
    default_token_quota device_flow dynamic_client_registration_security_mode enable_ai_guide
    ephemeral_session_lifetime ephemeral_session_lifetime_in_minutes error_page guardian_mfa_page
    idle_ephemeral_session_lifetime idle_ephemeral_session_lifetime_in_minutes
    include_session_metadata_in_tenant_logs legacy_sandbox_version mtls oidc_logout
    phone_consolidated_experience pushed_authorization_requests_supported resource_parameter_profile
    sandbox_version security_headers session_cookie sessions
    skip_non_verifiable_callback_uri_confirmation_prompt universal_login`),
})

function show({ store }: Tenant, request: TenantRequest): Reply {
  return ok(selectFields(request, store.state.settings))
}

const MINUTES_PER_HOUR = 60

/** Recorded: lifetimes sent in minutes are shown in hours; the versions to choose from are not shown. */
function update(tenant: Tenant, request: TenantRequest): Reply {
  const { store } = tenant
  const {
    flags,
    session_lifetime_in_minutes: session,
    idle_session_lifetime_in_minutes: idle,
    ...body
  } = readBody(settingsBody, request.body)
  noteStored(tenant, 'tenant', { ...body, flags })
  const settings = store.update((state) => {
    const before = state.settings['flags'] as Record<string, boolean>
    return Object.assign(state.settings, body, {
      flags: { ...before, ...flags },
      ...(session === undefined ? {} : { session_lifetime: session / MINUTES_PER_HOUR }),
      ...(idle === undefined ? {} : { idle_session_lifetime: idle / MINUTES_PER_HOUR }),
    })
  })
  return ok(without(settings, 'sandbox_versions_available'))
}
