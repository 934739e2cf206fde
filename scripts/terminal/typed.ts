/** Whether the sources run as they are, and nothing that was compiled from them. */
export const IS_REPOSITORY = import.meta.filename.endsWith('.ts')

/** A command as it is typed where this runs: by `npm run` in this repository, by `npx` where it is installed. */
export function typed(command: string, flags = ''): string {
  if (IS_REPOSITORY) return `npm run ${command}${flags === '' ? '' : ` -- ${flags}`}`
  return `npx step-up ${command}${flags === '' ? '' : ` ${flags}`}`
}
