import type { Disabling } from '../policy/disable-rule.ts'
import type { CommandOption, Flags } from '../terminal/command.ts'
import { UserError } from '../terminal/user-error.ts'

/** The flags that stop enforcing a rule. */
export const DISABLING: Readonly<Record<'disable' | 'reason' | 'until', CommandOption>> = {
  disable: {
    type: 'string',
    value: 'RULE',
    help: 'stop enforcing a rule: write that into the policy file, and deploy it',
  },
  reason: {
    type: 'string',
    value: 'TEXT',
    help: 'with --disable: why, for the reviewers of the policy',
  },
  until: {
    type: 'string',
    value: 'DATE',
    help: 'with --disable: the day from which it is enforced again, YYYY-MM-DD',
  },
}

/**
 * Reads from the flags of a deploy which rule is not to be enforced; `undefined` where all are.
 * @throws UserError for flags that do not go together
 */
export function readDisabling(flags: Flags): Disabling | undefined {
  const { disable, reason = '', until = '', plan } = flags
  if (disable === undefined) {
    const [first, ...rest] = ['reason', 'until']
      .filter((name) => flags[name] !== undefined)
      .map((name) => ({
        where: `--${name}`,
        message: 'has no effect without `--disable`',
        hint: 'name the rule that is not to be enforced: `--disable RULE`',
      }))
    if (first !== undefined) throw new UserError(first, ...rest)
    return undefined
  }
  if (plan !== undefined) {
    throw new UserError({
      where: '--plan',
      message: 'cannot be used with `--disable`',
      hint: 'the saved plan is of the policy in which the rule is enforced: leave it out',
    })
  }
  return { rule: String(disable), reason: String(reason), until: String(until) }
}
