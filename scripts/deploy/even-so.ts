import type { Preflight } from '../tenant/preflight.ts'
import type { CommandOption } from '../terminal/command.ts'
import { formatProblem, UserError } from '../terminal/user-error.ts'

/** The flag of a deploy after which nobody could satisfy a rule. */
export const EVEN_SO: Readonly<Record<'even-so', CommandOption>> = {
  'even-so': {
    type: 'string',
    value: 'REASON',
    help: 'deploy although nobody could satisfy a rule, or two step-ups would be bound; REASON says why',
  },
}

const MAX_REASON = 300

/** Reads the reason of `--even-so`. @throws UserError where it says nothing */
export function readEvenSo(flag: string | boolean | undefined): string | undefined {
  if (flag === undefined) return undefined
  const reason = String(flag).trim()
  if (reason !== '' && reason.length <= MAX_REASON) return reason
  throw new UserError({
    where: '--even-so',
    message: 'is empty or too long',
    hint: `why it is right to go on, in at most ${MAX_REASON} characters`,
  })
}

/** Why a deploy stops, and how to go on; `undefined` where it does not. */
export function refusalText({ refusals }: Preflight, evenSo?: string): string | undefined {
  if (refusals.length === 0 || evenSo !== undefined) return undefined
  return [
    ...refusals.map(formatProblem),
    'Nothing was sent. Mend it in tenant.yaml, or deploy even so: --even-so REASON',
  ].join('\n')
}
