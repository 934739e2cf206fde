export interface Clock {
  /** milliseconds since the epoch */
  readonly now: () => number
  readonly advanceClock: (seconds: number) => void
}

/**
 * A clock that can be moved forward.
 *
 * oidc-provider and the libraries beside it know no clock but `Date.now`, and their notion of time must be that of
 * the tenant. So this takes the place of `Date.now` in the whole process; nothing else may do that.
 */
export function installMovableClock(): Clock {
  const machineNow = Date.now
  let offsetMs = 0
  Date.now = () => machineNow() + offsetMs
  return {
    now: Date.now,
    advanceClock: (seconds) => {
      offsetMs += seconds * 1_000
    },
  }
}
