import type { PostLoginEvent } from './event.ts'
import type { Protocol } from './protocols.ts'

// INVARIANT: what is there but has another type than documented throws when it is read here, and
// `decide` denies the login. Only a missing value may mean something.

/** A login as it is decided on; `nowMs` is in epoch milliseconds. */
export interface Login {
  readonly event: PostLoginEvent
  readonly protocol: Protocol
  readonly nowMs: number
}

/** The scopes a request asks for. */
export interface RequestedScopes {
  readonly listed: readonly string[]
  /** Scopes beyond the listed ones: none, all of the audience, or not to be known. */
  readonly others: 'none' | 'all' | 'possible'
}

/** The identifier of the API that the token is for, where it can be known. */
export function audienceOf(event: PostLoginEvent): string | undefined {
  const audience: unknown = event.resource_server?.identifier
  return typeof audience === 'string' ? audience : undefined
}

/** The scopes that the token of a login may get, as far as the event tells. */
export function requestedScopes({ event, protocol }: Login): RequestedScopes {
  const { scopesIn, otherScopes } = protocol
  const inTransaction =
    scopesIn === 'body' ? undefined : wordsOf(event.transaction?.requested_scopes)
  const inBody = scopesIn === 'transaction' ? undefined : wordsOf(event.request?.body?.scope)
  const listed = (inTransaction ?? []).concat(inBody ?? [])
  const isComplete =
    (scopesIn === 'body' || inTransaction !== undefined) &&
    (scopesIn === 'transaction' || listed.length > 0)
  if (isComplete) return { listed, others: 'none' }
  return otherScopes === 'granted' ? grantedScopes(event) : { listed, others: otherScopes }
}

// A refresh without scopes gets those of the original grant together with those of the client's
// multi-resource policy for the audience. Either list may be absent from the event (Enterprise,
// Early Access), and then the scopes of the new token cannot be known.
function grantedScopes(event: PostLoginEvent): RequestedScopes {
  const audience = audienceOf(event)
  const isHere = (each: { readonly audience?: string }) =>
    audience !== undefined && each.audience === audience
  const policies = event.client?.refresh_token?.policies
  const grants = listOf(event.refresh_token?.resource_servers).filter(isHere)
  const lists = [
    ...grants.map(({ scopes }) => scopes),
    ...listOf(policies)
      .filter(isHere)
      .map(({ scope }) => scope),
  ]
  return {
    listed: lists.flatMap((scopes) => wordsOf(scopes) ?? []),
    others: grants.length > 0 && policies ? 'none' : 'possible',
  }
}

/** Words of a space-separated string or of a list of such strings (RFC 6749 section 3.3). */
export function wordsOf(value: string | readonly string[] | null | undefined) {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return wordsIn(value)
  const words: string[] = []
  for (const each of listOf(value)) {
    const text = textOf(each) ?? ''
    // Nearly always one word, and to take it apart would be half of the time of a decision.
    if (text.includes(' ') || text === '') words.push(...wordsIn(text))
    else words.push(text)
  }
  return words
}

function wordsIn(text: string): readonly string[] {
  return text.match(/\S+/g) ?? []
}

/** `prompt=none`: Auth0 may not show a page. */
export function isSilent({ event }: Login): boolean {
  return wordsOf(event.transaction?.prompt)?.includes('none') === true
}

export function hasOrganization({ event }: Login): boolean {
  return (event.organization?.id ?? undefined) !== undefined
}

/** Somebody acts for the user (session delegation, actor token), so MFA cannot be satisfied. */
export function isDelegated({ event }: Login): boolean {
  return (event.session?.actor ?? event.transaction?.actor ?? undefined) !== undefined
}

/** The types of the factors that the user has enrolled. */
export function enrolledFactors({ event }: Login): readonly string[] {
  return listOf(event.user?.enrolledFactors)
    .map(({ type }) => textOf(type))
    .filter((type) => type !== undefined)
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
