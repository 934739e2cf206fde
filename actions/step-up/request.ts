import type { PostLoginEvent } from './event.ts'
import { FACTORS, type Factor } from './policy.ts'
import type { Protocol } from './protocols.ts'

// INVARIANT: what is there but has another type than documented throws when it is read here, and
// `decide` denies the login. Only a missing value may mean something.

/** A login as it is decided on; `nowMs` is in epoch milliseconds. */
export interface Login {
  readonly event: PostLoginEvent
  readonly protocol: Protocol
  readonly nowMs: number
}

/** The scopes of a request. */
export interface RequestedScopes {
  /** Those that it asks for. */
  readonly listed: readonly string[]
  /** What the token may get beyond them: these, all of the audience by right, or what nobody knows. */
  readonly others: readonly string[] | 'all' | 'unknown'
}

const NO_WORDS: readonly never[] = []

/** The identifier of the API that the token is for, where it can be known. */
export function audienceOf(event: PostLoginEvent): string | undefined {
  const audience: unknown = event.resource_server?.identifier
  return typeof audience === 'string' ? audience : undefined
}

/** Whether nothing names an API, which is something else than an API that cannot be known. */
export function isForNoApi({ event, protocol }: Login): boolean {
  if ((event.resource_server ?? undefined) !== undefined) return false
  if (protocol.scopesIn === 'transaction') return true
  return (event.request?.body?.audience ?? undefined) === undefined
}

/** The scopes that the token of a login may get, as far as the event tells. */
export function requestedScopes(login: Login): RequestedScopes {
  const { event, protocol } = login
  const { flow, scopesIn, otherScopes } = protocol
  const inTransaction =
    scopesIn === 'body' ? undefined : wordsOf(event.transaction?.requested_scopes)
  const inBody = scopesIn === 'transaction' ? undefined : wordsOf(event.request?.body?.scope)
  const listed = (inTransaction ?? NO_WORDS).concat(inBody ?? NO_WORDS)
  if (otherScopes === 'none') return { listed, others: NO_WORDS }
  if (otherScopes === 'granted') return refreshedScopes(login, listed)
  if (flow === 'browser') return { listed, others: inTransaction ? NO_WORDS : 'unknown' }
  if (listed.length === 0) return { listed, others: otherScopes }
  const areAllListed = scopesIn === 'body' || inTransaction !== undefined
  return { listed, others: areAllListed && isForNoApi(login) ? NO_WORDS : 'unknown' }
}

// A refresh without scopes gets those of the original grant together with those of the client's
// multi-resource policy for the audience, and one that names scopes may get the latter too. Either
// list may be absent from the event (Enterprise, Early Access), and then the scopes of the new token
// cannot be known, unless it is for no API.
function refreshedScopes(login: Login, named: readonly string[]): RequestedScopes {
  const { event } = login
  const hasNoApi = isForNoApi(login)
  const audience = audienceOf(event)
  const isHere = (each: { readonly audience?: string }) =>
    audience !== undefined && each.audience === audience
  const policies = event.client?.refresh_token?.policies
  const all = listOf(event.refresh_token?.resource_servers)
  const grants = hasNoApi ? all : all.filter(isHere)
  const added = listOf(policies).filter(isHere)
  const granted = [
    ...grants.map(({ scopes }) => scopes),
    ...added.map(({ scope }) => scope),
  ].flatMap((scopes) => wordsOf(scopes) ?? NO_WORDS)
  const isComplete = hasNoApi || (grants.length > 0 && policies)
  if (named.length > 0) return { listed: named, others: isComplete ? granted : 'unknown' }
  return { listed: granted, others: isComplete ? NO_WORDS : 'unknown' }
}

/** Words of a space-separated string or of a list of such strings (RFC 6749 section 3.3). */
export function wordsOf(value: string | readonly string[] | null | undefined) {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return wordsIn(value)
  const words: string[] = []
  for (const each of listOf(value)) {
    const text = textOf(each) ?? ''
    // Nearly always one word, and to take it apart would be half of the time of a decision.
    if (SEVERAL_OR_NONE.test(text)) words.push(...wordsIn(text))
    else words.push(text)
  }
  return words
}

const SEVERAL_OR_NONE = /\s|^$/

function wordsIn(text: string): readonly string[] {
  return text.match(/\S+/g) ?? []
}

/** `prompt=none`, and nothing beside it: Auth0 may not show a page. */
export function isSilent({ event }: Login): boolean {
  const [prompt, ...more] = wordsOf(event.transaction?.prompt) ?? NO_WORDS
  return prompt === 'none' && more.length === 0
}

export function hasOrganization({ event }: Login): boolean {
  return (event.organization?.id ?? undefined) !== undefined
}

/** Somebody acts for the user (session delegation, actor token), so MFA cannot be satisfied. */
export function isDelegated({ event }: Login): boolean {
  return (event.session?.actor ?? event.transaction?.actor ?? undefined) !== undefined
}

/** The factors that the user has enrolled. A recovery code, a passkey and types not known are none. */
export function enrolledFactors({ event }: Login): readonly Factor[] {
  const types = listOf(event.user?.enrolledFactors).map(({ type }) => textOf(type))
  return FACTORS.filter((factor) => types.includes(factor))
}

/** A completed MFA challenge of the session. */
export interface Mfa {
  /** Epoch milliseconds; NaN, which is never fresh, where the timestamp cannot be read. */
  readonly atMs: number
  readonly factor: string | undefined
}

const ISO_8601 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/

/** The MFA of the session, in the order of the event. */
export function completedMfa({ event }: Login): readonly Mfa[] {
  return listOf(event.authentication?.methods)
    .filter(({ name }) => name === 'mfa')
    .map(({ timestamp, type }) => ({ atMs: epochMsOf(timestamp), factor: textOf(type) }))
}

// Date.parse alone would take `1` for the year 2001.
function epochMsOf(timestamp: unknown): number {
  return typeof timestamp === 'string' && ISO_8601.test(timestamp) ? Date.parse(timestamp) : NaN
}

function textOf(value: string | null | undefined): string | undefined {
  if (typeof (value ?? '') !== 'string') throw new TypeError('expected a string')
  return value ?? undefined
}

function listOf<T>(value: readonly T[] | null | undefined): readonly T[] {
  if (!Array.isArray(value ?? [])) throw new TypeError('expected a list')
  return value ?? []
}
