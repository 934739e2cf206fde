import type { PostLoginEvent } from './event.ts'

/** How step-up reads and answers one value of `event.transaction.protocol`. */
export interface Protocol {
  readonly name: string
  /** Which policy setting governs: a browser can be challenged, the others follow the rule. */
  readonly flow: 'browser' | 'refresh-token' | 'no-browser'
  /** Where the scopes of the request stand. */
  readonly scopesIn: 'transaction' | 'body' | 'either'
  /** Which scopes the token may get where the request lists none. */
  readonly otherScopes: 'none' | 'all' | 'unknown' | 'granted'
  /** Whether `api.multifactor.enable` is documented to hold the token back. */
  readonly canRequireMfa: boolean
}

// One row per documented protocol. The evidence, all from auth0.com/docs unless it says assumed:
// - password and native token exchange: no scope means every scope of the audience
//   (Resource Owner Password Flow), and `requested_scopes` is empty, the body counts
// - refresh token: no scope means the scopes of the grant, and MRRT policies add to them, for the
//   audience of the login also where scopes are named (Multi-Resource Refresh Token)
// - token exchange: no scope means every scope the user has; `enable` answers mfa_required
// - oidc-ciba-web-link: a browser page that may ask for further factors
// - device code, push CIBA, webauthn, legacy grants: undocumented, so assumed unable to challenge
//   (device code: a user does sit at a browser, so `challenge` is honoured where a rule says so)
// - SAML, WS-Fed, WS-Trust carry no OAuth scopes
// prettier-ignore
export const PROTOCOL_TABLE = [
  // name                             flow             scopes in      other scopes MFA
  ['oidc-basic-profile',              'browser',       'transaction', 'unknown',   true ],
  ['oidc-implicit-profile',           'browser',       'transaction', 'unknown',   true ],
  ['oidc-hybrid-profile',             'browser',       'transaction', 'unknown',   true ],
  ['oidc-ciba-web-link',              'browser',       'transaction', 'unknown',   true ],
  ['samlp',                           'browser',       'transaction', 'none',      true ],
  ['wsfed',                           'browser',       'transaction', 'none',      true ],
  ['wstrust-usernamemixed',           'no-browser',    'transaction', 'none',      false],
  ['oauth2-device-code',              'no-browser',    'either',      'unknown',   true ],
  ['oidc-ciba',                       'no-browser',    'either',      'unknown',   false],
  ['oauth2-password',                 'no-browser',    'body',        'all',       true ],
  ['oauth2-resource-owner',           'no-browser',    'body',        'all',       true ],
  ['oauth2-resource-owner-jwt-bearer','no-browser',    'body',        'all',       false],
  ['oauth2-access-token',             'no-browser',    'body',        'all',       false],
  ['oauth2-webauthn',                 'no-browser',    'body',        'all',       false],
  ['oauth2-token-exchange',           'no-browser',    'body',        'all',       true ],
  ['oauth2-refresh-token',            'refresh-token', 'body',        'granted',   true ],
] as const

const PROTOCOLS: ReadonlyMap<unknown, Protocol> = new Map(
  PROTOCOL_TABLE.map(([name, flow, scopesIn, otherScopes, canRequireMfa]) => [
    name,
    { name, flow, scopesIn, otherScopes, canRequireMfa },
  ]),
)

const UNKNOWN: Protocol = {
  name: 'unknown',
  flow: 'no-browser',
  scopesIn: 'either',
  otherScopes: 'unknown',
  canRequireMfa: false,
}

/** The row of a login's protocol; a missing, unreadable or new one gets the strictest row. */
export function protocolOf(event: PostLoginEvent): Protocol {
  try {
    return PROTOCOLS.get(event.transaction?.protocol) ?? UNKNOWN
  } catch {
    return UNKNOWN
  }
}
