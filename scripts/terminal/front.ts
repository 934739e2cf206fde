import { orExplained, runCommand, type Command, type ExitCode, type Nearest } from './command.ts'
import { jsonText } from './printable.ts'
import { typed } from './typed.ts'
import { UserError } from './user-error.ts'

/** A command that reads its flags itself. */
export type Program = (argv: readonly string[]) => Promise<ExitCode>

/** The commands by their names. */
export type Commands = Readonly<
  Record<string, { readonly purpose: string; readonly load: () => Promise<Command | Program> }>
>

export interface Front {
  readonly commands: Commands
  /** They run like the others, and nobody is told of them. */
  readonly hidden: Commands
  readonly versions: () => Promise<{ readonly package: string; readonly engine: string }>
  /** What to tell of a word that is none of the known ones. */
  readonly suggest: (word: string, known: readonly string[]) => Promise<string>
  readonly nearest: Nearest
}

/** Runs the command that is named first, and loads nothing of the others. */
export async function runFront(argv: readonly string[], front: Front): Promise<void> {
  const [name = '--help', ...rest] = asHelpFlag(
    argv.map((word) => (word === '-h' ? '--help' : word)),
  )
  const known = new Map(Object.entries({ ...front.commands, ...front.hidden }))
  const command = known.get(name)
  if (command === undefined) {
    await orExplained(argv, () => answer(name, rest, front))
    return
  }
  const loaded = await command.load()
  if (typeof loaded === 'function') await orExplained(argv, () => loaded(rest))
  else await runCommand(loaded, rest, front.nearest)
}

// `step-up help plan` is what many tools call `step-up plan --help`.
function asHelpFlag(argv: readonly string[]): readonly string[] {
  const [first, command, ...rest] = argv
  return first === 'help' && command !== undefined ? [command, '--help', ...rest] : argv
}

async function answer(name: string, rest: readonly string[], front: Front): Promise<ExitCode> {
  const { commands } = front
  switch (name) {
    case '--help':
    case 'help':
      process.stdout.write(overview(commands))
      return 0
    case 'version':
    case '--version': {
      const versions = await front.versions()
      const text = `auth0-step-up ${versions.package}, engine ${versions.engine}`
      const told = { version: 1, ...versions }
      process.stdout.write(`${rest.includes('--json') ? jsonText(told, 2) : text}\n`)
      return 0
    }
    default:
      throw name.startsWith('-')
        ? await flagFirst([name, ...rest], front)
        : new UserError({
            message: `no command \`${name}\``,
            hint: await front.suggest(name.toLowerCase(), Object.keys(commands)),
          })
  }
}

async function flagFirst(argv: readonly string[], front: Front): Promise<UserError> {
  const [flag = '', ...others] = argv
  const alone = flag.toLowerCase() === '-v' ? '--version' : undefined
  const meant = alone ?? (await front.nearest(flag, ['--help', '--version']))
  if (meant !== undefined) {
    return new UserError({
      message: `unknown flag \`${flag}\``,
      hint: `did you mean \`${meant}\`?`,
    })
  }
  const command = others.find((word) => Object.hasOwn(front.commands, word))
  const flags = argv.filter((word) => word !== command)
  return new UserError({
    where: flag,
    message: 'the command comes first, and its flags after it',
    hint: `such as: ${typed(command ?? 'plan', flags.join(' '))}`,
  })
}

function overview(commands: Commands): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length))
  return [
    'step-up COMMAND [flags]',
    'Step-up authentication for Auth0: a policy file, and the Action that enforces it.',
    '',
    ...Object.entries(commands).map(([name, { purpose }]) => `  ${name.padEnd(width)}  ${purpose}`),
    '',
    'step-up COMMAND --help lists the flags of a command; step-up --version names this version.',
    'exit codes: 0 done, 1 could not, 2 looked and the answer is no',
    '',
  ].join('\n')
}
