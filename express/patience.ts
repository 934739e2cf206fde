/** Milliseconds until a store or an issuer that is silent counts as down. */
const PATIENCE_MS = 3_000

/** What a promise comes to. @throws what it is rejected with, or that `whom` does not answer in time */
export function withPatience<T>(
  answer: Promise<T>,
  whom: string,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${whom} does not answer`)), patienceMs)
    void answer.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
