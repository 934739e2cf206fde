import { collectGarbage } from './garbage.ts'

/** What is timed. It may answer with a promise, and then its time is that until the promise settles. */
export interface Contestant {
  /** @param turn counts its runs, from 0 */
  run(turn: number): unknown
}

export interface Timing {
  readonly p50Us: number
  readonly p99Us: number
  readonly perSecond: number
}

export interface TimeBox {
  /** Each contestant runs for so long unmeasured, then for so long in each of the rounds. */
  readonly warmUpMs: number
  readonly roundMs: number
  readonly rounds: number
}

/** Far above what the clock can tell and what asking it costs. */
const BATCH_US = 20

/**
 * Times contestants in turns, so that what disturbs the machine disturbs all of them, and none collects the garbage
 * of another. Quick ones run in batches; a percentile is then one of the means of batches.
 * @returns in the order of the contestants
 */
export async function timeInTurns(
  contestants: readonly Contestant[],
  { warmUpMs, roundMs, rounds }: TimeBox,
): Promise<readonly Timing[]> {
  const entries = []
  for (const contestant of contestants) {
    const entry = { contestant, turn: 0, batch: 1, meansUs: [] as number[] }
    const startedAt = performance.now()
    await runFor(entry, warmUpMs)
    const runUs = ((performance.now() - startedAt) * 1_000) / entry.turn
    entries.push({ ...entry, batch: Math.ceil(BATCH_US / runUs), meansUs: [] })
  }
  for (let round = 0; round < rounds; round++) {
    for (const entry of entries) {
      collectGarbage()
      await runFor(entry, roundMs)
    }
  }
  return entries.map(({ meansUs }) => timingOf(meansUs))
}

interface Entry {
  readonly contestant: Contestant
  readonly batch: number
  readonly meansUs: number[]
  turn: number
}

async function runFor(entry: Entry, ms: number): Promise<void> {
  const { contestant, batch, meansUs } = entry
  const end = performance.now() + ms
  for (let startedAt = performance.now(); startedAt < end;) {
    for (let i = 0; i < batch; i++) await contestant.run(entry.turn++)
    const endedAt = performance.now()
    meansUs.push(((endedAt - startedAt) * 1_000) / batch)
    startedAt = endedAt
  }
}

function timingOf(meansUs: readonly number[]): Timing {
  const meanUs = meansUs.reduce((sum, us) => sum + us, 0) / meansUs.length
  return {
    p50Us: percentile(0.5, meansUs),
    p99Us: percentile(0.99, meansUs),
    perSecond: 1_000_000 / meanUs,
  }
}

/** The value that a share of the values, such as 0.99, does not exceed. */
export function percentile(share: number, values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.ceil((sorted.length - 1) * share)] ?? NaN
}
