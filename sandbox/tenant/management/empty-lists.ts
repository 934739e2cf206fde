import { ApiError, ok, type Endpoint, type Handler } from '../http.ts'
import { checkpointList } from './paging.ts'

/** What a tenant can have and this one has not: there is no endpoint here that would make one. */
// prettier-ignore
const LISTS: readonly (readonly [path: string, scope: string, name: string | undefined])[] = [
  ['/branding/phone/templates', 'read:phone_templates',       'templates'],
  ['/connection-profiles',      'read:connection_profiles',   'connection_profiles'],
  ['/connections-directory-provisionings', 'read:directory_provisionings', 'directory_provisionings'],
  ['/custom-domains',           'read:custom_domains',        undefined],
  ['/event-streams',            'read:event_streams',         'eventStreams'],
  ['/flows',                    'read:flows',                 'flows'],
  ['/flows/vault/connections',  'read:flows_vault_connections', 'connections'],
  ['/forms',                    'read:forms',                 'forms'],
  ['/hooks',                    'read:hooks',                 'hooks'],
  ['/log-streams',              'read:log_streams',           undefined],
  ['/network-acls',             'read:network_acls',          'network_acls'],
  ['/prompts/rendering',        'read:prompts',               'configs'],
  ['/rate-limit-policies',      'read:rate_limit_policies',   'rate_limit_policies'],
  ['/rules',                    'read:rules',                 'rules'],
  ['/rules-configs',            'read:rules_configs',         undefined],
  ['/self-service-profiles',    'read:self_service_profiles', 'self_service_profiles'],
  ['/user-attribute-profiles',  'read:user_attribute_profiles', 'user_attribute_profiles'],
  ['/organizations/{id}/client-grants',     'read:organization_client_grants', 'client_grants'],
  ['/organizations/{id}/clients',           'read:organizations',              'clients'],
  ['/organizations/{id}/discovery-domains', 'read:organization_discovery_domains', 'domains'],
]

/** Single things that a tenant can have and this one has not. */
// prettier-ignore
const NOTHINGS: readonly (readonly [path: string, scope: string, message: string])[] = [
  ['/branding/templates/universal-login', 'read:branding',        'The template does not exist.'],
  ['/branding/themes/default',            'read:branding',        'There was an error retrieving branding settings: theme not found.'],
  ['/email-templates/{name}',             'read:email_templates', 'The template does not exist.'],
  ['/emails/provider',                    'read:email_provider',  'There is not a configured provider.'],
]

/** Texts of Universal Login, of which no prompt here has its own. */
// prettier-ignore
const NO_TEXTS: readonly (readonly [path: string, scope: string])[] = [
  ['/prompts/{prompt}/custom-text/{language}', 'read:prompts'],
  ['/prompts/{prompt}/partials',               'read:prompts'],
]

export const EMPTY_LIST_ENDPOINTS: readonly Endpoint[] = [
  ...LISTS.map(([path, scope, name]): Endpoint => ['GET', path, scope, empty(name)]),
  ['GET', '/branding/phone/providers', 'read:phone_providers', () => ok({ providers: [] })],
  ...NOTHINGS.map(([path, scope, message]): Endpoint => [
    'GET',
    path,
    scope,
    () => missing(message),
  ]),
  ...NO_TEXTS.map(([path, scope]): Endpoint => ['GET', path, scope, () => ok({})]),
]

/** The scopes that these endpoints ask for. */
export const EMPTY_LIST_SCOPES: readonly string[] = [
  ...new Set([...EMPTY_LIST_ENDPOINTS.map(([, , scope]) => scope)]),
]

function empty(name: string | undefined): Handler {
  return (_tenant, request) => checkpointList(request, name ?? 'items', [])
}

function missing(message: string): never {
  throw new ApiError(404, message)
}
