/**
 * What a login asks for and what is known of it, read from the event once more and independently of the
 * Action: by the documentation of Auth0's event, of its grants and of the policy. Null where a value is
 * there but cannot be read.
 * @see https://auth0.com/docs/actions/reference/post-login/post-login-event-object
 */
export interface Facts {
  /** `event.transaction.protocol`, where it is one of the documented names. */
  readonly protocol: string | undefined
  readonly flow: 'browser' | 'refresh-token' | 'no-browser'
  readonly isSilent: boolean
  readonly isDelegated: boolean
  readonly audience: string | undefined
  readonly scopes: AskedScopes | null
  readonly acr: readonly string[] | null
  readonly client: string | undefined
  readonly organization: string | undefined | null
  readonly mfa: readonly ProvenMfa[]
  readonly enrolled: readonly string[] | null
  readonly isConfident: boolean
}

export interface AskedScopes {
  readonly listed: readonly string[]
  /** Whether the token may carry more than that: all of the audience, or what nobody can tell. */
  readonly more: 'none' | 'all' | 'unknown'
}

export interface ProvenMfa {
  readonly atMs: number
  readonly factor: string | undefined
}

// Grouped as the documentation describes them, which is not how the Action lays them out.
const BROWSER = ['oidc-basic-profile', 'oidc-implicit-profile', 'oidc-hybrid-profile']
const BROWSER_PAGE = [...BROWSER, 'oidc-ciba-web-link', 'samlp', 'wsfed']
const WITHOUT_OAUTH_SCOPES = ['samlp', 'wsfed', 'wstrust-usernamemixed']
const ALL_SCOPES_BY_DEFAULT = [
  'oauth2-password',
  'oauth2-resource-owner',
  'oauth2-resource-owner-jwt-bearer',
  'oauth2-access-token',
  'oauth2-webauthn',
  'oauth2-token-exchange',
]
const REFRESH = 'oauth2-refresh-token'
const SCOPES_IN_BODY = [...ALL_SCOPES_BY_DEFAULT, REFRESH]
const SCOPES_IN_TRANSACTION = [...BROWSER_PAGE, 'wstrust-usernamemixed']
const SCOPES_IN_EITHER = ['oauth2-device-code', 'oidc-ciba']
const DOCUMENTED = new Set([...SCOPES_IN_BODY, ...SCOPES_IN_TRANSACTION, ...SCOPES_IN_EITHER])

/** The documented protocols, for which `api.multifactor.enable` is known to hold the token back. */
export const MFA_CAPABLE: ReadonlySet<string> = new Set([
  ...BROWSER_PAGE,
  'oauth2-device-code',
  'oauth2-password',
  'oauth2-resource-owner',
  'oauth2-token-exchange',
  REFRESH,
])

/** All documented values of `event.transaction.protocol`. */
export const DOCUMENTED_PROTOCOLS: readonly string[] = [...DOCUMENTED]

/** Reads an event; every value of it may be missing, of another type, or throw when it is read. */
export function readFacts(event: object): Facts {
  const at = (...path: readonly string[]) => dig(event, path)
  const named = safely(() => at('transaction', 'protocol'), undefined)
  const protocol = typeof named === 'string' && DOCUMENTED.has(named) ? named : undefined
  const audience = safely(() => text(at('resource_server', 'identifier')), undefined)
  return {
    protocol,
    flow: flowOf(protocol),
    isSilent: safely(() => words(at('transaction', 'prompt'))?.includes('none') ?? false, false),
    isDelegated: safely(
      () => isThere(at('session', 'actor')) || isThere(at('transaction', 'actor')),
      true,
    ),
    audience,
    scopes: safely(() => askedScopes(at, protocol, audience), null),
    acr: safely(() => words(at('transaction', 'acr_values')) ?? [], null),
    client: safely(() => text(at('client', 'client_id')), undefined),
    organization: safely(() => text(at('organization', 'id')), null),
    mfa: safely(() => list(at('authentication', 'methods')) ?? [], []).flatMap(provenMfa),
    enrolled: safely(
      () => (list(at('user', 'enrolledFactors')) ?? []).flatMap((f) => text(dig(f, ['type'])) ?? []),
      null,
    ),
    isConfident: safely(
      () =>
        ['medium', 'high'].includes(text(at('authentication', 'riskAssessment', 'confidence')) ?? ''),
      false,
    ),
  }
}

