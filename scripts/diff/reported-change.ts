import type { Verdict } from '../policy/answer.ts'
import type { Protected } from '../policy/effective.ts'
import type { Flow } from '../policy/flows.ts'
import type { Region, Subjects } from './regions.ts'
import type { Example } from './witness.ts'

/** A change of what stands, in words and with an example of it. */
export interface ReportedChange {
  readonly verdict: Exclude<Verdict, 'same'>
  /** Empty for what is said of all tokens. */
  readonly protects: readonly Protected[]
  /** Asked for in the same request as one of the others. */
  readonly together?: readonly Protected[]
  /** In which flows, for whom and when: `in a browser, for client …, until 2026-12-31`. */
  readonly where: string
  /** The same for machines; absent for what was seen and not read from a policy. */
  readonly circumstances?: Circumstances
  readonly was: string
  readonly now: string
  /** Worth knowing beside it. */
  readonly note?: string
  readonly example?: Example
}

export interface Circumstances {
  readonly flows: readonly Flow[]
  /** Absent where it is everybody. */
  readonly clients?: Subjects['clients']
  readonly organizations?: Subjects['organizations']
  readonly confidence: Region['confidence']
  /** ISO 8601; absent where it holds already, or without end. */
  readonly from?: string
  readonly until?: string
}

/** @param nowMs epoch milliseconds */
export function circumstancesIn(
  { flows, subjects, confidence, period: { fromMs, untilMs } }: Region,
  nowMs: number,
): Circumstances {
  return {
    ...{ flows, ...subjects, confidence },
    ...(fromMs > nowMs && { from: new Date(fromMs).toISOString() }),
    ...(untilMs !== Infinity && { until: new Date(untilMs).toISOString() }),
  }
}
