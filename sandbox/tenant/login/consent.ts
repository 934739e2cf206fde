import type { Tenant } from '../tenant.ts'
import { findClient } from './clients.ts'
import { findResourceServer, isOidcScope } from './resource-servers.ts'
import { finalScopes, type Transaction } from './transaction.ts'

/**
 * Whether the user must still agree. A first-party client needs no consent where the API lets it skip, or
 * where there is no API.
 *
 * @see https://auth0.com/docs/get-started/applications/confidential-and-public-applications/user-consent-and-third-party-applications
 */
export function isConsentNeeded(tenant: Tenant, transaction: Transaction): boolean {
  const { clientId, audience } = transaction
  const isFirstParty = findClient(tenant, clientId)?.['is_first_party'] !== false
  const server = audience === undefined ? undefined : findResourceServer(tenant, audience)
  const canSkip =
    server === undefined || server['skip_consent_for_verifiable_first_party_clients'] === true
  if (isFirstParty && canSkip) return false
  const given = tenant.oidc.consents.get(consentKey(transaction)) ?? []
  return scopesToConsent(transaction).some((scope) => !given.includes(scope))
}

/** @returns the scopes that the consent page lists */
export function scopesToConsent(transaction: Transaction): readonly string[] {
  const scopes = finalScopes(transaction)
  return scopes.filter((scope) => scope !== 'openid' || scopes.every(isOidcScope))
}

export function giveConsent({ oidc }: Tenant, transaction: Transaction): void {
  const key = consentKey(transaction)
  const before = oidc.consents.get(key) ?? []
  oidc.consents.set(key, [...new Set([...before, ...scopesToConsent(transaction)])])
}

function consentKey({ clientId, userId, audience }: Transaction): string {
  return JSON.stringify([clientId, userId, audience])
}
