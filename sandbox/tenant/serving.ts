// The tenant that is served, and those that take its place: after a reset, and after a change of the seed.
import { newFaults } from './faults.ts'
import { warmUp } from './action-execution.ts'
import { moveToDomain } from './new-tenant.ts'
import { newOidcState } from './login/oidc-state.ts'
import { newRequestLog } from './request-log.ts'
import type { TenantState } from './state.ts'
import type { Store } from './store.ts'
import type { Tenant } from './tenant.ts'

export interface Serving {
  /** the tenant of a request that arrives now */
  readonly tenant: () => Tenant
  /** Moves to the domain under which it is served from now on. */
  begin(domain: string): void
  /** Begins anew with a state. */
  restart(state: TenantState): void
  /** Ends what the tenant has started. */
  close(): Promise<void>
}

/** What outlives a tenant. */
export type Surroundings = Pick<Tenant, 'packages' | 'report' | 'clock'>

/** @param runner of Actions, of which each tenant gets a new one */
export function newServing(
  store: Store,
  runner: Tenant['runner'],
  surroundings: Surroundings,
): Serving {
  let tenant = newcomer(store, runner)
  let first = store.state

  /** INVARIANT: nothing but the surroundings is of the tenant before, so that nothing of it is left. */
  function newcomer(store: Store, runner: Tenant['runner']): Tenant {
    return {
      ...surroundings,
      get domain() {
        return store.state.domain
      },
      store,
      runner,
      faults: newFaults(),
      requests: newRequestLog(),
      oidc: newOidcState(),
      now: surroundings.clock?.now ?? Date.now,
      reset: () => restart(first),
    }
  }

  function begin(domain: string): void {
    const { store } = tenant
    if (store.state.domain !== domain) store.update((state) => moveToDomain(state, domain))
    first = store.state
    warmUp(tenant)
  }

  function restart(state: TenantState): void {
    const { domain } = tenant
    surroundings.clock?.restart()
    tenant = newcomer(tenant.store.replace(state), tenant.runner.renew())
    begin(domain)
  }

  return { tenant: () => tenant, begin, restart, close: () => tenant.runner.close() }
}
