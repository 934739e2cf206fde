import type { Configuration } from 'oidc-provider'
import type { Client } from '../state.ts'
import type { Tenant } from '../tenant.ts'
import { findClient } from './clients.ts'
import { splitScope } from './resource-servers.ts'
import type { Life } from './transaction.ts'

/** 30 days, for an access token. */
export const MAX_LIFETIME_SECONDS = 2_592_000

const SECONDS_PER_HOUR = 3_600
const DAY_SECONDS = 86_400
const YEAR_SECONDS = 31_557_600

/** Lifetimes in seconds, from the settings of tenant, client and API. */
export function lifetimes(tenant: Tenant): NonNullable<Configuration['ttl']> {
  return {
    AuthorizationCode: 600,
    Interaction: SECONDS_PER_HOUR,
    // A grant is needed as long as any of its tokens may live.
    Grant: (_ctx, grant) =>
      splitScope(grant.getOIDCScope()).includes('offline_access')
        ? YEAR_SECONDS
        : MAX_LIFETIME_SECONDS,
    DeviceCode: 900,
    AccessToken: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? DAY_SECONDS,
    IdToken: (_ctx, _token, client) => {
      const settings = findClient(tenant, client.clientId)?.['jwt_configuration']
      return numberIn(settings, 'lifetime_in_seconds', 36_000)
    },
    RefreshToken: (_ctx, _token, client) => {
      const { expiration_type, infinite_token_lifetime, ...settings } = refreshSettings(
        findClient(tenant, client.clientId),
      )
      const isEndless = expiration_type !== 'expiring' || infinite_token_lifetime === true
      return isEndless ? YEAR_SECONDS : numberIn(settings, 'token_lifetime', YEAR_SECONDS)
    },
    // Each use makes an idle session younger, none makes it outlive its absolute lifetime.
    Session: (_ctx, session) => {
      const { settings } = tenant.store.state
      const idle = numberIn(settings, 'idle_session_lifetime', 72) * SECONDS_PER_HOUR
      const absolute = longestSessionSeconds(tenant)
      const { createdAtMs = tenant.now(), life } = tenant.oidc.sessions.get(session.uid) ?? {}
      const age = (tenant.now() - createdAtMs) / 1_000
      const asked = secondsOf(life, tenant.now())
      return Math.max(1, Math.floor(Math.min(idle, absolute - age, asked)))
    },
  }
}

/**
 * @returns how long a refresh token of a client lives from one exchange to the next
 * @see https://auth0.com/docs/secure/tokens/refresh-tokens/configure-refresh-token-expiration
 */
export function idleLifetimeMs(client: Client | undefined): number {
  const { expiration_type, infinite_idle_token_lifetime, ...settings } = refreshSettings(client)
  const isEndless = expiration_type !== 'expiring' || infinite_idle_token_lifetime === true
  return isEndless ? Infinity : numberIn(settings, 'idle_token_lifetime', Infinity) * 1_000
}

function refreshSettings(client: Client | undefined): Readonly<Record<string, unknown>> {
  return (client?.['refresh_token'] ?? {}) as Record<string, unknown>
}

/** @returns how long Actions let a session or a refresh token live from now on */
export function secondsOf(life: Life | undefined, nowMs: number): number {
  const { expiresAtMs = Infinity, idleExpiresAtMs = Infinity } = life ?? {}
  return (Math.min(expiresAtMs, idleExpiresAtMs) - nowMs) / 1_000
}

/** Whether an Action has ended a session, or its time has come. */
export function isSessionOver({ oidc, now }: Tenant, sessionUid: string | undefined): boolean {
  const session = oidc.sessions.get(sessionUid ?? '')
  return session !== undefined && secondsOf(session.life, now()) <= 0
}

/** No session outlives this, however often it is used. */
export function longestSessionSeconds({ store }: Tenant): number {
  return numberIn(store.state.settings, 'session_lifetime', 168) * SECONDS_PER_HOUR
}

function numberIn(settings: unknown, field: string, fallback: number): number {
  const value = (settings as Record<string, unknown> | null | undefined)?.[field]
  return typeof value === 'number' && value > 0 ? value : fallback
}
