import type { Problem } from './user-error.ts'

const TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/

/** Reads the flag `--at`, a time or a day (UTC), as epoch milliseconds; `currentMs` if it is left out. */
export function readTime(
  value: string | undefined,
  currentMs: number,
  report: (problem: Problem) => void,
): number {
  if (value === undefined) return currentMs
  const atMs = TIME.test(value) ? Date.parse(value) : NaN
  if (!Number.isNaN(atMs)) return atMs
  report({
    where: '--at',
    message: `cannot be \`${value}\``,
    hint: 'write a time as `2026-11-24T12:00:00Z`, or a day',
  })
  return currentMs
}
