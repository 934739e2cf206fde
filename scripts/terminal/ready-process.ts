import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { ownProgram } from './own-program.ts'
import { UserError, type Problem } from './user-error.ts'

/** A program of this repository as a process of its own, which has said that it is ready. */
export interface ReadyProcess<Ready> {
  readonly ready: Ready
  /** Settles when the process has ended, whoever ended it, with the last line of its complaints. */
  readonly ended: Promise<string>
  /** Ends the process and waits for its end. */
  stop(): Promise<void>
}

export interface Program {
  /** Its entry, from the root of this repository. */
  readonly main: string
  readonly flags?: readonly string[]
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Ends it, whatever state it is in. */
  readonly interrupted: AbortSignal
  /** Told each line of its stderr, as it comes. */
  readonly onLine?: ((line: string) => void) | undefined
  /** What to tell the user when it ends before it is ready. */
  failure(reason: string): Problem
}

/**
 * Starts a program that prints one line of JSON when it is ready. It ends with this process, however that
 * ends, because it watches its standard input.
 * @throws UserError with the program's own words when it does not get ready
 */
export async function startProcess<Ready>(program: Program): Promise<ReadyProcess<Ready>> {
  const { main, flags = [], env = process.env, interrupted, onLine } = program
  const { nodeFlags, file } = ownProgram(main)
  const child = spawn(process.execPath, [...nodeFlags, file, ...flags, '--while-stdin-open'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env,
    signal: interrupted,
  })
  // Aborting on Ctrl-C is no failure.
  child.on('error', () => undefined)
  const closed = once(child, 'close')
  let last = ''
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (isSentence(line)) last = line
    onLine?.(line)
  })
  const ended = closed.then(() => last)
  for await (const line of createInterface({ input: child.stdout })) {
    return {
      ready: JSON.parse(line) as Ready,
      ended,
      stop: async () => {
        child.stdin.end()
        await closed
      },
    }
  }
  throw new UserError(program.failure((await ended) || 'it gave no reason'))
}

// Of a crash the message, not the stack, the fields and the version that Node prints after it.
function isSentence(line: string): boolean {
  return !/^(\s|\}|Node\.js v|$)/.test(line)
}
