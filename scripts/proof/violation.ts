import type { Call } from './run-bundle.ts'

/** An invariant that does not hold, with the smallest event that shows it. */
export interface Violation {
  readonly invariant: string
  readonly rule?: string
  /** In how many cases. */
  readonly count: number
  /** With getters where a field cannot be read; what is not in it does not matter. */
  readonly event: object
  readonly nowMs: number
  readonly calls: readonly Call[]
  readonly expected: string
}
