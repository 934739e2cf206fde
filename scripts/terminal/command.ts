import { once } from 'node:events'
import { createInterface } from 'node:readline/promises'
import { styleText } from 'node:util'
import { fileTrouble, reasonOf } from './file-trouble.ts'
import { readFlags, type Flags } from './flags.ts'
import { assertNoneKeptByNpm } from './kept-by-npm.ts'
import { jsonText, printableLines } from './printable.ts'
import { existingFolder, findProject, fromProject, fromProjectIfThere } from './project.ts'
import { withVariables } from './tenant-flags.ts'
import { typed } from './typed.ts'
import { formatProblem, UserError, type Problem } from './user-error.ts'

/** 0 done, 1 could not, 2 looked and the answer is no. The same for every command. */
export type ExitCode = 0 | 1 | 2

export type { Flags }

/** What a command knows of the process it runs in: results to stdout, progress to stderr. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborted on Ctrl-C, just before the process ends: whoever starts a child process ends it here. */
  readonly interrupted: AbortSignal
  /** Prints the result: `text` for people, `value` as JSON under `--json`. */
  readonly result: (text: string, value: unknown) => void
  /** Says what whoever decides has to know before the result; on stderr. */
  readonly note: (lines: readonly string[]) => void
  /** Says what is happening now; silent unless stderr is a terminal. */
  readonly progress: (text: string) => void
  /** Asks a question and waits for a line; `undefined` where nobody is at the terminal. */
  readonly ask: (question: string) => Promise<string | undefined>
  /** Marks text when stdout is a colour terminal; returns it unchanged otherwise. */
  readonly paint: (style: 'bold' | 'dim' | 'green' | 'red' | 'yellow', text: string) => string
}

export interface CommandOption {
  readonly type: 'string' | 'boolean'
  readonly help: string
  /** Taken as ever, and not shown. */
  readonly isOld?: boolean
  /** Shown in the usage after the flag, e.g. `NAME`. `FILE` is a path: it is meant from where the command is called. */
  readonly value?: string
}

export interface Command {
  readonly name: string
  readonly summary: string
  /** When it ends with 2, if it ever does. */
  readonly saysNo?: string
  readonly options: Readonly<Record<string, CommandOption>>
  /** An argument without a flag, at most one, such as `REF`: handed to `run` as a flag of that name. */
  readonly positional?: string
  /** Where it runs: in the folder of a project, or in any. */
  readonly runsIn?: 'any-folder'
  run(flags: Flags, terminal: Terminal): Promise<ExitCode>
}

/** The known word that another is probably meant to be. */
export type Nearest = (word: string, known: readonly string[]) => Promise<string | undefined>

const COMMON: Record<string, CommandOption> = {
  project: {
    type: 'string',
    value: 'DIR',
    help: 'the folder of the project; if left out, the nearest above that has a policy',
  },
  json: { type: 'boolean', help: 'print the result as JSON' },
  help: { type: 'boolean', help: 'print this help' },
}

/**
 * Runs one command: parses the flags, prints its result, and sets the exit code of the process.
 * A {@link UserError} is printed as its problems; anything else is a defect and keeps its stack.
 */
export async function runCommand(
  command: Command,
  argv: readonly string[],
  nearest: Nearest,
): Promise<void> {
  await orExplained(argv, async (print) => {
    const options = { ...command.options, ...COMMON }
    const interrupted = endOnInterruption()
    const { name, positional } = command
    const named = await readFlags(argv, { command: name, options, positional, nearest })
    if (named['help'] === true) {
      print(usage(command, options))
      return 0
    }
    assertNoneKeptByNpm({ command: name, options, flags: named, env: process.env })
    const flags = enterProject(command, options, named)
    const env = withVariables(process.env, flags)
    const terminal = terminalFor({ print, json: flags['json'] === true, env, interrupted })
    return command.run(flags, terminal)
  })
}

/**
 * Does what sets the exit code of the process, which is 1 where it fails: a failure is explained on stderr, and by
 * `--json` on stdout too, in place of the result.
 */
export async function orExplained(
  argv: readonly string[],
  act: (print: Print) => Promise<ExitCode>,
): Promise<void> {
  const stdout = watchedStdout()
  // Where nobody can be told, the work goes on.
  process.stderr.on('error', () => undefined)
  try {
    const exitCode = await act(stdout.print)
    process.exitCode = stdout.isLost ? 1 : exitCode
  } catch (error) {
    clearProgress()
    process.exitCode = 1
    process.stderr.write(`${printableLines(describeFailure(error))}\n`)
    const isAsked = argv.includes('--json') && !stdout.isUsed
    if (isAsked)
      stdout.print(
        `${jsonText(versioned({ problems: knownProblems(error) ?? [{ message: DEFECT }] }), 2)}\n`,
      )
  }
}

/** Writes to stdout. */
export type Print = (text: string) => void

type Options = Readonly<Record<string, CommandOption>>

