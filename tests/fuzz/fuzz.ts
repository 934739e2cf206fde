// Runs a check on inputs that nobody thought of, for as long as FUZZ_SECONDS says, after those that once
// failed: a failing input is made as small as it gets and written into regressions/, to be committed.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'

const SECONDS = Number(process.env['FUZZ_SECONDS'] ?? 1)
const SECONDS_TO_SHRINK = 60
const RUNS_BETWEEN_LOOKS_AT_THE_CLOCK = 20

export interface Fuzzed<T> {
  /** What can be written as JSON and read again without a loss. */
  readonly inputs: fc.Arbitrary<T>
  /** Fails on an input that shows a defect. */
  readonly check: (input: T) => void | Promise<void>
}

/** Defines the tests of a target, whose name is that of a folder in `regressions`. */
export function fuzz<T>(target: string, { inputs, check }: Fuzzed<T>): void {
  test.each(savedInputs(target))('%s', async (file) => {
    await check(JSON.parse(readFileSync(file, 'utf8')) as T)
  })

  test(
    `${target}, for ${SECONDS} s`,
    async () => {
      const property = fc.asyncProperty(inputs, async (input) => check(asRead(input)))
      const endMs = performance.now() + SECONDS * 1_000
      do {
        const result = await fc.check(property, {
          numRuns: RUNS_BETWEEN_LOOKS_AT_THE_CLOCK,
          interruptAfterTimeLimit: SECONDS_TO_SHRINK * 1_000,
          markInterruptAsFailure: false,
        })
        if (result.failed) {
          const [input] = result.counterexample ?? []
          const message = `see ${save(target, input)}\n${fc.defaultReportMessage(result)}`
          throw new Error(message, { cause: result.errorInstance })
        }
      } while (performance.now() < endMs)
    },
    (SECONDS + SECONDS_TO_SHRINK + 60) * 1_000,
  )
}

/** The input as it will be read from its file, should it fail. */
function asRead<T>(input: T): T {
  return JSON.parse(JSON.stringify(input)) as T
}

function savedInputs(target: string): string[] {
  const folder = folderOf(target)
  return readdirSync(folder).map((file) => join(folder, file))
}

function save(target: string, input: unknown): string {
  const text = `${JSON.stringify(input, null, 2)}\n`
  const name = createHash('sha256').update(text).digest('hex').slice(0, 8)
  const file = join(folderOf(target), `${name}.json`)
  writeFileSync(file, text)
  return file
}

function folderOf(target: string): string {
  return join('tests/fuzz/regressions', target)
}
