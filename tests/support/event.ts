import type { PostLoginEvent } from '../../actions/step-up/event.ts'

export const BANKING = 'https://banking.fabrikam.example'
export const MULTI_FACTOR = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor'
export const NOW_MS = Date.parse('2026-11-24T12:00:00.000Z')

/** What a case adds to the smallest event. */
export interface Given {
  protocol?: string
  audience?: string
  scopes?: readonly string[]
  acr?: readonly string[]
  prompt?: readonly string[]
  /** `scope` of the request body, as the password and refresh grants send it. */
  bodyScope?: string
  bodyAudience?: string
  /** Session MFA as `seconds ago` and factor. */
  mfa?: readonly (readonly [secondsAgo: number, factor?: string])[]
  enrolled?: readonly string[]
  client?: string
  organization?: string
  confidence?: string
  granted?: readonly { audience: string; scopes: string }[]
  multiResource?: readonly { audience: string; scope: string[] }[]
  sessionActor?: object
  exchangeActor?: object
}

/** The smallest event that Auth0 could send for a case: what is not given is missing. */
export function eventOf(given: Given): PostLoginEvent {
  return {
    ...(given.audience !== undefined && { resource_server: { identifier: given.audience } }),
    ...(given.organization !== undefined && { organization: { id: given.organization } }),
    ...(given.granted && { refresh_token: { resource_servers: given.granted } }),
    ...((given.bodyScope ?? given.bodyAudience) !== undefined && {
      request: { body: bodyOf(given) },
    }),
    ...(given.sessionActor && { session: { actor: given.sessionActor } }),
    transaction: {
      ...(given.protocol !== undefined && { protocol: given.protocol }),
      ...(given.scopes && { requested_scopes: given.scopes }),
      ...(given.acr && { acr_values: given.acr }),
      ...(given.prompt && { prompt: given.prompt }),
      ...(given.exchangeActor && { actor: given.exchangeActor }),
    },
    client: {
      client_id: given.client ?? 'fabrikam-web',
      ...(given.multiResource && { refresh_token: { policies: given.multiResource } }),
    },
    authentication: {
      methods: [{ name: 'pwd', timestamp: ago(60) }, ...(given.mfa ?? []).map(mfaMethod)],
      ...(given.confidence !== undefined && { riskAssessment: { confidence: given.confidence } }),
    },
    user: {
      ...(given.enrolled && { enrolledFactors: given.enrolled.map((type) => ({ type })) }),
    },
  }
}

function bodyOf({ bodyScope, bodyAudience }: Given) {
  return {
    ...(bodyScope !== undefined && { scope: bodyScope }),
    ...(bodyAudience !== undefined && { audience: bodyAudience }),
  }
}

/** An ISO 8601 time some seconds before {@link NOW_MS}. */
export function ago(seconds: number): string {
  return new Date(NOW_MS - seconds * 1000).toISOString()
}

function mfaMethod([secondsAgo, type]: readonly [number, string?]) {
  return { name: 'mfa', timestamp: ago(secondsAgo), ...(type !== undefined && { type }) }
}
