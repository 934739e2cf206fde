import { typed } from './typed.ts'
import { UserError } from './user-error.ts'

/** Flags of ours that npm has too: of these nobody can tell which was meant. */
const ALSO_OF_NPM = ['json', 'yes', 'help']

interface Called {
  readonly command: string
  readonly options: Readonly<Record<string, { readonly type: string; readonly value?: string }>>
  /** The flags that reached the command. */
  readonly flags: Readonly<Record<string, string | boolean | undefined>>
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * `npm run verify --env=acme`, without ` -- `, gives the flag to npm: the command would look at the
 * sandbox instead, and sound reassuring. npm hands on what it kept as `npm_config_env`.
 * @throws UserError with the command that hands the flags over
 */
export function assertNoneKeptByNpm({ command, options, flags, env }: Called): void {
  if (env['npm_lifecycle_event'] === undefined) return
  const kept = Object.entries(options).flatMap(([name, { type, value = '' }]) => {
    const given = env[`npm_config_${name.replaceAll('-', '_')}`] ?? ''
    if (given === '' || flags[name] !== undefined || isOfNpm(name, given)) return []
    const isSwitch = type === 'boolean' || given === 'true'
    return [
      { flag: `--${name}`, whole: isSwitch ? `--${name} ${value}`.trim() : `--${name} ${given}` },
    ]
  })
  if (kept.length === 0) return
  throw new UserError({
    message: `${command}: npm kept ${kept.map(({ flag }) => `\`${flag}\``).join(', ')} for itself, so the command was not told`,
    hint: `type: ${typed(command, kept.map(({ whole }) => whole).join(' '))}`,
  })
}

// A scope of npm, such as `@acme`, may be in anybody's .npmrc; it has no colon.
function isOfNpm(name: string, given: string): boolean {
  return ALSO_OF_NPM.includes(name) || (name === 'scope' && !given.includes(':'))
}
