import type {
  DeployedAction,
  Runnable,
  TriggerExecution,
  TriggerResult,
} from '../action-runtime/messages.ts'
import type { Tenant } from '../tenant.ts'
import { liveVersion } from './action-build.ts'

/** @returns the Actions that a trigger runs now, in order: the live version of each binding */
export function boundActions({ store, now }: Tenant, trigger: string): readonly Runnable[] {
  const { bindings, actions } = store.state
  return (bindings[trigger] ?? []).flatMap(({ action_id }) => {
    const action = actions.find(({ id }) => id === action_id)
    const version = action === undefined ? undefined : liveVersion(action, now())
    if (action === undefined || version === undefined) return []
    return [
      { versionId: version.id, name: action.name, code: version.code, secrets: version.secrets },
    ]
  })
}

/** Boots what the next login will run, while its user still types. */
export function warmUp(tenant: Tenant): void {
  tenant.runner.warm(boundActions(tenant, 'post-login').map(deployed))
}

/** Runs Actions against an event of the post-login trigger, with the tenant's factors and settings. */
export function executePostLogin(
  { store, runner, now }: Tenant,
  actions: readonly Runnable[],
  given: Pick<TriggerExecution, 'event' | 'suspension'> &
    Partial<Pick<TriggerExecution, 'entrypoint'>>,
): Promise<TriggerResult> {
  const { factors, settings } = store.state
  return runner.run({
    entrypoint: 'onExecutePostLogin',
    actions: actions.map(deployed),
    ...given,
    nowMs: now(),
    settings: {
      enabledFactors: Object.keys(factors).filter((name) => factors[name] === true),
      customizeMfaInPostLoginAction: settings['customize_mfa_in_postlogin_action'] === true,
    },
  })
}

function deployed({ secrets, ...action }: Runnable): DeployedAction {
  return { ...action, secrets: Object.fromEntries(secrets.map(({ name, value }) => [name, value])) }
}
