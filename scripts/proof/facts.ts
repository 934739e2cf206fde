import type { Method, PostLoginEvent } from '../../actions/step-up/event.ts'
import type { Factor, Requirement, Rule } from '../../actions/step-up/policy.ts'
import { FACTOR_NAMES } from '../policy/answer.ts'

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
  /** Whether neither the event nor the request names an API. */
  readonly hasNoApi: () => boolean | null
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
  /** What the token may carry beyond that: these, all of the audience, or what nobody can tell. */
  readonly more: readonly string[] | 'all' | 'unknown'
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
  const hasNoApi = () => namesNoApi(event, protocol)
  return {
    protocol,
    flow: flowOf(protocol),
    isSilent: () => orNull(() => words(event.transaction?.prompt)?.join(' ') === 'none'),
    isDelegated: () =>
      orNull(() => isThere(event.session?.actor) || isThere(event.transaction?.actor)),
    audience,
    hasNoApi: () => orNull(hasNoApi),
    scopes: once(() =>
      orNull(() => askedScopes(event, protocol, { audience: audience() ?? undefined, hasNoApi })),
    ),
    acr: once(() => orNull(() => words(event.transaction?.acr_values) ?? [])),
    client: () => orNull(() => event.client?.client_id ?? undefined),
    organization: () => orNull(() => event.organization?.id ?? undefined),
    mfa: () => orNull(() => mfaIn(event.authentication?.methods)),
    enrolled: () => orNull(() => enrolledIn(event.user?.enrolledFactors)),
    isConfident: () => orNull(() => isConfidence(event.authentication?.riskAssessment?.confidence)),
  }
}

