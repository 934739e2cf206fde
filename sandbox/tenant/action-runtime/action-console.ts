import { formatWithOptions } from 'node:util'

/** What Auth0 keeps of the output of one Action (documented). */
export const MAX_LOG_CHARACTERS = 256

const METHODS = ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const

/** @returns a console that appends to `lines` until they hold {@link MAX_LOG_CHARACTERS} in all */
export function actionConsole(lines: string[]): object {
  let left = MAX_LOG_CHARACTERS
  const write = (...values: unknown[]): void => {
    if (left === 0) return
    const line = formatWithOptions({ colors: false, depth: 4 }, ...values).slice(0, left)
    left -= line.length
    lines.push(line)
  }
  return Object.fromEntries(METHODS.map((method) => [method, write]))
}
