import type { ActionInstance, ActionRun } from './instance.ts'
import { newLoginFlow, toResult, type Ending, type LoginFlow } from './login-flow.ts'
import type { DeployedAction, MfaStep, TriggerExecution, TriggerResult } from './messages.ts'
import { MAX_MFA_STEPS, usableForChallenge, usableForEnrollment } from './mfa.ts'
import { postLoginApi } from './post-login/api.ts'

/**
 * Runs the Actions of a trigger in their order, as one login would.
 *
 * A denial, an uncaught error, a redirect, a challenge or an enrolment end the execution after the Action
 * that caused it; `api.multifactor.enable` takes effect when all Actions have run.
 */
export async function runTrigger(
  execution: TriggerExecution,
  instanceOf: (action: DeployedAction, run: ActionRun) => ActionInstance,
): Promise<TriggerResult> {
  const flow = newLoginFlow(execution)
  const { nowMs = Date.now() } = execution
  for (const action of execution.actions) {
    const lines: string[] = []
    flow.logs.push({ action: action.name, lines })
    flow.mfaSteps = []
    try {
      await runAction({ execution, flow, action }, instanceOf(action, { lines, nowMs }))
    } catch (error) {
      return toResult(flow, { outcome: 'error', reason: messageOf(error) })
    }
    const ending = endingAfter(action, flow, execution)
    if (ending !== undefined) return toResult(flow, ending)
  }
  return toResult(flow, endingOfFlow(flow))
}

async function runAction(
  {
    execution,
    flow,
    action,
  }: { execution: TriggerExecution; flow: LoginFlow; action: DeployedAction },
  instance: ActionInstance,
): Promise<void> {
  const event = instance.adopt({ ...execution.event, secrets: action.secrets })
  const transaction = event['transaction'] as Record<string, unknown> | undefined
  if (transaction !== undefined) {
    transaction['metadata'] = Object.fromEntries(flow.transactionMetadata)
  }
  const api = postLoginApi({
    flow,
    action,
    event,
    entrypoint: execution.entrypoint,
    cache: instance.cache,
    now: instance.now,
    fail: instance.fail,
  })
  await instance.handler(execution.entrypoint)(event, api)
}

function endingAfter(
  action: DeployedAction,
  flow: LoginFlow,
  { event, settings }: TriggerExecution,
): Ending | undefined {
  if (flow.denial !== undefined) return { outcome: 'denied', reason: flow.denial }
  if (flow.mfaStepCount > MAX_MFA_STEPS) {
    return {
      outcome: 'error',
      reason: `A login flow can have at most ${MAX_MFA_STEPS} challenge and enroll commands.`,
    }
  }
  if (flow.mfaSteps.length > 0) {
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

function usableSteps(
  steps: readonly MfaStep[],
  { event, settings }: Pick<TriggerExecution, 'event' | 'settings'>,
): MfaStep[] | undefined {
  const usable: MfaStep[] = []
  for (const { kind, factors } of steps) {
    const select = kind === 'challenge' ? usableForChallenge : usableForEnrollment
    const left = select(factors, settings, event['user'])
    if (left.length === 0) return undefined
    usable.push({ kind, factors: left })
  }
  return usable
}

function endingOfFlow({ enabledMfa, settings }: LoginFlow): Ending {
  if (enabledMfa === undefined || enabledMfa.provider === 'none') return { outcome: 'continue' }
  // Observed by users: with no factor switched on the login fails rather than passes (189180).
  if (settings.enabledFactors.length === 0) {
    return { outcome: 'error', reason: 'No MFA factors enabled for enrollment' }
  }
  return { outcome: 'challenge', mfa: { when: 'end-of-flow', ...enabledMfa } }
}

/** To read what an Action has thrown can throw as well. */
function messageOf(error: unknown): string {
  try {
    // Errors of the Action's context are no instances of this realm's Error.
    const { message } = (error ?? {}) as { message?: unknown }
    return typeof message === 'string' ? message : String(error)
  } catch {
    return 'The Action threw a value that cannot be printed.'
  }
}