/** Reads when it is asked first. */
function once<T>(read: () => T): () => T {
  let result: { readonly value: T } | undefined
  return () => (result ??= { value: read() }).value
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

/** A token for no API: its request names none where requests of its kind would. */
function namesNoApi(event: PostLoginEvent, protocol: string | undefined): boolean {
  if (isThere(event.resource_server)) return false
  const isAskedByUrl = protocol !== undefined && SCOPES_IN_TRANSACTION.includes(protocol)
  return isAskedByUrl || !isThere(event.request?.body?.audience)
}

interface Api {
  readonly audience: string | undefined
  readonly hasNoApi: () => boolean
}

function askedScopes(event: PostLoginEvent, protocol: string | undefined, api: Api): AskedScopes {
  if (protocol !== undefined && SCOPES_IN_TRANSACTION.includes(protocol)) {
    const listed = words(event.transaction?.requested_scopes)
    const carriesNone = WITHOUT_OAUTH_SCOPES.includes(protocol)
    return { listed: listed ?? [], more: listed || carriesNone ? [] : 'unknown' }
  }
  // Without a browser a request that names scopes may be given others: of its API, if it has one.
  if (protocol !== undefined && SCOPES_IN_BODY.includes(protocol)) {
    const listed = words(event.request?.body?.scope) ?? []
    if (protocol === REFRESH) return refreshedScopes(event, listed, api)
    if (listed.length === 0) return { listed, more: 'all' }
    return { listed, more: api.hasNoApi() ? [] : 'unknown' }
  }
  const requested = words(event.transaction?.requested_scopes)
  const listed = [...(requested ?? []), ...(words(event.request?.body?.scope) ?? [])]
  const isAll = requested !== undefined && listed.length > 0
  return { listed, more: isAll && api.hasNoApi() ? [] : 'unknown' }
}

// "If omitted, the original scopes will be used"; multi-resource policies add theirs for their audience,
// and for the one of the login even where scopes are named.
function refreshedScopes(
  event: PostLoginEvent,
  named: readonly string[],
  { audience, hasNoApi }: Api,
): AskedScopes {
  const isForNone = hasNoApi()
  const additions = list(event.client?.refresh_token?.policies)
  const all = list(event.refresh_token?.resource_servers) ?? []
  const grants = isForNone ? all : all.filter((grant) => isFor(grant, audience))
  const added = isForNone ? [] : (additions ?? []).filter((policy) => isFor(policy, audience))
  const granted = [
    ...grants.map(({ scopes }) => scopes),
    ...added.map(({ scope }) => scope),
  ].flatMap((scopes) => words(scopes) ?? [])
  const isTold = isForNone || (grants.length > 0 && additions !== undefined)
  const [listed, more] = named.length > 0 ? [named, granted] : [granted, []]
  return { listed, more: isTold ? more : 'unknown' }
}

function isFor(entry: { readonly audience?: string }, audience: string | undefined): boolean {
  return audience !== undefined && entry.audience === audience
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

/** Whether all can be read that a policy can depend on, as it can of whatever Auth0 sends. */
export function isReadable(facts: Facts): boolean {
  const { isSilent, isDelegated, audience, scopes, acr, client, organization } = facts
  const reads = [isSilent, isDelegated, audience, scopes, acr, client, organization]
  return [...reads, facts.mfa, facts.enrolled, facts.isConfident].every((read) => read() !== null)
}

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

// RFC 6749 section 3.3: words are separated by spaces, and by other blanks for whom it is lax; some places hold a list of words instead.
function words(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return wordsIn(value)
  const texts = list(value as readonly unknown[] | undefined)
  if (texts === undefined) return undefined
  const found = wordsInAll(texts)
  if (found === null) throw MALFORMED
  return found
}

const wordsInAll = remembering((texts: readonly unknown[]) =>
  texts.flatMap((each) => wordsIn(text(each) ?? '')),
)

// The same few texts stand in thousands of events.
const WORDS = new Map<string, readonly string[]>()

function wordsIn(value: string): readonly string[] {
  const known = WORDS.get(value)
  if (known !== undefined) return known
  const found = value.split(/\s/).filter((word) => word !== '')
  WORDS.set(value, found)
  return found
}

const CLOCK_SKEW_MS = 30_000

/** `requires`, or `whenConfidenceIsLow` unless the login is assessed with medium or high confidence. */
export function demandOf({ requires, whenConfidenceIsLow }: Rule, facts: Facts): Requirement {
  if (whenConfidenceIsLow === undefined) return requires
  return facts.isConfident() === true ? requires : whenConfidenceIsLow
}

/** The newest MFA of the session that a demand accepts, young enough or not. */
export function newestAccepted(
  facts: Facts,
  { factors }: Requirement,
  nowMs: number,
): ProvenMfa | undefined {
  return (facts.mfa() ?? [])
    .filter(({ atMs }) => atMs - nowMs <= CLOCK_SKEW_MS)
    .filter(({ factor }) => factors === 'any' || factors.some((each) => each === factor))
    .toSorted((a, b) => b.atMs - a.atMs)[0]
}

/** Whether an MFA is young enough; where 0 seconds are allowed, none is. */
export function isYoungEnough(mfa: ProvenMfa | undefined, demand: Requirement, nowMs: number) {
  if (mfa === undefined || demand.maxAgeSeconds === 0) return false
  return nowMs <= mfa.atMs + demand.maxAgeSeconds * 1000
}

/**
 * Whether Auth0 withholds the token until MFA is passed. Nobody can pass it who acts for the user, and
 * "MFA policies are not supported" in an exchange with an organization.
 */
export function canHoldBack({ protocol, isDelegated, organization }: Facts): boolean {
  if (protocol === undefined || !MFA_CAPABLE.has(protocol) || isDelegated() !== false) return false
  return protocol !== 'oauth2-token-exchange' || organization() === undefined
}

/** The factors that satisfy every demand. */
export function sharedFactors(demands: readonly Requirement[]): 'any' | readonly Factor[] {
  const lists = demands.flatMap(({ factors }) => (factors === 'any' ? [] : [factors]))
  if (lists.length === 0) return 'any'
  return FACTOR_NAMES.filter((factor) => lists.every((list) => list.includes(factor)))
}

/** Whether the MFA API lets the user enrol nothing before a challenge: where one of these is set up. */
export function hasAuthenticator(facts: Facts): boolean {
  const enrolled = facts.enrolled() ?? []
  return AUTHENTICATORS.some((factor) => enrolled.includes(factor))
}

const AUTHENTICATORS: readonly Factor[] = ['otp', 'phone', 'push-notification']
