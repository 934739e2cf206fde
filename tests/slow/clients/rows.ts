// The matrix of clients: each in each of its ways, and under the policy or in the tenant where that matters.

/** What differs from the shipped policy, or from the tenant of tenant.yaml. */
export type Circumstance =
  'as shipped' | 'refreshTokens: challenge' | 'silent: remove' | 'MFA policy Always'

export interface Row {
  /** Its package. */
  readonly client: string
  /** How the app asks for tokens. */
  readonly way: string
  readonly circumstance: Circumstance
  /** Which application of the tenant the app is. */
  readonly application: keyof typeof APPLICATIONS
  /** Where the call does not end with the scope after one challenge: why, and what to do. */
  readonly advice?: string
}

/** Settings of the applications, beside their callbacks. */
export const APPLICATIONS = {
  web: { app_type: 'regular_web' },
  'web, multi-resource': { app_type: 'regular_web', refresh_token: multiResource() },
  'web, PAR only': { app_type: 'regular_web', require_pushed_authorization_requests: true },
  page: { app_type: 'spa', token_endpoint_auth_method: 'none' },
  'page, multi-resource': {
    app_type: 'spa',
    token_endpoint_auth_method: 'none',
    refresh_token: multiResource(),
  },
} as const satisfies Readonly<Record<string, object>>

function multiResource(): object {
  return {
    rotation_type: 'rotating',
    expiration_type: 'expiring',
    policies: [
      { audience: 'https://banking.fabrikam.example', scope: ['read:accounts', 'transfer:funds'] },
    ],
  }
}

// prettier-ignore
export const ROWS: readonly Row[] = [
  row('@auth0/auth0-spa-js', 'redirect', 'page'),
  row('@auth0/auth0-spa-js', 'popup', 'page'),
  row('@auth0/auth0-spa-js', 'silent', 'page'),
  row('@auth0/auth0-spa-js', 'silent', 'page', 'silent: remove'),
  row('@auth0/auth0-spa-js', 'silent, or popup', 'page'),
  row('@auth0/auth0-spa-js', 'silent, or popup', 'page', 'silent: remove'),
  row('@auth0/auth0-spa-js', 'refresh', 'page'),
  row('@auth0/auth0-spa-js', 'refresh', 'page', 'refreshTokens: challenge'),
  row('@auth0/auth0-spa-js', 'refresh, or popup', 'page'),
  row('@auth0/auth0-spa-js', 'refresh, or popup', 'page', 'refreshTokens: challenge'),
  row('@auth0/auth0-spa-js', 'multi-resource refresh', 'page, multi-resource'),
  row('@auth0/auth0-spa-js', 'multi-resource refresh', 'page, multi-resource', 'refreshTokens: challenge'),
  row('@auth0/auth0-spa-js', 'multi-resource refresh, or popup', 'page, multi-resource'),
  row('@auth0/auth0-spa-js', 'multi-resource refresh, or popup', 'page, multi-resource', 'refreshTokens: challenge'),
  row('@auth0/auth0-react', 'redirect', 'page'),
  row('@auth0/auth0-react', 'popup', 'page'),
  row('@auth0/auth0-react', 'silent', 'page'),
  row('@auth0/auth0-react', 'silent, or popup', 'page'),
  row('@auth0/auth0-react', 'refresh', 'page'),
  row('@auth0/auth0-react', 'refresh, or popup', 'page', 'refreshTokens: challenge'),
  row('@auth0/auth0-react', 'multi-resource refresh, or popup', 'page, multi-resource'),
  row('@auth0/auth0-react', 'multi-resource refresh, or popup', 'page, multi-resource', 'refreshTokens: challenge'),
  row('@auth0/nextjs-auth0', 'redirect', 'web'),
  row('@auth0/nextjs-auth0', 'PAR', 'web, PAR only'),
  row('@auth0/nextjs-auth0', 'mfa.challengeWithPopup', 'web'),
  row('@auth0/nextjs-auth0', 'refresh', 'web'),
  row('@auth0/nextjs-auth0', 'refresh', 'web', 'refreshTokens: challenge'),
  row('@auth0/nextjs-auth0', 'multi-resource refresh', 'web, multi-resource'),
  row('@auth0/nextjs-auth0', 'multi-resource refresh', 'web, multi-resource', 'refreshTokens: challenge'),
  row('express-openid-connect', 'redirect', 'web'),
  row('express-openid-connect', 'PAR', 'web, PAR only'),
  row('express-openid-connect', 'refresh', 'web'),
  row('express-openid-connect', 'refresh', 'web', 'refreshTokens: challenge'),
  row('passport-auth0', 'redirect', 'web'),
  row('oidc-client-ts', 'redirect', 'page'),
  row('oidc-client-ts', 'popup', 'page'),
  row('oidc-client-ts', 'silent', 'page'),
  row('oidc-client-ts', 'silent', 'page', 'silent: remove'),
  row('oidc-client-ts', 'refresh', 'page'),
  row('oidc-client-ts', 'refresh', 'page', 'refreshTokens: challenge'),
  row('openid-client', 'redirect', 'web'),
  row('openid-client', 'PAR', 'web, PAR only'),
  row('openid-client', 'refresh', 'web'),
  row('openid-client', 'refresh', 'web', 'refreshTokens: challenge'),
]

function row(
  client: string,
  way: string,
  application: Row['application'],
  circumstance: Circumstance = 'as shipped',
): Row {
  return { client, way, circumstance, application }
}