function flowOf(protocol: string | undefined): Facts['flow'] {
  if (protocol === REFRESH) return 'refresh-token'
  return protocol !== undefined && BROWSER_PAGE.includes(protocol) ? 'browser' : 'no-browser'
}

type Read = (...path: readonly string[]) => unknown

function askedScopes(
  at: Read,
  protocol: string | undefined,
  audience: string | undefined,
): AskedScopes {
  if (protocol !== undefined && SCOPES_IN_TRANSACTION.includes(protocol)) {
    const listed = words(at('transaction', 'requested_scopes'))
    const carriesNone = WITHOUT_OAUTH_SCOPES.includes(protocol)
    return { listed: listed ?? [], more: listed || carriesNone ? 'none' : 'unknown' }
  }
  if (protocol !== undefined && SCOPES_IN_BODY.includes(protocol)) {
    const listed = words(at('request', 'body', 'scope')) ?? []
    if (listed.length > 0) return { listed, more: 'none' }
    return protocol === REFRESH ? grantedScopes(at, audience) : { listed, more: 'all' }
  }
  const requested = words(at('transaction', 'requested_scopes'))
  const listed = [...(requested ?? []), ...(words(at('request', 'body', 'scope')) ?? [])]
  return { listed, more: requested && listed.length > 0 ? 'none' : 'unknown' }
}

// "If omitted, the original scopes will be used", and multi-resource policies add theirs.
function grantedScopes(at: Read, audience: string | undefined): AskedScopes {
  const additions = list(at('client', 'refresh_token', 'policies'))
  const grants = (list(at('refresh_token', 'resource_servers')) ?? []).filter(
    (grant) => dig(grant, ['audience']) === audience,
  )
  const added = (additions ?? []).filter((policy) => dig(policy, ['audience']) === audience)
  const listed = [
    ...grants.map((grant) => dig(grant, ['scopes'])),
    ...added.map((policy) => dig(policy, ['scope'])),
  ].flatMap((scopes) => words(scopes) ?? [])
  return { listed, more: grants.length > 0 && additions ? 'none' : 'unknown' }
}

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

function provenMfa(method: unknown): ProvenMfa[] {
  return safely(() => {
    if (dig(method, ['name']) !== 'mfa') return []
    const timestamp = dig(method, ['timestamp'])
    if (typeof timestamp !== 'string' || !TIMESTAMP.test(timestamp)) return []
    const atMs = new Date(timestamp).getTime()
    return Number.isFinite(atMs) ? [{ atMs, factor: text(dig(method, ['type'])) }] : []
  }, [])
}

function safely<T, F>(read: () => T, otherwise: F): T | F {
  try {
    return read()
  } catch {
    return otherwise
  }
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null
}

/** Follows names into a value; stops where nothing is. */
function dig(from: unknown, path: readonly string[]): unknown {
  let value = from
  for (const [i, name] of path.entries()) {
    if (!isThere(value)) {
      if (i === 0) throw new TypeError('nothing to read from')
      return undefined
    }
    value = (value as Record<string, unknown>)[name]
  }
  return value
}

function text(value: unknown): string | undefined {
  if (!isThere(value)) return undefined
  if (typeof value === 'string') return value
  throw new TypeError('not a text')
}

function list(value: unknown): readonly unknown[] | undefined {
  if (!isThere(value)) return undefined
  if (Array.isArray(value)) return value
  throw new TypeError('not a list')
}

// RFC 6749 section 3.3: words are separated by spaces; some places hold a list of words instead.
function words(value: unknown): string[] | undefined {
  const texts = typeof value === 'string' ? [value] : list(value)
  return texts?.flatMap((each) => (text(each) ?? '').split(/\s+/)).filter((word) => word.length > 0)
}
