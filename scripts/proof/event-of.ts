import type { PostLoginEvent } from '../../actions/step-up/event.ts'
import type { Answer, Situation } from '../policy/answer.ts'
import { isAuth0Api } from '../policy/auth0-apis.ts'
import type { Circumstance, Period, Protected } from '../policy/effective.ts'
import { answeredAs, BROWSER_PROTOCOLS, REFRESH_PROTOCOL, type Flow } from '../policy/flows.ts'
import { isHeldBack, isRefused, type Outcome } from './outcome.ts'

/** How a request that falls under a circumstance can look: alike for the policy, not for the Action. */
export interface Shape {
  /** Undefined where the event names none. */
  readonly protocol: string | undefined
  /** Where the request names what it asks for; `everything`: nowhere, and so it asks for all there is. */
  readonly asks: 'in-transaction' | 'in-body' | 'by-grant' | 'by-client-policy' | 'everything'
  /** What Auth0 says of the login; undefined where it says nothing. */
  readonly confidence: string | undefined
}

// Neither can be an id of Auth0's, so that no exception names them.
const ANY_CLIENT = 'any other client'
const ANY_ORGANIZATION = 'any other organization'
const EVERYDAY_SCOPE = 'openid'
const ACTOR = { sub: 'somebody who acts for the user' }

const BODY_PROTOCOLS: readonly string[] = [
  'oauth2-password',
  'oauth2-resource-owner',
  'oauth2-resource-owner-jwt-bearer',
  'oauth2-access-token',
  'oauth2-webauthn',
  'oauth2-token-exchange',
]

/** Every shape of a request for a thing under a circumstance, the most ordinary first. */
export function shapesOf(
  protects: Protected,
  { flow, confidence }: Pick<Circumstance, 'flow' | 'confidence'>,
): readonly Shape[] {
  const [ordinary, ...others] = CONFIDENCES[confidence]
  return protocolsOf(flow).flatMap((protocol, i) =>
    asksOf(protects, protocol).flatMap((asks, j) =>
      [ordinary, ...(i + j === 0 ? others : [])].map((each) => ({
        ...{ protocol, asks, confidence: each },
      })),
    ),
  )
}

const CONFIDENCES: Readonly<
  Record<Circumstance['confidence'], readonly [Shape['confidence'], ...Shape['confidence'][]]>
> = {
  any: [undefined, 'high', 'low'],
  high: ['high', 'medium'],
  low: ['low', undefined, 'neutral'],
}

function protocolsOf(flow: Flow): readonly (string | undefined)[] {
  if (flow.id === 'browser' || flow.id === 'silent') return BROWSER_PROTOCOLS
  return flow.id === 'other' ? ['a protocol that is new', undefined] : [answeredAs(flow)]
}

function asksOf(protects: Protected, protocol: string | undefined): readonly Shape['asks'][] {
  const isBody = protocol !== undefined && BODY_PROTOCOLS.includes(protocol)
  if ('acr' in protects) return ['in-transaction']
  if (protocol === REFRESH_PROTOCOL) return ['in-body', 'by-grant', 'by-client-policy']
  if (isBody) return ['in-body', 'everything']
  const isInTransaction =
    protocol === 'wstrust-usernamemixed' || BROWSER_PROTOCOLS.some((each) => each === protocol)
  return isInTransaction ? ['in-transaction'] : ['in-transaction', 'in-body']
}

/** A moment in a period: its first, where it has one. */
export function momentIn({ fromMs, untilMs }: Period): number {
  if (Number.isFinite(fromMs)) return fromMs
  return Number.isFinite(untilMs) ? untilMs - 1 : Date.UTC(2026, 0, 15, 12)
}

/**
 * The event of a request for one thing and nothing else that is protected, as Auth0 would send it.
 * @param nowMs within the period of the circumstance; the ages of the session's MFA count from it
 */
