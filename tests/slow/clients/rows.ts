// The matrix of clients: each in each of its ways, and under another policy or tenant where that matters.

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
  readonly application: Application
  /** Where a call does not end as it should: what to do. */
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

type Application = keyof typeof APPLICATIONS

function multiResource(): object {
  return {
    rotation_type: 'rotating',
    expiration_type: 'expiring',
    // The high-value scope is not among it: what a refresh does not add, nobody has to take away.
    policies: [{ audience: 'https://banking.fabrikam.example', scope: ['read:accounts'] }],
  }
}

const ALWAYS = 'tenant: "Never" or "Adaptive"; with "Always" no everyday token is renewed, either'
const HANDLER =
  "app: `interactiveErrorHandler: 'popup'`, or catch the error and ask by popup or redirect"
const UNSAID = 'app: look at the `scope` of the answer, and ask by popup or redirect'
const NO_GAIN =
  'app: ask by popup or redirect, or `useRefreshTokensFallback: true` with `interactiveErrorHandler`'
const MULTI_RESOURCE =
  "app: catch `missing_scopes` and ask by popup or redirect; or policy: `refreshTokens: challenge`, with app: `interactiveErrorHandler: 'popup'`"
const NEXT = 'app: `mfa.challengeWithPopup`, or `/auth/login?audience=…&scope=…`'
const LOGIN = 'app: `res.oidc.login({ authorizationParams: { scope } })`'
const INTERACTIVE = 'app: `signinPopup({ scope })` or `signinRedirect({ scope })`'
const CODE = 'app: a new authorization request with the scope'

const SPA = '@auth0/auth0-spa-js'
const REACT = '@auth0/auth0-react'
const NEXTJS = '@auth0/nextjs-auth0'
const EXPRESS = 'express-openid-connect'
const CHALLENGE = 'refreshTokens: challenge'

// prettier-ignore
export const ROWS: readonly Row[] = [
  row(SPA, 'page', 'redirect', 'as shipped'),
  row(SPA, 'page', 'popup', 'as shipped'),
  row(SPA, 'page', 'silent', 'as shipped', HANDLER),
  row(SPA, 'page', 'silent, or popup', 'as shipped'),
  row(SPA, 'page', 'silent, or popup', 'silent: remove', UNSAID),
  row(SPA, 'page', 'silent', 'MFA policy Always', ALWAYS),
  row(SPA, 'page', 'refresh', 'as shipped', NO_GAIN),
  row(SPA, 'page', 'refresh, or frame, or popup', 'as shipped'),
  row(SPA, 'page, multi-resource', 'multi-resource refresh, or popup', 'as shipped', MULTI_RESOURCE),
  row(SPA, 'page, multi-resource', 'multi-resource refresh', CHALLENGE, HANDLER),
  row(SPA, 'page, multi-resource', 'multi-resource refresh, or popup', CHALLENGE),
  row(SPA, 'page', 'redirect, with DPoP', 'as shipped'),
  row(SPA, 'page', 'silent, or popup, with DPoP', 'as shipped'),
  row(SPA, 'page, multi-resource', 'multi-resource refresh, or popup, with DPoP', CHALLENGE),
  row(REACT, 'page', 'redirect', 'as shipped'),
  row(REACT, 'page', 'popup', 'as shipped'),
  row(REACT, 'page', 'silent', 'as shipped', HANDLER),
  row(REACT, 'page', 'silent, or popup', 'as shipped'),
  row(REACT, 'page', 'refresh', 'as shipped', NO_GAIN),
  row(REACT, 'page, multi-resource', 'multi-resource refresh, or popup', 'as shipped', MULTI_RESOURCE),
  row(REACT, 'page, multi-resource', 'multi-resource refresh, or popup', CHALLENGE),
  row(REACT, 'page', 'silent, or popup, with DPoP', 'as shipped'),
  row(NEXTJS, 'web', 'redirect', 'as shipped'),
  row(NEXTJS, 'web, PAR only', 'redirect, with PAR', 'as shipped'),
  row(NEXTJS, 'web', 'redirect, with DPoP', 'as shipped'),
  row(NEXTJS, 'web', 'mfa.challengeWithPopup', 'as shipped'),
  row(NEXTJS, 'web', 'refresh', 'as shipped', NEXT),
  row(NEXTJS, 'web', 'refresh', CHALLENGE, `${NEXT}, where \`MfaRequiredError\` comes`),
  row(NEXTJS, 'web', 'refresh', 'MFA policy Always', ALWAYS),
  row(NEXTJS, 'web, multi-resource', 'multi-resource refresh', 'as shipped', NEXT),
  row(NEXTJS, 'web, multi-resource', 'multi-resource refresh', CHALLENGE, `${NEXT}, where \`MfaRequiredError\` comes`),
  row(EXPRESS, 'web', 'redirect', 'as shipped'),
  row(EXPRESS, 'web, PAR only', 'redirect, with PAR', 'as shipped'),
  row(EXPRESS, 'web', 'refresh', 'as shipped', LOGIN),
  row(EXPRESS, 'web', 'refresh', CHALLENGE, LOGIN),
  row('passport-auth0', 'web', 'redirect', 'as shipped'),
  row('oidc-client-ts', 'page', 'redirect', 'as shipped'),
  row('oidc-client-ts', 'page', 'popup', 'as shipped'),
  row('oidc-client-ts', 'page', 'silent', 'as shipped', INTERACTIVE),
  row('oidc-client-ts', 'page', 'silent', 'silent: remove', INTERACTIVE),
  row('oidc-client-ts', 'page', 'refresh', 'as shipped', INTERACTIVE),
  row('oidc-client-ts', 'page', 'refresh', CHALLENGE, INTERACTIVE),
  row('openid-client', 'web', 'redirect', 'as shipped'),
  row('openid-client', 'web, PAR only', 'redirect, with PAR', 'as shipped'),
  row('openid-client', 'web', 'redirect, with DPoP', 'as shipped'),
  row('openid-client', 'web', 'refresh', 'as shipped', CODE),
  row('openid-client', 'web', 'refresh', CHALLENGE, CODE),
]

function row(
  client: string,
  application: Application,
  ...[way, circumstance, advice]: [string, Circumstance, string?]
): Row {
  return { client, way, circumstance, application, ...(advice !== undefined && { advice }) }
}
