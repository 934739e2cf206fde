import {
  BROWSER_PROTOCOLS,
  nameOfFlow,
  PROTOCOLS_WITHOUT_BROWSER,
  REFRESH_PROTOCOL,
  type FlowId,
} from '../policy/flows.ts'
import { nearestTo } from '../policy/suggest.ts'

/** How a login is made. */
export interface Way {
  readonly protocol: string
  /** No page may be shown. */
  readonly isSilent?: true
  /** It is one only in an organization. */
  readonly isInOrganization?: true
}

/** The way that is meant if none is named. */
export const BROWSER_PROTOCOL = 'oidc-basic-profile'

/** Stands for every protocol that Auth0 does not document. */
const UNKNOWN_PROTOCOL = 'unknown'

const BROWSER: Way = { protocol: BROWSER_PROTOCOL }
const SILENT: Way = { protocol: BROWSER_PROTOCOL, isSilent: true }
const REFRESH: Way = { protocol: REFRESH_PROTOCOL }
const UNKNOWN: Way = { protocol: UNKNOWN_PROTOCOL }

// Auth0's names, ours, and the titles of the audit's report.
const WAYS: ReadonlyMap<string, Way> = new Map([
  ...[...BROWSER_PROTOCOLS, REFRESH_PROTOCOL, ...PROTOCOLS_WITHOUT_BROWSER].map(
    (protocol): [string, Way] => [protocol, { protocol }],
  ),
  ...PROTOCOLS_WITHOUT_BROWSER.map((protocol): [string, Way] => [
    nameOfFlow(protocol as FlowId).toLowerCase(),
    { protocol },
  ]),
  ['browser', BROWSER],
  ['browser login', BROWSER],
  ['browser login, no factor set up', BROWSER],
  ['implicit flow', { protocol: 'oidc-implicit-profile' }],
  ['hybrid flow', { protocol: 'oidc-hybrid-profile' }],
  ['saml', { protocol: 'samlp' }],
  ['ws-federation', { protocol: 'wsfed' }],
  ['silent', SILENT],
  ['silent login', SILENT],
  ['silent login (prompt=none)', SILENT],
  ['refresh', REFRESH],
  ['refresh token', REFRESH],
  ['refreshtokens', REFRESH],
  ['multi-resource refresh token', REFRESH],
  ['password, no scope named', { protocol: 'oauth2-password' }],
  ['legacy resource owner, jwt bearer', { protocol: 'oauth2-resource-owner-jwt-bearer' }],
  ['ciba, push', { protocol: 'oidc-ciba' }],
  ['ciba, page behind a link', { protocol: 'oidc-ciba-web-link' }],
  [
    'token exchange in an organization',
    { protocol: 'oauth2-token-exchange', isInOrganization: true },
  ],
  ['unknown', UNKNOWN],
  ['a protocol that is not known', UNKNOWN],
  ['a protocol that is new to us', UNKNOWN],
])

/** The names of {@link wayNamed}, for who has mistyped one. */
export const WAY_NAMES: readonly string[] = [...WAYS.keys()]

/**
 * Finds a way to log in by Auth0's name of its protocol, by ours, or by a title of the audit's report.
 * @returns a protocol that Auth0 does not document under its own name, undefined where it looks mistyped
 */
export function wayNamed(name: string): Way | undefined {
  const plain = name.toLowerCase().replaceAll('`', '').trim()
  const known = WAYS.get(plain)
  if (known !== undefined) return known
  return nearestTo(plain, WAY_NAMES) === undefined ? { protocol: name } : undefined
}

// RFC 6749 sections 4.3 and 6: these grants send their scopes to the token endpoint.
const IN_TRANSACTION = ['oauth2-device-code', 'oidc-ciba', 'wstrust-usernamemixed']

/** Whether a request has its scopes in its body, and not in the transaction. */
export function sendsScopesInBody(protocol: string): boolean {
  if (protocol === REFRESH_PROTOCOL) return true
  return PROTOCOLS_WITHOUT_BROWSER.includes(protocol) && !IN_TRANSACTION.includes(protocol)
}
