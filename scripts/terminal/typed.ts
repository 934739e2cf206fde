import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Whether this runs in the repository: the package comes without its sources. */
export const IS_REPOSITORY = existsSync(join(import.meta.dirname, 'typed.ts'))

/** A command as it is typed where this runs: by `npm run` in this repository, by `npx` where it is installed. */
export function typed(command: string, flags = ''): string {
  if (IS_REPOSITORY) return `npm run ${command}${flags === '' ? '' : ` -- ${flags}`}`
  return `npx step-up ${command}${flags === '' ? '' : ` ${flags}`}`
}
