import { randomBytes } from 'node:crypto'
import { newId, randomText, type Entity, type TenantState } from './state.ts'
import { MANAGEMENT_SCOPES } from './management/scopes.ts'

/** @returns the state of a fresh tenant: its Management API, one client that may do everything, nothing else */
export function newTenant(): TenantState {
  const clientId = randomText(32)
  return {
    version: 1,
    domain: '',
    tokenKey: randomBytes(32).toString('base64url'),
    managementClientId: clientId,
    settings: newSettings(),
    actions: [],
    bindings: {},
    resourceServers: [
      {
        id: newId(),
        name: 'Auth0 Management API',
        identifier: '',
        allow_offline_access: false,
        skip_consent_for_verifiable_first_party_clients: false,
        subject_type_authorization: {
          client: { policy: 'require_client_grant' },
          user: { policy: 'allow_all' },
        },
        token_lifetime: 86_400,
        token_lifetime_for_web: 7_200,
        signing_alg: 'RS256',
        scopes: MANAGEMENT_SCOPES.map((value) => ({ value })),
        is_system: true,
      },
    ],
    clients: [
      {
        client_id: clientId,
        client_secret: randomText(64),
        name: 'Sandbox deployer',
        global: false,
        app_type: 'non_interactive',
        grant_types: ['client_credentials'],
        token_endpoint_auth_method: 'client_secret_post',
        is_first_party: true,
        oidc_conformant: true,
      },
      {
        client_id: randomText(32),
        client_secret: randomText(64),
        name: 'All Applications',
        global: true,
        is_first_party: true,
        callbacks: [],
      },
    ],
    clientGrants: [
      {
        id: newId('cgr'),
        client_id: clientId,
        audience: '',
        scope: [...MANAGEMENT_SCOPES],
        subject_type: 'client',
      },
    ],
    connections: [
      {
        id: newId('con'),
        name: 'Username-Password-Authentication',
        strategy: 'auth0',
        options: {},
        is_domain_connection: false,
        realms: ['Username-Password-Authentication'],
        enabled_clients: [],
      },
    ],
    users: [],
    roles: [],
    organizations: [],
    tokenExchangeProfiles: [],
    factors: {},
    mfaPolicies: [],
    phoneMessageTypes: ['sms'],
    logs: [],
    documents: {},
  }
}

/**
 * Moves a tenant to the domain under which it is served now: a free port is a new domain at each start,
 * and the identifier of the Management API contains it.
 */
export function moveToDomain(state: TenantState, domain: string): void {
  const audience = managementAudience(domain)
  const before = managementAudience(state.domain)
  state.domain = domain
  for (const server of state.resourceServers) {
    if (server.is_system === true) server.identifier = audience
  }
  for (const grant of state.clientGrants) {
    if (grant.audience === '' || grant.audience === before) grant.audience = audience
  }
}

/** @returns the identifier of the Management API of a domain */
export function managementAudience(domain: string): string {
  return `https://${domain}/api/v2/`
}

function newSettings(): Entity {
  return {
    enabled_locales: ['en'],
    flags: {
      enable_sso: true,
      universal_login: true,
      new_universal_login_experience_enabled: true,
    },
    friendly_name: 'Sandbox',
    idle_session_lifetime: 72,
    session_lifetime: 168,
    sandbox_version: '22',
    sandbox_versions_available: ['22', '18'],
    resource_parameter_profile: 'audience',
    customize_mfa_in_postlogin_action: false,
  }
}
