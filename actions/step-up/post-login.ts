import { decide, type Decision, type Deny, type DenyReason } from './decide.ts'
import type { FactorSelector, PostLoginApi, PostLoginEvent } from './event.ts'
import { indexAt, stagesOf, type Factor, type Policy, type Stage } from './policy.ts'
import { protocolOf } from './protocols.ts'

declare const console: { log(line: string): void }

const NO_PLACE = 'this request needs multifactor authentication, which cannot be asked for here'
const NO_CHECK = 'this request could not be checked'

/** Shown to the user and sent to the application, so it tells nothing about either. */
const DENIALS: Record<DenyReason, string> = {
  'no-browser': NO_PLACE,
  'refresh-token': NO_PLACE,
  'not-enrolled': 'this request needs an authentication factor that is not set up',
  'rules-disagree': 'these scopes need different factors, request them one at a time',
  'request-unreadable': NO_CHECK,
  'internal-error': NO_CHECK,
}

/**
 * Makes the handler that enforces a policy after each login, refresh and token exchange.
 * Whatever goes wrong inside ends in `api.access.deny`.
 * @see https://auth0.com/docs/actions/reference/post-login
 */
export function postLogin(policy: Policy) {
  const stages = stagesOf(policy)
  // Auth0 accepts nothing but an async function as a handler, although nothing here waits.
  // eslint-disable-next-line @typescript-eslint/require-await
  return async function onExecutePostLogin(
    event: PostLoginEvent,
    api: PostLoginApi,
  ): Promise<void> {
    const nowMs = Date.now()
    let decision = decide(indexAt(stages, nowMs), event, nowMs)
    try {
      enforce(decision, policy, api)
    } catch {
      decision = { outcome: 'deny', reason: 'internal-error' }
      denyOrThrow(decision, api)
    }
    log(decision, event)
    report(stages, event, { decision, nowMs })
  }
}

function enforce(decision: Decision, policy: Policy, api: PostLoginApi): void {
  if (decision.outcome === 'deny') {
    denyOrThrow(decision, api)
    return
  }
  if (decision.outcome !== 'pass') {
    for (const scope of decision.removeScopes) api.accessToken.removeScope(scope)
  }
  setClaims(decision, policy, api)
  if (decision.outcome !== 'challenge') return
  // Also before a listed challenge, which overrides it (Customize MFA Selection): a challenge alone
  // offers "remember this device" and is skipped where that was ticked (knowledge base, community
  // 130823); this takes it off the page (Transactional Authorization with Authorization Code Flow).
  // With such a challenge it enrols nobody: where none of the factors can be used, the login fails
  // (api object).
  api.multifactor.enable('any', { allowRememberBrowser: false })
  const { challengeWith, enrollWith } = decision
  if (challengeWith.length > 0) api.authentication.challengeWithAny(selectors(challengeWith))
  if (enrollWith.length > 0) api.authentication.enrollWithAny(selectors(enrollWith))
}

function setClaims(
  decision: Exclude<Decision, Deny>,
  { claim, idTokenClaim }: Policy,
  api: PostLoginApi,
): void {
  const { heldTo = [] } = decision
  if (claim !== undefined && 'mfa' in decision && decision.mfa !== undefined) {
    const { atMs, factor } = decision.mfa
    api.accessToken.setCustomClaim(claim, { time: Math.floor(atMs / 1000), factor })
  }
  if (idTokenClaim !== undefined && heldTo.length > 0) {
    api.idToken.setCustomClaim(idTokenClaim, heldTo)
  }
}

// Should even `deny` fail, only an error keeps the token back; Auth0 shows its message to the user.
function denyOrThrow({ reason }: Deny, api: PostLoginApi): void {
  try {
    api.access.deny(`${DENIALS[reason]} (step-up: ${reason})`)
  } catch {
    throw new Error(DENIALS[reason])
  }
}

// A push challenge would let the user type a one-time password instead.
function selectors(factors: readonly Factor[]): FactorSelector[] {
  return factors.map((type) =>
    type === 'push-notification'
      ? { type, options: { otpFallback: factors.includes('otp') } }
      : { type },
  )
}

// Auth0 keeps 256 characters of an Action's log; the ids of rules are at most 64.
function log({ outcome, reason, rule }: Decision, event: PostLoginEvent): void {
  if (outcome === 'pass') return
  console.log(JSON.stringify({ stepUp: outcome, reason, rule, protocol: protocolOf(event).name }))
}

/** Logs what rules that are not enforced yet would have done. */
function report(
  stages: readonly Stage[],
  event: PostLoginEvent,
  { decision, nowMs }: { readonly decision: Decision; readonly nowMs: number },
): void {
  const last = stages.at(-1) as Stage
  if (last.fromMs <= nowMs) return
  const { outcome, reason, rule } = decide(last.index, event, nowMs)
  if (outcome === decision.outcome && rule === decision.rule) return
  console.log(JSON.stringify({ stepUp: 'report', would: outcome, reason, rule }))
}
