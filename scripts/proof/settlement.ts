import type { LoadedBundle, Run } from './run-bundle.ts'

/** The promises of runs, collected to be waited for together. */
export interface Settlement {
  /** `chosen` names the case where an error is still to be reported. */
  add(run: Run, chosen: readonly number[] | undefined): void
  isDue(): boolean
  /** Waits for all of them. @throws Error where one never ends, which could not be checked */
  settle(): Promise<void>
}

const BATCH = 1_000
const LIMIT_MS = 10_000

/** Waiting for each run by itself would take more time than the run. */
export function newSettlement(
  bundle: LoadedBundle,
  onThrown: (chosen: readonly number[], expected: string) => void,
): Settlement {
  const promises: unknown[] = []
  const cases: (readonly number[] | undefined)[] = []

  async function settle(): Promise<void> {
    const results = await within(LIMIT_MS, bundle.settle(promises))
    results.forEach(({ status }, i) => {
      const chosen = cases[i]
      if (status === 'rejected' && chosen) onThrown(chosen, 'no error, whatever the event holds')
    })
    promises.length = 0
    cases.length = 0
  }

  return {
    add({ promise }, chosen) {
      promises.push(promise)
      cases.push(chosen)
    },
    isDue: () => promises.length >= BATCH,
    settle,
  }
}

async function within<T>(limitMs: number, result: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('the Action waits for something')), limitMs)
  })
  try {
    return await Promise.race([result, late])
  } finally {
    clearTimeout(timer)
  }
}
