// Runs Actions as a login does, each of them new to the workers.
import {
  newActionRunner,
  type ActionRunner,
} from '../../sandbox/tenant/action-runtime/action-runner.ts'
import type { MfaSettings, TriggerResult } from '../../sandbox/tenant/action-runtime/messages.ts'

export const ALL_ON: MfaSettings = {
  enabledFactors: ['otp', 'sms', 'email', 'webauthn-roaming', 'recovery-code'],
  customizeMfaInPostLoginAction: true,
}

export interface Login {
  readonly event?: Record<string, unknown>
  readonly settings?: MfaSettings
  readonly on?: ActionRunner
}

/** Of every run that names no other; to be closed when a test file ends. */
export const runner = newActionRunner()

let loaded = 0

/** Runs Actions that consist of these handler bodies, in order. */
export function run(bodies: readonly string[], login: Login = {}): Promise<TriggerResult> {
  return runCode(
    bodies.map((body) => `exports.onExecutePostLogin = async (event, api) => { ${body} }`),
    login,
  )
}

/** Runs Actions of this code, in order. */
export function runCode(
  codes: readonly string[],
  { event = {}, settings = ALL_ON, on = runner }: Login = {},
): Promise<TriggerResult> {
  const actions = codes.map((code, index) => {
    loaded += 1
    return { versionId: String(loaded), name: `Action ${index + 1}`, code, secrets: {} }
  })
  return on.run({ entrypoint: 'onExecutePostLogin', actions, event, settings })
}
