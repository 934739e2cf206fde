import type { ActionRunner } from './action-runtime/action-runner.ts'
import type { Clock } from './clock.ts'
import type { Faults } from './faults.ts'
import type { Packages } from './packages.ts'
import type { RequestLog } from './request-log.ts'
import type { OidcState } from './login/oidc-state.ts'
import type { Store } from './store.ts'

/** All that a handler may use. */
export interface Tenant {
  /** `localhost:PORT` */
  readonly domain: string
  readonly store: Store
  readonly runner: ActionRunner
  readonly faults: Faults
  readonly requests: RequestLog
  readonly oidc: OidcState
  /** milliseconds since the epoch */
  readonly now: () => number
  /** left out where nothing is to be installed */
  readonly packages?: Packages | undefined
  /** tells the operator, where there is one */
  readonly report?: ((line: string) => void) | undefined
  /** only of a sandbox whose clock can be moved */
  readonly clock?: Clock | undefined
  /** puts a tenant as it was at the start in the place of this one; only of one that is served */
  readonly reset?: (() => void) | undefined
}
