import type { Method, PostLoginEvent } from './event.ts'
import { protocolOf, type Protocol } from './protocols.ts'

/** Stands for a value that is there but cannot be trusted: it threw, or has the wrong type. */
export const UNREADABLE = Symbol('unreadable')
export type Unreadable = typeof UNREADABLE

/** A completed MFA challenge of the session. */
export interface Mfa {
  /** Epoch milliseconds. */
  readonly atMs: number
  readonly factor: string | undefined
}

/** The scopes a request asks for. */
export interface RequestedScopes {
  readonly listed: readonly string[]
  /** Scopes beyond the listed ones: none, all of the audience, or not to be known. */
  readonly others: 'none' | 'all' | 'possible'
}

/**
 * What `decide` needs to know of a login; unreadable values are kept apart from missing ones. What is a
 * function is read when it is called, so that what cannot matter to a policy costs nothing.
 */
export interface StepUpRequest {
  readonly protocol: Protocol
  /** `prompt=none`: Auth0 may not show a page. */
  readonly isSilent: () => boolean
  /** Somebody acts for the user (session delegation, actor token), so MFA cannot be satisfied. */
  readonly isDelegated: () => boolean
  readonly audience: string | undefined
  readonly scopes: () => RequestedScopes | Unreadable
  readonly acrValues: () => readonly string[] | Unreadable
  readonly clientId: () => string | undefined
  readonly organizationId: () => string | undefined | Unreadable
  /** MFA of the session that has a usable timestamp, in the order of the event. */
  readonly mfa: () => readonly Mfa[]
  readonly enrolledFactors: () => readonly string[] | Unreadable
  /** Auth0's risk assessment of the login: `low`, `medium`, `high` or `neutral`. */
  readonly confidence: () => string | undefined
}

const NOBODY = 'nobody'

/** Makes the request of an event. Never throws, now or later, whatever the event does. */
export function readRequest(event: PostLoginEvent): StepUpRequest {
  const protocol = protocolOf(attempt(() => event.transaction?.protocol))
  const audience = known(() => textOf(event.resource_server?.identifier))
  let mfa: readonly Mfa[] | undefined
  return {
    protocol,
    audience,
    scopes: () => attempt(() => scopesOf(event, protocol, audience)),
    acrValues: () => attempt(() => wordsOf(event.transaction?.acr_values) ?? []),
    isSilent: () => attempt(() => wordsOf(event.transaction?.prompt)?.includes('none')) === true,
    isDelegated: () =>
      attempt(() => event.session?.actor ?? event.transaction?.actor ?? NOBODY) !== NOBODY,
    clientId: () => known(() => textOf(event.client?.client_id)),
    organizationId: () => attempt(() => textOf(event.organization?.id)),
    mfa: () => (mfa ??= known(() => mfaOf(event.authentication?.methods)) ?? []),
    enrolledFactors: () => attempt(() => enrolledOf(event.user?.enrolledFactors)),
    confidence: () => known(() => textOf(event.authentication?.riskAssessment?.confidence)),
  }
}

function attempt<T>(read: () => T): T | Unreadable {
  try {
    return read()
  } catch {
    return UNREADABLE
  }
}

/** For fields where a value that cannot be read earns no more than a missing one. */
function known<T>(read: () => T): T | undefined {
  const value = attempt(read)
  return value === UNREADABLE ? undefined : value
}

function scopesOf(
  event: PostLoginEvent,
  protocol: Protocol,
  audience: string | undefined,
): RequestedScopes {
  const inTransaction =
    protocol.scopesIn === 'body' ? undefined : wordsOf(event.transaction?.requested_scopes)
  const inBody =
    protocol.scopesIn === 'transaction' ? undefined : wordsOf(event.request?.body?.scope)
  const listed = [...(inTransaction ?? []), ...(inBody ?? [])]
  const isComplete =
    (protocol.scopesIn === 'body' || inTransaction !== undefined) &&
    (protocol.scopesIn === 'transaction' || listed.length > 0)
  if (isComplete) return { listed, others: 'none' }
  switch (protocol.withoutScopes) {
    case 'nothing':
      return { listed, others: 'none' }
    case 'everything':
      return { listed, others: 'all' }
    case 'unknown':
      return { listed, others: 'possible' }
    case 'the-grant':
      return grantedScopes(event, audience)
  }
}

// A refresh without scopes gets those of the original grant together with those of the client's
// multi-resource policy for the audience. Either list may be absent from the event (Enterprise,
// Early Access), and then the scopes of the new token cannot be known.
function grantedScopes(event: PostLoginEvent, audience: string | undefined): RequestedScopes {
  const policies = listOf(event.client?.refresh_token?.policies)
  const grants = listOf(event.refresh_token?.resource_servers)?.filter(
    (grant) => grant.audience === audience,
  )
  const additions = policies?.filter((policy) => policy.audience === audience)
  const lists = [
    ...(grants ?? []).map((grant) => grant.scopes),
    ...(additions ?? []).map((addition) => addition.scope),
  ]
  return {
    listed: lists.flatMap((scopes) => wordsOf(scopes) ?? []),
    others:
      grants === undefined || grants.length === 0 || policies === undefined ? 'possible' : 'none',
  }
}

function mfaOf(methods: readonly Method[] | undefined): Mfa[] {
  const completed = listOf(methods)?.map((method) =>
    known(() => {
      const atMs = method.name === 'mfa' ? epochMsOf(method.timestamp) : undefined
      return atMs === undefined ? undefined : { atMs, factor: textOf(method.type) }
    }),
  )
  return (completed ?? []).filter((mfa) => mfa !== undefined)
}

function enrolledOf(enrolled: readonly { readonly type?: string }[] | undefined): string[] {
  return (listOf(enrolled) ?? [])
    .map(({ type }) => textOf(type))
    .filter((type) => type !== undefined)
}

const ISO_8601 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/

// Date.parse alone would take `1` for the year 2001.
function epochMsOf(timestamp: unknown): number | undefined {
  if (typeof timestamp !== 'string' || !ISO_8601.test(timestamp)) return undefined
  const atMs = Date.parse(timestamp)
  return Number.isNaN(atMs) ? undefined : atMs
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw new TypeError('expected a string')
  return value
}

/** Words of a space-separated string or of a list of such strings (RFC 6749 section 3.3). */
function wordsOf(value: unknown): string[] | undefined {
  const texts =
    typeof value === 'string' ? [value] : listOf(value as readonly unknown[] | undefined)
  return texts?.flatMap((text) => (textOf(text) ?? '').split(/\s+/)).filter((word) => word !== '')
}

function listOf<T>(value: readonly T[] | null | undefined): readonly T[] | undefined {
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value)) throw new TypeError('expected a list')
  return [...(value as readonly T[])]
}
