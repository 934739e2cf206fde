import type { Environment } from '../tenant/environment.ts'
import type { CommandOption, Terminal } from '../terminal/command.ts'
import { UserError } from '../terminal/user-error.ts'

/** The flag of every command that changes a tenant. */
export const CONFIRMATION: Readonly<Record<'yes', CommandOption>> = {
  yes: { type: 'boolean', help: 'do not ask for confirmation where the environment demands it' },
}

interface Circumstances {
  readonly environment: Environment
  readonly yes: string | boolean | undefined
  readonly terminal: Terminal
}

/**
 * Asks the user where the environment says `"confirm": true`, and goes on without asking elsewhere.
 * @throws UserError when the answer is no, or when there is nobody to ask and no `--yes`
 */
export async function confirmed(
  question: string,
  { environment, yes, terminal }: Circumstances,
): Promise<void> {
  if (environment.confirm !== true || yes === true) return
  const answer = await terminal.ask(`${question} Type ${environment.name} to go on: `)
  if (answer === environment.name) return
  throw new UserError({
    message:
      answer === undefined
        ? `\`${environment.name}\` wants to be confirmed, and there is nobody to ask`
        : `not confirmed: expected \`${environment.name}\``,
    hint: answer === undefined ? 'add `--yes` once the plan has been approved' : 'nothing was sent',
  })
}