// From here on the project is the current folder, and what was named elsewhere is called from there.
function enterProject(
  command: Command,
  options: Options,
  { project: named, ...flags }: Flags,
): Flags {
  const called = process.cwd()
  const folder = named === undefined ? undefined : String(named)
  const place = {
    called,
    project:
      command.runsIn === 'any-folder'
        ? existingFolder(folder ?? '.', called)
        : findProject(folder, called),
  }
  process.chdir(place.project)
  const entries = Object.entries(flags).map(([name, value]) => {
    if (typeof value !== 'string') return [name, value] as const
    if (['FILE', 'PATH'].includes(options[name]?.value ?? ''))
      return [name, fromProject(place, value)] as const
    return [name, name === command.positional ? fromProjectIfThere(place, value) : value] as const
  })
  return Object.fromEntries(entries) as Flags
}

function usage(command: Command, options: Options): string {
  const rows = Object.entries(options)
    .filter(([, { isOld }]) => isOld !== true)
    .map(
      ([name, { value, help }]) =>
        [`--${name}${value === undefined ? '' : ` ${value}`}`, help] as const,
    )
  const width = Math.max(...rows.map(([flag]) => flag.length))
  return [
    typed(
      command.name,
      `${command.positional === undefined ? '' : `[${command.positional}] `}[flags]`,
    ),
    command.summary,
    '',
    ...rows.map(([flag, help]) => `  ${flag.padEnd(width)}  ${help}`),
    '',
    `exit codes: 0 done, 1 could not${command.saysNo === undefined ? '' : `, 2 ${command.saysNo}`}`,
    '',
  ].join('\n')
}

// The exit codes are those of a shell: 128 and the number of the signal.
function endOnInterruption(): AbortSignal {
  const interruption = new AbortController()
  const end = (exitCode: number) => () => {
    interruption.abort()
    clearProgress()
    process.exit(exitCode)
  }
  process.once('SIGINT', end(130)).once('SIGTERM', end(143))
  return interruption.signal
}

function watchedStdout() {
  const stdout = {
    isLost: false,
    isUsed: false,
    print: (text: string) => {
      stdout.isUsed = true
      process.stdout.write(text)
    },
  }
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // The reader may have seen enough of the result, as `head` has.
    if (error.code === 'EPIPE' || stdout.isLost) return
    stdout.isLost = true
    process.exitCode = 1
    process.stderr.write(
      `stdout: the result cannot be written: ${reasonOf(error)}\n  only the output is lost: what the command was to change is changed\n`,
    )
  })
  return stdout
}

function terminalFor({
  print,
  json,
  env,
  interrupted,
}: { readonly print: Print; readonly json: boolean } & Pick<
  Terminal,
  'env' | 'interrupted'
>): Terminal {
  return {
    env,
    interrupted,
    result(text, value) {
      clearProgress()
      print(json ? `${jsonText(versioned(value), 2)}\n` : `${text}\n`)
    },
    note(lines) {
      clearProgress()
      for (const line of lines) process.stderr.write(`${line}\n`)
    },
    progress(text) {
      if (!process.stderr.isTTY) return
      clearProgress()
      // A line that wraps could not be cleared.
      const { columns } = process.stderr
      process.stderr.write(columns > 0 ? text.slice(0, columns - 1) : text)
    },
    async ask(question) {
      if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined
      clearProgress()
      const lines = createInterface({ input: process.stdin, output: process.stderr })
      // While it waits, Ctrl-C is a key that readline reads, and no signal.
      lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'))
      // Ctrl-D answers nothing; some versions of Node throw then, and others only close.
      const unanswered = once(lines, 'close').then(() => '')
      try {
        return (await Promise.race([lines.question(question).catch(() => ''), unanswered])).trim()
      } finally {
        lines.close()
      }
    },
    paint(style, text) {
      const plain = json || !process.stdout.isTTY || process.env['NO_COLOR'] !== undefined
      return plain ? text : styleText(style, text)
    },
  }
}

/** Every result names the version of its form, so that a program can tell when it changes. */
function versioned(value: unknown): unknown {
  assertNumbersHold(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const form = { version: 1, ...value } as const
  if (typeof form.version !== 'number') throw new Error('the version of a form is a number')
  return form
}

// JSON would write null for these, and its readers round what is larger.
function assertNumbersHold(value: unknown): void {
  if (typeof value === 'number') {
    const isHeld = Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value)
    if (!isHeld) throw new Error(`JSON cannot hold the number ${value}`)
  } else if (typeof value === 'object' && value !== null) {
    for (const each of Object.values(value)) assertNumbersHold(each)
  }
}

function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[2K')
}

const DEFECT = 'this is a defect of auth0-step-up, please report it'

function describeFailure(error: unknown): string {
  const known = knownProblems(error)
  if (known !== undefined) return known.map(formatProblem).join('\n')
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `${DEFECT}:\n${detail}`
}

/** What whoever typed the command can mend. */
function knownProblems(error: unknown): readonly Problem[] | undefined {
  if (error instanceof UserError) return error.problems
  const trouble = fileTrouble(error)
  return trouble && [trouble]
}
