import { newLoginFlow, toResult, type Ending } from './login-flow.ts'
import type {
  ActionRun,
  ActionRunEnd,
  CacheRecord,
  DeployedAction,
  LoginFlow,
  MfaStep,
  TriggerExecution,
  TriggerResult,
} from './messages.ts'
import {
  MAX_MFA_STEPS,
  canonical,
  isProvider,
  usableForChallenge,
  usableForEnrollment,
} from './mfa.ts'

/** Runs one Action; never rejects. */
export type RunAction = (action: DeployedAction, run: ActionRun) => Promise<ActionRunEnd>

/**
 * Runs the Actions of a trigger in their order, as one login would.
 *
 * A denial, an uncaught error, a redirect, a challenge or an enrolment end the execution after the Action
 * that caused it; `api.multifactor.enable` takes effect when all Actions have run.
 *
 * @param cache what the Actions of the trigger keep from run to run, which they change
 */
export async function runTrigger(
  execution: TriggerExecution,
  cache: Map<string, CacheRecord>,
  runAction: RunAction,
): Promise<TriggerResult> {
  const { event, nowMs = Date.now() } = execution
  let { entrypoint } = execution
  let flow = newLoginFlow(execution, cache)
  for (const action of execution.actions) {
    flow.mfaSteps = []
    const end = await runAction(action, { entrypoint, event, flow, nowMs })
    // An instance that has ended tells nothing, not even that it has run.
    if (end.flow === flow) flow.logs.push({ action: action.name, lines: [] })
    flow = end.flow
    keep(cache, flow.cache)
    const ending = endingAfter(action, end, execution)
    if (ending !== undefined) return toResult(flow, ending)
    if (entrypoint === 'onContinuePostLogin') entrypoint = 'onExecutePostLogin'
  }
  return toResult(flow, endingOfFlow(flow))
}

function keep(cache: Map<string, CacheRecord>, records: ReadonlyMap<string, CacheRecord>): void {
  cache.clear()
  for (const [key, record] of records) cache.set(key, record)
}

function endingAfter(
  action: DeployedAction,
  { flow, error }: ActionRunEnd,
  { event, settings }: TriggerExecution,
): Ending | undefined {
  // INVARIANT: before all else, as what an Action does after it has caught a refusal proves nothing.
  if (flow.refusal !== undefined) return { outcome: 'error', reason: flow.refusal }
  if (error !== undefined) return { outcome: 'error', reason: error }
  if (flow.denial !== undefined) return { outcome: 'denied', ...flow.denial }
  if ([flow.accessTokenClaims, flow.idTokenClaims].some(isTooLarge)) {
    return { outcome: 'error', reason: 'The custom claims of a token must not exceed 100 kB.' }
  }
  if (flow.mfaStepCount > MAX_MFA_STEPS) {
    return {
      outcome: 'error',
      reason: `A login flow can have at most ${MAX_MFA_STEPS} challenge and enroll commands.`,
    }
  }
  if (flow.mfaSteps.length > 0) {
    // Documented: a redirect belongs into an Action of its own. What becomes of both is not, and one would be lost here.
    if (flow.redirectTo !== undefined) {
      return { outcome: 'error', reason: REDIRECT_BESIDE_CHALLENGE }
    }
    // Documented as "will not work properly" without the setting; to fail here shows it at once.
    if (!settings.customizeMfaInPostLoginAction) {
      return { outcome: 'error', reason: 'Customize MFA Factors using Actions is not enabled.' }
    }
    const steps = usableSteps(flow.mfaSteps, { event, settings })
    if (steps === undefined) {
      return { outcome: 'error', reason: 'None of the requested factors is enabled and usable.' }
    }
    return { outcome: 'challenge', mfa: { when: 'in-place', action: action.name, steps } }
  }
  if (flow.redirectTo !== undefined) {
    return { outcome: 'redirect', redirect: { url: flow.redirectTo } }
  }
  return undefined
}

/**
 * Documented: with more the transaction fails. That it is counted for each token, and in bytes of JSON, is assumed, as are
 * the words.
 *
 * @see https://auth0.com/docs/secure/tokens/json-web-tokens/create-custom-claims
 */
function isTooLarge(claims: ReadonlyMap<string, unknown>): boolean {
  return Buffer.byteLength(JSON.stringify(Object.fromEntries(claims))) > MAX_CLAIM_BYTES
}

const REDIRECT_BESIDE_CHALLENGE =
  'A redirect and a challenge or an enrolment by the same Action are not emulated by the sandbox.'

const MAX_CLAIM_BYTES = 102_400

function usableSteps(
  steps: readonly MfaStep[],
  { event, settings }: Pick<TriggerExecution, 'event' | 'settings'>,
): MfaStep[] | undefined {
  const usable: MfaStep[] = []
  for (const { kind, factors } of steps) {
    const select = kind === 'challenge' ? usableForChallenge : usableForEnrollment
    const left = select(factors, settings, event['user'])
    if (left.length === 0) return undefined
    usable.push({ kind, factors: left.map((one) => ({ ...one, type: canonical(one.type) })) })
  }
  return usable
}

function endingOfFlow({ enabledMfa, settings }: LoginFlow): Ending {
  if (enabledMfa === undefined || enabledMfa.provider === 'none') return { outcome: 'continue' }
  const { provider } = enabledMfa
  if (!isProvider(provider)) {
    return { outcome: 'error', reason: `Unknown multifactor provider ${provider}` }
  }
  // Observed by users: with no factor switched on the login fails rather than passes (189180).
  if (settings.enabledFactors.length === 0) {
    return { outcome: 'error', reason: 'No MFA factors enabled for enrollment' }
  }
  return { outcome: 'challenge', mfa: { when: 'end-of-flow', ...enabledMfa } }
}
