// What the rows of the decision tables are made of.
import type { Decision, Pass } from '../../actions/step-up/decide.ts'
import type { Policy } from '../../actions/step-up/policy.ts'
import type { Call } from './api.ts'
import { BANKING, NOW_MS, type Given } from './event.ts'
import { ID_TOKEN_CLAIM } from './policies.ts'

/** What a login must come to: the decision, and the calls on `api` in order. */
type Case = readonly [name: string, given: Given, decision: Decision, calls: readonly Call[]]

export interface CaseGroup {
  readonly title: string
  readonly policy: Policy
  readonly cases: readonly Case[]
}

export const ENABLE: Call = ['api.multifactor.enable', 'any', { allowRememberBrowser: false }]
export const challengeWith = (...types: object[]): Call => [
  'api.authentication.challengeWithAny',
  types,
]
export const enrollWith = (...types: object[]): Call => ['api.authentication.enrollWithAny', types]
/** That the ID token names the rules that the login was held to. */
export const held = (...rules: string[]): Call => [
  'api.idToken.setCustomClaim',
  ID_TOKEN_CLAIM,
  rules,
]
export const removeScope = (scope: string): Call => ['api.accessToken.removeScope', scope]
export const denied = (message: string): Call => ['api.access.deny', message]

/** The denial of a login at which nobody can be asked for MFA. */
export const deniedFor = (reason: 'no-browser' | 'refresh-token'): Call =>
  denied(
    `this request needs multifactor authentication, which cannot be asked for here (step-up: ${reason})`,
  )
export const NOT_ENROLLED = denied(
  'this request needs an authentication factor that is not set up (step-up: not-enrolled)',
)

export const PASS: Decision = { outcome: 'pass', reason: 'no-rule-applies' }
export const pass = (rule: string, secondsAgo: number, factor?: string): Pass => ({
  outcome: 'pass',
  reason: 'mfa-fresh',
  rule,
  mfa: { atMs: NOW_MS - secondsAgo * 1000, factor },
  heldTo: [rule],
})
export const remove = (
  reason: 'no-browser' | 'refresh-token' | 'scopes-unknown' | 'silent',
  ...removeScopes: string[]
) => ({ outcome: 'remove', reason, rule: 'transfer-funds', removeScopes }) as const
export const deny = (
  reason: 'no-browser' | 'refresh-token' | 'not-enrolled' | 'rules-disagree',
  rule: string,
) => ({ outcome: 'deny', reason, rule }) as const
export const challenge = (
  reason: 'mfa-every-time' | 'mfa-missing' | 'mfa-too-old' | 'no-browser' | 'refresh-token',
  more: Partial<Extract<Decision, { outcome: 'challenge' }>> = {},
): Decision => ({
  outcome: 'challenge',
  reason,
  rule: 'transfer-funds',
  challengeWith: [],
  enrollWith: [],
  removeScopes: [],
  ...(reason.startsWith('mfa-') && { heldTo: [more.rule ?? 'transfer-funds'] }),
  ...more,
})

export const TRANSFER = { audience: BANKING, scopes: ['openid', 'transfer:funds'] }
export const EVERYDAY = { audience: BANKING, scopes: ['openid', 'read:accounts'] }
export const BROWSER = { protocol: 'oidc-basic-profile' }
export const OTP = { enrolled: ['otp'] }
export const REFRESH = { protocol: 'oauth2-refresh-token', audience: BANKING }
export const PASSWORD = { protocol: 'oauth2-password', audience: BANKING }

export const EVERY_TIME = challenge('mfa-every-time')
export const REMOVED = removeScope('transfer:funds')
