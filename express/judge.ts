import { demandedNow, type Demanded, type Requirement } from './requirements.ts'
import { invalidToken, type Refusal } from './refusal.ts'
import { CLOCK_TOLERANCE, isStorable, type IssuedToken } from './used-tokens.ts'

/** Claims of a token that was verified. */
export type Claims = Readonly<Record<string, unknown>>

export interface Demands {
  /** All of them have to be granted */
  readonly scopes: readonly string[]
  /** What the high-value ones among them demand */
  readonly requirements: readonly Requirement[]
  readonly audience: string
  /** Access-token claim of an MFA already proven, where the policy names one */
  readonly claim: string | undefined
  readonly delegated: 'accepted' | 'refused'
}

/** What a token is good for: what is everyday, what is high-value (and uses it up), or neither. */
export type Judgement =
  | { readonly outcome: 'everyday' }
  | { readonly outcome: 'high-value'; readonly token: IssuedToken }
  | { readonly outcome: 'refused'; readonly refusal: Refusal }

/** Seconds. Auth0 issues no access token for longer. */
const LONGEST_LIFE = 30 * 86_400

/** Judges a verified token. Whether it was used before, only a store can say. */
export function judge(claims: Claims, demands: Demands, nowMs: number): Judgement {
  const { scopes, audience } = demands
  const refused = (refusal: Refusal): Judgement => ({ outcome: 'refused', refusal })
  const ask = { scope: scopes.join(' ') }

  const granted = grantedBy(claims)
  if (!scopes.every((scope) => granted.includes(scope))) {
    const description = 'The token does not carry the scope'
    return refused({ status: 403, error: 'insufficient_scope', description, ask })
  }
  const requirements = demands.requirements.flatMap((one) => demandedNow(one) ?? [])
  if (requirements.length === 0) return { outcome: 'everyday' }

  const maxAge = Math.min(...requirements.map(({ max_age = Infinity }) => max_age))
  const insufficient = (description: string): Judgement =>
    refused({
      status: 401,
      error: 'insufficient_user_authentication',
      description,
      ask: {
        ...ask,
        ...(maxAge < Infinity && { max_age: String(maxAge) }),
        ...acrValuesFor(requirements),
      },
    })
  if (!isUser(claims)) return insufficient('No user logged in')
  if (claims['act'] !== undefined && demands.delegated !== 'accepted') {
    return insufficient('The user acts through another party')
  }

  const { iss, jti, iat, exp } = claims
  const now = nowMs / 1000
  if (!isStorable(jti)) return refused(invalidToken('The token has no jti that can be remembered'))
  if (!isTime(iat)) return refused(invalidToken('The token has no iat'))
  if (!isTime(exp)) return refused(invalidToken('The token has no exp'))
  if (iat > now + CLOCK_TOLERANCE) {
    return refused(invalidToken('The token was issued in the future: clocks differ'))
  }
  if (exp > now + LONGEST_LIFE) return refused(invalidToken('The token lives too long'))

  const provenAt = mfaTimeOf(claims, demands.claim) ?? iat
  if (now - provenAt > maxAge) return insufficient('The MFA was too long ago')
  return {
    outcome: 'high-value',
    token: { issuer: String(iss), audience, jti, issued: iat, expires: exp },
  }
}

function grantedBy({ scope }: Claims): readonly string[] {
  return typeof scope === 'string' ? scope.split(' ') : []
}

/**
 * Whether a user of Auth0 is behind a token, whose subject is always `connection|id`. Machines are
 * `ID@clients`, their client id, or an agent by whatever name it was given; anonymous visitors are `anon@ID`.
 */
function isUser({ sub, azp, client_id, gty, sub_profile }: Claims): boolean {
  return (
    typeof sub === 'string' &&
    /^[^|@\s]+\|./.test(sub) &&
    !sub.endsWith('@clients') &&
    ![azp, client_id].flat().includes(sub) &&
    ![gty].flat().includes('client-credentials') &&
    (sub_profile === undefined || sub_profile === 'user')
  )
}

/**
 * Epoch seconds of the earlier MFA that a token rests on; undefined without a claim, as it was then issued at its
 * challenge. A claim that cannot be read, or that is later than the token, counts as long ago.
 */
function mfaTimeOf(claims: Claims, claim: string | undefined): number | undefined {
  if (claim === undefined || !Object.hasOwn(claims, claim)) return undefined
  const { time } = (claims[claim] ?? {}) as Readonly<Record<string, unknown>>
  return isTime(time) && time <= Number(claims['iat']) + CLOCK_TOLERANCE ? time : -Infinity
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

/** The acr values that each of them takes. */
function acrValuesFor(requirements: readonly Demanded[]): Readonly<Record<string, string>> {
  const acrs = requirements
    .map(({ acr_values = '' }) => acr_values.split(' ').filter((acr) => acr !== ''))
    .reduce((common, others) => common.filter((acr) => others.includes(acr)))
  return acrs.length > 0 ? { acr_values: acrs.join(' ') } : {}
}
