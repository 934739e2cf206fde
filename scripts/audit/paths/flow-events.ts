import { FACTORS, type Factor, type Rule } from '../../../actions/step-up/policy.ts'
import { sharedFactors } from '../../proof/demands.ts'

/** What a path leads to: a scope of an audience, or an acr value, and the rules that protect it. */
export interface Goal {
  readonly asks: { readonly audience: string; readonly scope: string } | { readonly acr: string }
  readonly rules: readonly Rule[]
  /** The time of the request, epoch milliseconds. */
  readonly nowMs: number
}

/** What differs from a login by password of a user with every factor. */
export interface Session {
  readonly protocol?: string
  readonly prompt?: readonly string[]
  readonly enrolled?: readonly Factor[]
  readonly mfa?: { readonly secondsAgo: number; readonly factor: Factor }
  readonly confidence?: 'low' | 'high'
}

/** The event of a login in a browser. */
export function inBrowser(goal: Goal, session: Session): object {
  const { protocol = 'oidc-basic-profile', prompt, mfa, confidence = 'high' } = session
  const { enrolled = FACTORS.filter((factor) => factor !== 'email') } = session
  return {
    ...audienceOf(goal),
    transaction: { protocol, ...askedInTransaction(goal), ...(prompt && { prompt }) },
    client: { client_id: 'a-web-application' },
    authentication: {
      methods: [
        { name: 'pwd', timestamp: ago(goal, 60) },
        ...(mfa ? [{ name: 'mfa', timestamp: ago(goal, mfa.secondsAgo), type: mfa.factor }] : []),
      ],
      riskAssessment: { confidence },
    },
    user: { enrolledFactors: enrolled.map((type) => ({ type })) },
  }
}

/** The event of a login that a rule excepts, where it excepts any. */
export function excepted(goal: Goal): object | undefined {
  const [exception] = goal.rules.flatMap((rule) => rule.exceptions ?? [])
  if (exception === undefined) return undefined
  const event = inBrowser(goal, {})
  return 'client' in exception
    ? { ...event, client: { client_id: exception.client } }
    : { ...event, organization: { id: exception.organization } }
}

/** The event of a refresh right after a login with MFA; none for acr values, as its ID token has no `amr`. */
export function refresh(goal: Goal, request: object): object | undefined {
  if ('acr' in goal.asks) return undefined
  const granted = { audience: goal.asks.audience, scopes: 'openid' }
  return {
    ...inBrowser(goal, { mfa: { secondsAgo: 1, factor: acceptedFactor(goal) } }),
    transaction: { protocol: 'oauth2-refresh-token' },
    refresh_token: { resource_servers: [granted] },
    ...request,
  }
}

/** A client whose multi-resource policies add the scope. */
export function addingScopes({ asks }: Goal): object {
  if ('acr' in asks) return {}
  const policies = [{ audience: asks.audience, scope: [asks.scope] }]
  return { client_id: 'a-web-application', refresh_token: { policies } }
}

/** The event of a grant that shows no page; without a scope it asks for all of them. */
export function withoutBrowser(goal: Goal, protocol: string, scope: string | undefined): object {
  const acr = 'acr' in goal.asks ? askedInTransaction(goal) : {}
  return {
    ...audienceOf(goal),
    transaction: { protocol, ...acr },
    request: { body: scope === undefined ? {} : { scope } },
    client: { client_id: 'a-client' },
    user: { enrolledFactors: FACTORS.map((type) => ({ type })) },
  }
}

function audienceOf({ asks }: Goal): object {
  return 'acr' in asks ? {} : { resource_server: { identifier: asks.audience } }
}

function askedInTransaction({ asks }: Goal): object {
  return 'acr' in asks
    ? { requested_scopes: ['openid'], acr_values: [asks.acr] }
    : { requested_scopes: ['openid', asks.scope] }
}

/** The `scope` parameter that asks for the goal. */
export function scopeOf({ asks }: Goal): string {
  return 'acr' in asks ? 'openid' : `openid ${asks.scope}`
}

function ago({ nowMs }: Goal, seconds: number): string {
  return new Date(nowMs - seconds * 1000).toISOString()
}

/** A factor that all rules of the goal accept. */
export function acceptedFactor({ rules }: Goal): Factor {
  const factors = sharedFactors(rules.map(({ requires }) => requires))
  return factors === 'any' ? 'otp' : (factors[0] ?? 'otp')
}

/** A factor that some rule of the goal does not accept. */
export function otherFactor({ rules }: Goal): Factor | undefined {
  const factors = sharedFactors(rules.map(({ requires }) => requires))
  return factors === 'any' ? undefined : FACTORS.find((factor) => !factors.includes(factor))
}

/** Seconds for which an MFA is good enough for all rules of the goal. */
export function maxAgeOf({ rules }: Goal): number {
  return Math.min(...rules.map(({ requires }) => requires.maxAgeSeconds))
}
