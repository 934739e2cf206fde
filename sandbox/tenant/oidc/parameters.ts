// Auth0's parameters in the words of oidc-provider.
import { without } from '../fields.ts'
import type { Tenant } from '../tenant.ts'
import type { EventRequest } from '../login/transaction.ts'
import { audienceOf, splitScope, toResource } from '../login/resource-servers.ts'

/** Parameters of /authorize that oidc-provider does not know and must keep. */
export const EXTRA_PARAMETERS = [
  'audience',
  'connection',
  'screen_hint',
  'organization',
  'chosen_organization',
  'requested_scope',
  'sent_request',
] as const

/**
 * Rewrites an authorization request: `audience` names the resource; the scope is kept aside, because Actions
 * decide what becomes of it; a request without a scope asks for `openid`. The whole of it is kept for Actions.
 */
export function toAuthorizationRequest(
  tenant: Tenant,
  given: URLSearchParams,
  method = 'GET',
): URLSearchParams {
  const parameters = new URLSearchParams(given)
  const audience = audienceOf(tenant, given.get('audience'))
  parameters.delete('resource')
  // Only the pages say what a user has chosen.
  parameters.delete('chosen_organization')
  if (audience !== undefined) parameters.set('resource', toResource(audience))
  const scopes = splitScope(given.get('scope'))
  const requested = scopes.length === 0 ? ['openid'] : scopes
  parameters.set('requested_scope', requested.join(' '))
  parameters.set('sent_request', JSON.stringify({ method, fields: [...given] }))
  parameters.set('scope', [...new Set(['openid', ...requested])].join(' '))
  return parameters
}

/**
 * Rewrites a token request: what is asked for is set aside until the Actions have run, and read from
 * there by the grants.
 */
export function toTokenRequest(given: URLSearchParams): URLSearchParams {
  const parameters = new URLSearchParams(given)
  for (const [name, aside] of [
    ['scope', 'requested_scope'],
    ['audience', 'requested_audience'],
  ] as const) {
    const value = parameters.get(name)
    parameters.delete(name)
    parameters.delete(aside)
    if (value !== null) parameters.set(aside, value)
  }
  parameters.delete('resource')
  return parameters
}

/** @returns the parameters of an authorization request as its client sent them */
export function pageParameters(
  params: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return {
    ...without({ ...params }, 'resource', 'requested_scope', 'sent_request', 'chosen_organization'),
    scope: params['requested_scope'],
  }
}

/** @returns what an authorization request had when it came, also what nobody but its Actions understands */
export function sentRequest(
  params: Readonly<Record<string, unknown>>,
): Partial<Pick<EventRequest, 'method' | 'query' | 'body'>> {
  const text = params['sent_request']
  if (typeof text !== 'string') return {}
  const { method, fields } = JSON.parse(text) as { method: string; fields: [string, string][] }
  return method === 'POST'
    ? { method, body: toFields(fields) }
    : { method, query: toFields(fields) }
}

/** One that comes several times is a list. */
export function toFields(
  entries: Iterable<readonly [string, string]>,
): Readonly<Record<string, string | string[]>> {
  const fields = new Map<string, string | string[]>()
  for (const [name, value] of entries) {
    const before = fields.get(name)
    fields.set(name, before === undefined ? value : [before, value].flat())
  }
  return Object.fromEntries(fields)
}
