import type { Action, ActionContent, ActionVersion } from '../state.ts'
import type { Tenant } from '../tenant.ts'
import { buildStatus, installationOf, liveVersion } from '../action-build.ts'

/** An Action as the Management API shows it: never with the value of a secret. */
export function showAction(tenant: Tenant, action: Action, nowMs = tenant.now()): object {
  const status = buildStatus(tenant, action, nowMs)
  const live = liveVersion(action, nowMs)
  return {
    ...identity(action),
    code: action.code,
    dependencies: action.dependencies,
    runtime: action.runtime,
    status,
    ...(status === 'failed' ? { errors: buildErrors(tenant, action) } : {}),
    secrets: showSecrets(action),
    ...(live === undefined ? {} : showLive(live, nowMs)),
    all_changes_deployed: live !== undefined && isSameContent(action, live),
  }
}

function buildErrors(tenant: Tenant, { dependencies, build }: Action): object[] {
  const installation = installationOf(tenant, dependencies, build.startedAtMs)
  return installation?.at === 'failed' ? [{ id: 'install_failed', msg: installation.reason }] : []
}

/** A version with the Action to which it belongs. */
export function showVersion(action: Action, version: ActionVersion, nowMs: number): object {
  // Recorded: an Action inside another object says `false`, whatever is deployed.
  return {
    ...versionFields(version, nowMs),
    action: { ...identity(action), all_changes_deployed: false },
  }
}

/** The Action inside a binding. */
export function showBoundAction(action: Action, nowMs: number): object {
  const live = liveVersion(action, nowMs)
  return {
    ...identity(action),
    ...(live === undefined ? {} : showLive(live, nowMs)),
    all_changes_deployed: false,
  }
}

function identity({ id, name, supported_triggers, created_at, updated_at }: Action): object {
  return { id, name, supported_triggers, created_at, updated_at }
}

function showLive(version: ActionVersion, nowMs: number): object {
  const { id, code, runtime, number, created_at, liveFromMs } = version
  const at = new Date(liveFromMs).toISOString()
  return {
    current_version: {
      id,
      code,
      runtime,
      status: 'BUILT',
      number,
      build_time: at,
      created_at,
      updated_at: at,
    },
    deployed_version: { ...versionFields(version, nowMs), deployed: true },
  }
}

function versionFields(version: ActionVersion, nowMs: number): object {
  const { code, dependencies, id, number, created_at, liveFromMs, runtime } = version
  const isLive = liveFromMs <= nowMs
  const at = new Date(liveFromMs).toISOString()
  return {
    code,
    dependencies,
    id,
    deployed: false,
    number,
    ...(isLive ? { built_at: at } : {}),
    secrets: showSecrets(version),
    status: 'built',
    created_at,
    updated_at: isLive ? at : created_at,
    runtime,
    supported_triggers: version.supported_triggers,
  }
}

function showSecrets({ secrets }: ActionContent): object[] {
  return secrets.map(({ name, updated_at }) => ({ name, updated_at }))
}

function isSameContent(draft: ActionContent, version: ActionContent): boolean {
  const content = ({ code, dependencies, runtime, secrets }: ActionContent): string =>
    JSON.stringify([code, dependencies, runtime, secrets])
  return content(draft) === content(version)
}
