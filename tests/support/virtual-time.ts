// Lets work that waits run at once: time jumps from timer to timer. The test file mocks
// `node:timers/promises` by the global timers, because Jest fakes only these.

const turn = setImmediate

/** Enough for the answer of a request that is served in this process to arrive. */
const TURNS = 12

/** Waits for the end of work, or until nothing will come of it. */
export async function inVirtualTime<T>(
  work: Promise<T>,
  hasEnded: () => boolean = () => false,
): Promise<PromiseSettledResult<T> | undefined> {
  let result: PromiseSettledResult<T> | undefined
  const settled = Promise.allSettled([work]).then(([first]) => {
    result = first
  })
  for (;;) {
    for (let i = 0; i < TURNS && result === undefined; i++) await new Promise(turn)
    if (result !== undefined) await settled
    if (result !== undefined || hasEnded()) return result
    await jest.advanceTimersToNextTimerAsync()
  }
}
