export interface Clock {
  /** milliseconds since the epoch */
  readonly now: () => number
  /** how far it is before that of the machine; negative when it is behind */
  readonly aheadMs: () => number
  readonly advance: (seconds: number) => void
  /** Goes back to where it began. */
  readonly restart: () => void
}

/**
 * A clock that can be moved forward.
 *
 * oidc-provider and the libraries beside it know no clock but `Date.now`, and their notion of time must be that of
 * the tenant. So this takes the place of `Date.now` in the whole process; nothing else may do that.
 *
 * @param startMs what it shows when it begins; without it the time of the machine
 */
export function installMovableClock(startMs?: number): Clock {
  const machineNow = Date.now
  let offsetMs = 0
  const restart = (): void => {
    offsetMs = startMs === undefined ? 0 : startMs - machineNow()
  }
  restart()
  Date.now = () => machineNow() + offsetMs
  return {
    now: Date.now,
    aheadMs: () => offsetMs,
    advance: (seconds) => {
      offsetMs += seconds * 1_000
    },
    restart,
  }
}
