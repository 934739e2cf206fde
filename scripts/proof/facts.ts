import type { Method, PostLoginEvent } from '../../actions/step-up/event.ts'

/**
 * What a login asks for and what is known of it, read from the event once more and independently of the
 * Action: by the documentation of Auth0's event, of its grants and of the policy. Null where a value is
 * there but cannot be read. What is a function is read when it is called.
 * @see https://auth0.com/docs/actions/reference/post-login/post-login-event-object
 */
export interface Facts {
  /** `event.transaction.protocol`, where it is one of the documented names. */
  readonly protocol: string | undefined
  readonly flow: 'browser' | 'refresh-token' | 'no-browser'
  readonly isSilent: () => boolean | null
  readonly isDelegated: () => boolean | null
  /** Undefined also where it is no text: then it may be any. */
  readonly audience: () => string | undefined | null
  readonly scopes: () => AskedScopes | null
  readonly acr: () => readonly string[] | null
  /** Of any type: it is compared and nothing else. */
  readonly client: () => unknown
  readonly organization: () => unknown
  readonly mfa: () => readonly ProvenMfa[] | null
  readonly enrolled: () => readonly string[] | null
  readonly isConfident: () => boolean | null
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

/**
 * Prepares to read an event, of which every value may be missing, of another type, or throw when it is
 * read.
 */
export function readFacts(event: PostLoginEvent): Facts {
  const protocol = orNull(() => documented(event.transaction?.protocol)) ?? undefined
  const audience = () => orNull(() => textOnly(event.resource_server?.identifier))
  return {
    protocol,
    flow: flowOf(protocol),
    isSilent: () => orNull(() => words(event.transaction?.prompt)?.includes('none') ?? false),
    isDelegated: () =>
      orNull(() => isThere(event.session?.actor) || isThere(event.transaction?.actor)),
    audience,
    scopes: () => orNull(() => askedScopes(event, protocol, audience() ?? undefined)),
    acr: () => orNull(() => words(event.transaction?.acr_values) ?? []),
    client: () => orNull(() => event.client?.client_id ?? undefined),
    organization: () => orNull(() => event.organization?.id ?? undefined),
    mfa: () => orNull(() => mfaIn(event.authentication?.methods)),
    enrolled: () => orNull(() => enrolledIn(event.user?.enrolledFactors)),
    isConfident: () => orNull(() => isConfidence(event.authentication?.riskAssessment?.confidence)),
  }
}

const mfaIn = remembering((methods: readonly Method[] | undefined) =>
  (list(methods) ?? []).flatMap(provenMfa),
)

const enrolledIn = remembering(
  (factors: readonly { readonly type?: unknown }[] | undefined) =>
    list(factors)?.flatMap(factorType) ?? [],
)

/** Reads an object once: the same few values stand in thousands of events. */
function remembering<V, T>(read: (value: V) => T): (value: V) => T | null {
  const known = new WeakMap<object, T | null>()
  return (value) => {
    if (typeof value !== 'object' || value === null) return read(value)
    const result = known.get(value)
    if (result !== undefined) return result
    const fresh = orNull(() => read(value))
    known.set(value, fresh)
    return fresh
  }
}

function documented(protocol: unknown): string | undefined {
  return typeof protocol === 'string' && DOCUMENTED.has(protocol) ? protocol : undefined
}

function factorType(enrolled: { readonly type?: unknown }): string | [] {
  return text(enrolled.type) ?? []
}

function isConfidence(confidence: unknown): boolean {
  return confidence === 'medium' || confidence === 'high'
}

function flowOf(protocol: string | undefined): Facts['flow'] {
  if (protocol === REFRESH) return 'refresh-token'
  return protocol !== undefined && BROWSER_PAGE.includes(protocol) ? 'browser' : 'no-browser'
}

function askedScopes(
  event: PostLoginEvent,
  protocol: string | undefined,
  audience: string | undefined,
): AskedScopes {
  if (protocol !== undefined && SCOPES_IN_TRANSACTION.includes(protocol)) {
    const listed = words(event.transaction?.requested_scopes)
    const carriesNone = WITHOUT_OAUTH_SCOPES.includes(protocol)
    return { listed: listed ?? [], more: listed || carriesNone ? 'none' : 'unknown' }
  }
  if (protocol !== undefined && SCOPES_IN_BODY.includes(protocol)) {
    const listed = words(event.request?.body?.scope) ?? []
    if (listed.length > 0) return { listed, more: 'none' }
    return protocol === REFRESH ? grantedScopes(event, audience) : { listed, more: 'all' }
  }
  const requested = words(event.transaction?.requested_scopes)
  const listed = [...(requested ?? []), ...(words(event.request?.body?.scope) ?? [])]
  return { listed, more: requested && listed.length > 0 ? 'none' : 'unknown' }
}

// "If omitted, the original scopes will be used", and multi-resource policies add theirs.
function grantedScopes(event: PostLoginEvent, audience: string | undefined): AskedScopes {
  const additions = list(event.client?.refresh_token?.policies)
  const all = list(event.refresh_token?.resource_servers) ?? []
  if (audience === undefined) return { listed: [], more: 'unknown' }
  const grants = all.filter((grant) => grant.audience === audience)
  const added = (additions ?? []).filter((policy) => policy.audience === audience)
  const granted = [...grants.map(({ scopes }) => scopes), ...added.map(({ scope }) => scope)]
  return {
    listed: granted.flatMap((scopes) => words(scopes) ?? []),
    more: grants.length > 0 && additions ? 'none' : 'unknown',
  }
}

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

function provenMfa(method: Method): ProvenMfa[] {
  if (method.name !== 'mfa') return []
  const { timestamp, type } = method
  const factor = text(type)
  if (typeof timestamp !== 'string' || !TIMESTAMP.test(timestamp)) return []
  const atMs = Date.parse(timestamp)
  return Number.isFinite(atMs) ? [{ atMs, factor }] : []
}

function orNull<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}

/** What a reading ends with that needs a value nobody can read. */
export const UNREADABLE = new Error('unreadable')

/** @throws UNREADABLE where the value is null */
export function known<T>(value: T | null): T {
  if (value === null) throw UNREADABLE
  return value
}

/** @returns `otherwise` where the reading ends with {@link UNREADABLE} */
export function unlessUnreadable<T, F>(read: () => T, otherwise: F): T | F {
  try {
    return read()
  } catch (error) {
    if (error === UNREADABLE) return otherwise
    throw error
  }
}

function textOnly(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null
}

// One for all, as making an error takes longer than everything else here.
const MALFORMED = new TypeError('not of the documented type')

function text(value: unknown): string | undefined {
  if (!isThere(value)) return undefined
  if (typeof value === 'string') return value
  throw MALFORMED
}

function list<T>(value: readonly T[] | undefined): readonly T[] | undefined {
  if (!isThere(value)) return undefined
  if (Array.isArray(value)) return value as readonly T[]
  throw MALFORMED
}

// RFC 6749 section 3.3: words are separated by spaces; some places hold a list of words instead.
function words(value: unknown): string[] | undefined {
  if (typeof value === 'string') return wordsIn(value)
  return list(value as readonly unknown[] | undefined)?.flatMap((each) => wordsIn(text(each) ?? ''))
}

function wordsIn(value: string): string[] {
  return value.split(' ').filter((word) => word !== '')
}
