import { randomUUID } from 'node:crypto'
import { TRIGGER_OF } from './action-runtime/entrypoints.ts'
import type {
  DeployedAction,
  Execution,
  Runnable,
  TriggerExecution,
  TriggerResult,
} from './action-runtime/messages.ts'
import type { Tenant } from './tenant.ts'
import { installationOf, liveVersion } from './action-build.ts'

/** @returns the Actions that a trigger runs now, in order: the live version of each binding */
export function boundActions(tenant: Tenant, trigger: string): readonly Runnable[] {
  const bindings = tenant.store.state.bindings[trigger] ?? []
  return bindings.flatMap(({ action_id }) => liveActions(tenant, action_id))
}

/** @returns the live version of an Action; none of one that is gone or has never been deployed */
export function liveActions({ store, now }: Tenant, actionId: string): readonly Runnable[] {
  const action = store.state.actions.find(({ id }) => id === actionId)
  const version = action === undefined ? undefined : liveVersion(action, now())
  if (action === undefined || version === undefined) return []
  return [
    {
      versionId: version.id,
      name: action.name,
      code: version.code,
      secrets: version.secrets,
      dependencies: version.dependencies,
    },
  ]
}

/** Boots what the next login will run, while its user still types. */
export function warmUp(tenant: Tenant): void {
  tenant.runner.warm(boundActions(tenant, 'post-login').map((one) => deployed(tenant, one)))
}

/** Runs Actions against an event, with the tenant's factors and settings; those of a login unless said otherwise. */
export async function execute(
  tenant: Tenant,
  actions: readonly Runnable[],
  {
    entrypoint = 'onExecutePostLogin',
    ...given
  }: Pick<TriggerExecution, 'event' | 'suspension'> & Partial<Pick<TriggerExecution, 'entrypoint'>>,
): Promise<TriggerResult> {
  const { factors, settings } = tenant.store.state
  const startedAt = new Date(tenant.now()).toISOString()
  const result = await tenant.runner.run({
    entrypoint,
    actions: actions.map((action) => deployed(tenant, action)),
    ...given,
    nowMs: tenant.now(),
    settings: {
      enabledFactors: Object.keys(factors).filter((name) => factors[name] === true),
      customizeMfaInPostLoginAction: settings['customize_mfa_in_postlogin_action'] === true,
    },
  })
  if (actions.length === 0) return result
  const id = randomUUID()
  keepExecution(tenant, {
    id,
    trigger: TRIGGER_OF[entrypoint],
    startedAt,
    endedAt: new Date(tenant.now()).toISOString(),
    result,
  })
  return { ...result, executionId: id }
}

const MAX_EXECUTIONS = 500

function keepExecution({ oidc, report }: Tenant, execution: Execution): void {
  oidc.executions = [...oidc.executions.slice(-(MAX_EXECUTIONS - 1)), execution]
  const { logs, outcome, reason } = execution.result
  for (const { action, lines } of logs) {
    for (const line of lines) report?.(`Action "${action}": ${line}`)
  }
  if (outcome === 'error') report?.(`Action "${logs.at(-1)?.action ?? ''}" failed: ${reason ?? ''}`)
}

function deployed(tenant: Tenant, { secrets, dependencies, ...action }: Runnable): DeployedAction {
  // It has been built, so they are there, unless somebody has cleared the cache: then they come again.
  const installation = installationOf(tenant, dependencies, tenant.now())
  return {
    ...action,
    secrets: Object.fromEntries(secrets.map(({ name, value }) => [name, value])),
    ...(installation?.at === 'installed' ? { packages: installation.directory } : {}),
  }
}
