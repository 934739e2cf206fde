import { UserError, type Problem } from './user-error.ts'

const TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/

/** Reads the flag `--at`, a time or a day (UTC), as epoch milliseconds; `currentMs` if it is left out. */
export function readTime(
  value: string | undefined,
  currentMs: number,
  report: (problem: Problem) => void,
): number {
  if (value === undefined) return currentMs
  const atMs = TIME.test(value) && isDay(value.slice(0, 10)) ? Date.parse(value) : NaN
  if (!Number.isNaN(atMs)) return atMs
  report({
    where: '--at',
    message: `cannot be \`${value}\``,
    hint: 'write a time as `2026-11-24T12:00:00Z`, or a day',
  })
  return currentMs
}

/** As {@link readTime}, where no other flag can be wrong at the same time. @throws UserError */
export function timeOf(value: string | boolean | undefined): Date {
  const text = value === undefined ? undefined : String(value)
  const atMs = readTime(text, Date.now(), (problem) => {
    throw new UserError(problem)
  })
  return new Date(atMs)
}

/** Whether a text is a day of the calendar: to JavaScript 2026-02-30 is the second of March. */
export function isDay(text: string): boolean {
  const date = new Date(text)
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(date.getTime())) return false
  return date.toISOString().startsWith(text)
}
