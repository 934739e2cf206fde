import type { Desired } from '../tenant/desired.ts'
import type { Reading } from '../tenant/reading.ts'
import type { CommandOption, Terminal } from '../terminal/command.ts'

/** The flag of every command that would replace the code of the Action. */
export const OVERWRITE: Readonly<Record<'overwrite', CommandOption>> = {
  overwrite: { type: 'boolean', help: 'replace code that was edited in the tenant' },
}

interface Circumstances {
  readonly desired: Desired
  readonly overwrite: string | boolean | undefined
  readonly terminal: Terminal
}

/**
 * Stops at code that was edited in the tenant, and shows what a deploy would do to it.
 * @throws UserError unless `--overwrite` was given
 */
export async function stopAtEdited(
  reading: Reading,
  { desired, overwrite, terminal }: Circumstances,
): Promise<void> {
  const { assertUnedited, findEdited } = await import('../tenant/edited.ts')
  const edited = findEdited(reading)
  if (edited === undefined || overwrite === true) return
  const { codeDiff } = await import('./render-plan.ts')
  const diff = codeDiff(
    [
      { name: edited.what, code: edited.code },
      { name: 'built', code: desired.action.code },
    ],
    terminal.paint,
  )
  terminal.result(diff.join('\n'), { edited: edited.what, diff })
  assertUnedited(reading)
}