export function eventOf(
  protects: Protected,
  circumstance: Circumstance,
  situation: Situation,
  nowMs: number,
  shape: Shape = ordinaryShape(protects, circumstance),
): PostLoginEvent {
  const { flow, subject } = circumstance
  const scope = 'acr' in protects ? EVERYDAY_SCOPE : `${EVERYDAY_SCOPE} ${protects.scope}`
  const { asks, protocol, confidence } = shape
  const isInOrganization = flow.id === 'token-exchange-in-organization'
  const organization = subject.organization ?? (isInOrganization ? ANY_ORGANIZATION : undefined)
  const isExchange = protocol === 'oauth2-token-exchange'
  const timestamp = (ageSeconds: number) => new Date(nowMs - ageSeconds * 1000).toISOString()
  return {
    transaction: {
      ...(protocol !== undefined && { protocol }),
      requested_scopes: asks === 'in-transaction' ? scope.split(' ') : [],
      ...('acr' in protects && { acr_values: [protects.acr] }),
      ...(flow.id === 'silent' && { prompt: ['none'] }),
      ...(flow.isActing && isExchange && { actor: ACTOR }),
    },
    ...(flow.isActing && !isExchange && { session: { actor: ACTOR } }),
    ...('acr' in protects ? {} : { resource_server: { identifier: protects.audience } }),
    ...bodyOf(protects, asks, scope),
    client: {
      client_id: subject.client ?? ANY_CLIENT,
      ...clientPoliciesOf(protects, asks),
    },
    ...(organization !== undefined && { organization: { id: organization } }),
    ...grantsOf(protects, asks, scope),
    authentication: {
      methods: [
        { name: 'pwd', timestamp: timestamp(60) },
        ...situation.mfa.map(({ factor, ageSeconds }) => ({
          name: 'mfa',
          timestamp: timestamp(ageSeconds),
          ...(factor !== undefined && { type: factor }),
        })),
      ],
      ...(confidence !== undefined && { riskAssessment: { confidence } }),
    },
    user: { enrolledFactors: situation.enrolled.map((type) => ({ type })) },
  }
}

/** The same request in a browser, for one thing more. */
export function askingAlso(event: PostLoginEvent, protects: Protected): PostLoginEvent {
  const { transaction } = event
  const more = (known: unknown, name: string) => [
    ...((known as readonly string[] | undefined) ?? []),
    name,
  ]
  return 'acr' in protects
    ? {
        ...event,
        transaction: { ...transaction, acr_values: more(transaction?.acr_values, protects.acr) },
      }
    : {
        ...event,
        transaction: {
          ...transaction,
          requested_scopes: more(transaction?.requested_scopes, protects.scope),
        },
        resource_server: { identifier: protects.audience },
      }
}

/** How a request under a circumstance looks most of the time. */
export function ordinaryShape(protects: Protected, circumstance: Circumstance): Shape {
  const shapes = shapesOf(protects, circumstance)
  // Of Auth0's own APIs whatever may come unasked counts as asked for, so its grants have to be told.
  const isOwn = 'audience' in protects && isAuth0Api(protects.audience)
  const shape = (isOwn ? shapes.find(({ asks }) => asks === 'by-grant') : undefined) ?? shapes[0]
  if (shape === undefined) throw new Error('unreachable: every flow has a shape')
  return shape
}

// An acr value stands in the transaction; a body that names no scope would ask for all there are.
function bodyOf(protects: Protected, asks: Shape['asks'], scope: string) {
  if (asks === 'in-body') return { request: { body: { scope } } }
  return 'acr' in protects ? { request: { body: { scope: EVERYDAY_SCOPE } } } : {}
}

function grantsOf(protects: Protected, asks: Shape['asks'], scope: string) {
  if ('acr' in protects || (asks !== 'by-grant' && asks !== 'by-client-policy')) return {}
  const scopes = asks === 'by-grant' ? scope : EVERYDAY_SCOPE
  return { refresh_token: { resource_servers: [{ audience: protects.audience, scopes }] } }
}

// Where the list is absent, nobody can tell which scopes the token will get.
function clientPoliciesOf(protects: Protected, asks: Shape['asks']) {
  if ('acr' in protects || (asks !== 'by-grant' && asks !== 'by-client-policy')) return {}
  const { audience, scope } = protects
  const policies = asks === 'by-grant' ? [] : [{ audience, scope: [scope] }]
  return { refresh_token: { policies } }
}

/** What a run made of a request for a thing. @param isSilent whether no page may be shown */
export function answerOf(outcome: Outcome, protects: Protected, isSilent: boolean): Answer {
  if (isRefused(outcome)) return { kind: 'denied' }
  if ('scope' in protects && outcome.removed.includes(protects.scope)) return { kind: 'removed' }
  if (!isHeldBack(outcome)) return { kind: 'issued' }
  if (isSilent) return { kind: 'login-required' }
  const { challenged, enrolled } = outcome
  return {
    kind: 'mfa',
    challenge: challenged.length + enrolled.length === 0 ? 'any' : typesOf(challenged),
    enrol: typesOf(enrolled),
  }
}

// A push challenge that falls back to a one-time password accepts both.
function typesOf(named: Outcome['challenged']): readonly string[] {
  const types = named.flatMap(({ type, hasOtpFallback }) => (hasOtpFallback ? [type, 'otp'] : type))
  return [...new Set(types)].toSorted()
}
