import {
  acceptedFactor,
  addingScopes,
  excepted,
  inBrowser,
  maxAgeOf,
  otherFactor,
  refresh,
  scopeOf,
  withoutBrowser,
  type Goal,
} from './flow-events.ts'

/** One way to ask Auth0 for a token. */
export interface Flow {
  readonly id: string
  readonly title: string
  readonly kind: FlowKind
  /** Why a token may carry the scope at once: nothing speaks for it, a fresh MFA does, or an exception. */
  readonly proof: 'none' | 'mfa' | 'exception'
  /** The event that the Action gets; undefined where the flow cannot lead to the goal. */
  readonly event: (goal: Goal) => object | undefined
}

export type FlowKind = 'browser' | 'silent' | 'refresh-token' | 'no-browser'

/** The id of the flow in which nobody who has a factor is asked. */
export const NOT_ENROLLED = 'not-enrolled'

const browserFlow = (id: string, title: string, event: Flow['event']): Flow => ({
  ...{ id, title, event, kind: 'browser', proof: 'none' },
})
const bodyFlow = (protocol: string, title: string): Flow => ({
  ...{ id: protocol, title, kind: 'no-browser', proof: 'none' },
  event: (goal) => withoutBrowser(goal, protocol, scopeOf(goal)),
})

/**
 * Every flow in which Auth0 runs post-login Actions and a token could carry what is protected. SAML,
 * WS-Federation and WS-Trust are left out: they carry no OAuth scopes.
 */
export const FLOWS: readonly Flow[] = [
  browserFlow('login', 'Browser login', (goal) => inBrowser(goal, {})),
  browserFlow(NOT_ENROLLED, 'Browser login, no factor set up', (goal) =>
    inBrowser(goal, { enrolled: [] }),
  ),
  {
    ...browserFlow('sso-fresh', 'Single sign-on, MFA a second ago', (goal) =>
      inBrowser(goal, { mfa: { secondsAgo: 1, factor: acceptedFactor(goal) } }),
    ),
    proof: 'mfa',
  },
  browserFlow('sso-stale', 'Single sign-on, MFA a second too old', (goal) =>
    inBrowser(goal, { mfa: { secondsAgo: maxAgeOf(goal) + 1, factor: acceptedFactor(goal) } }),
  ),
  browserFlow('sso-other-factor', 'Single sign-on, MFA by another factor', (goal) => {
    const factor = otherFactor(goal)
    return factor === undefined ? undefined : inBrowser(goal, { mfa: { secondsAgo: 1, factor } })
  }),
  {
    ...browserFlow('sso-risky', 'Single sign-on, MFA a second ago, low confidence', (goal) =>
      goal.rules.some((rule) => rule.whenConfidenceIsLow)
        ? inBrowser(goal, {
            mfa: { secondsAgo: 1, factor: acceptedFactor(goal) },
            confidence: 'low',
          })
        : undefined,
    ),
    proof: 'mfa',
  },
  { ...browserFlow('excepted', 'Browser login under an exception', excepted), proof: 'exception' },
  {
    ...browserFlow('silent', 'Silent login (`prompt=none`)', (goal) =>
      inBrowser(goal, { prompt: ['none'] }),
    ),
    kind: 'silent',
  },
  browserFlow('oidc-implicit-profile', 'Implicit flow', (goal) =>
    inBrowser(goal, { protocol: 'oidc-implicit-profile' }),
  ),
  browserFlow('oidc-hybrid-profile', 'Hybrid flow', (goal) =>
    inBrowser(goal, { protocol: 'oidc-hybrid-profile' }),
  ),
  browserFlow('oidc-ciba-web-link', 'CIBA, page behind a link', (goal) =>
    inBrowser(goal, { protocol: 'oidc-ciba-web-link' }),
  ),
  {
    ...{ id: 'refresh-token', title: 'Refresh token', kind: 'refresh-token', proof: 'none' },
    event: (goal) => refresh(goal, { request: { body: { scope: scopeOf(goal) } } }),
  },
  {
    ...{ id: 'multi-resource', title: 'Multi-resource refresh token', proof: 'none' },
    kind: 'refresh-token',
    event: (goal) => refresh(goal, { request: { body: {} }, client: addingScopes(goal) }),
  },
  bodyFlow('oauth2-password', 'Password'),
  {
    ...{ id: 'password-all', title: 'Password, no scope named', proof: 'none' },
    kind: 'no-browser',
    event: (goal) =>
      'acr' in goal.asks ? undefined : withoutBrowser(goal, 'oauth2-password', undefined),
  },
  bodyFlow('oauth2-token-exchange', 'Token exchange'),
  bodyFlow('oauth2-device-code', 'Device code'),
  bodyFlow('oidc-ciba', 'CIBA, push'),
  bodyFlow('oauth2-webauthn', 'WebAuthn grant'),
  bodyFlow('oauth2-resource-owner', 'Legacy resource owner'),
  bodyFlow('oauth2-resource-owner-jwt-bearer', 'Legacy resource owner, JWT bearer'),
  bodyFlow('oauth2-access-token', 'Legacy social access token'),
  bodyFlow('a-new-protocol', 'A protocol that is new to us'),
]
