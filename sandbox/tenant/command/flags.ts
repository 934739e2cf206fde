import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { closest, distance } from 'fastest-levenshtein'
import { SandboxError } from '../sandbox-error.ts'

/** Fixed, so that the addresses in an application's settings and the trust of a browser stay. */
export const DEFAULT_PORT = 4480

export interface Flags {
  readonly port: number
  /** `-`: one line of JSON on stdin */
  readonly seed: string | undefined
  readonly isWatching: boolean
  /** what the clock shows at the start, in milliseconds since the epoch */
  readonly clockMs: number | undefined
  /** a directory in which the tenant is kept; without it the tenant ends with its process */
  readonly state: string | undefined
  /** the certificate of the user's sandboxes, or one for this process alone */
  readonly certificate: 'kept' | 'new'
  readonly control: 'on' | 'off'
  /** ends with stdin, and is silent: who has started it is a program */
  readonly whileStdinOpen: boolean
}

export const USAGE = `step-up sandbox [flags], or npm run sandbox -- [flags] in its repository
Starts the sandbox tenant: an emulated Auth0, for development only. Ctrl-C ends it.

  --port N      port on localhost; ${DEFAULT_PORT} unless given, 0 for a free one
  --seed FILE   what the tenant is filled with, YAML or JSON (docs/sandbox.md)
  --watch       begins anew when the seed or the code of an Action in it is saved
  --clock TIME  what the clock shows at the start, such as 2026-03-01T12:00:00Z
  --state DIR   keeps the tenant in a directory from start to start; the seed fills it once
  --control     adds the endpoints under /sandbox, for tests: faults, clock, reset
  --help        prints this help
`

const OPTIONS = {
  port: { type: 'string', default: String(DEFAULT_PORT) },
  seed: { type: 'string' },
  watch: { type: 'boolean', default: false },
  clock: { type: 'string' },
  state: { type: 'string' },
  'new-certificate': { type: 'boolean', default: false },
  control: { type: 'boolean', default: false },
  'while-stdin-open': { type: 'boolean', default: false },
} as const

/** Reads the flags, but for `--help`, which the entry answers. @throws SandboxError with the first that is wrong */
export function readFlags(argv: readonly string[]): Flags {
  let values
  try {
    values = parseArgs({
      args: [...argv],
      options: OPTIONS,
    }).values
  } catch (error) {
    const [message = ''] = (error as Error).message.split('. ')
    throw new SandboxError(`${message.replaceAll("'", '`')}; ${meantIn(message)}`)
  }
  if (values.watch && (values.seed ?? '-') === '-') {
    throw new SandboxError('`--watch` needs a file to watch: name it by `--seed FILE`')
  }
  if (values.watch && values.state !== undefined) {
    throw new SandboxError(
      '`--watch` fills the tenant anew, `--state` keeps what is in it: leave one of them out',
    )
  }
  return {
    port: readPort(values.port),
    seed: values.seed,
    isWatching: values.watch,
    clockMs: values.clock === undefined ? undefined : readTime(values.clock),
    state: values.state === undefined ? undefined : resolve(values.state),
    certificate: values['new-certificate'] ? 'new' : 'kept',
    control: values.control ? 'on' : 'off',
    whileStdinOpen: values['while-stdin-open'],
  }
}

function meantIn(message: string): string {
  const [, word] = /^Unknown option '--([^']+)'/.exec(message) ?? []
  const nearest = word === undefined ? '' : closest(word, Object.keys(OPTIONS))
  return word !== undefined && distance(word, nearest) <= 2
    ? `did you mean \`--${nearest}\`?`
    : 'see `--help`'
}

function readPort(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new SandboxError(`\`${text}\` is not a port: give \`--port\` a number from 0 to 65535`)
  }
  return port
}

/** Without its zone a time would be another one on each machine. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/

// To JavaScript 2026-02-30 is the second of March.
function isDay(text: string): boolean {
  const ms = Date.parse(text)
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text)
}

function readTime(text: string): number {
  const ms = TIME.test(text) && isDay(text.slice(0, 10)) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms)) {
    throw new SandboxError(
      `\`${text}\` is not a time: write \`--clock\` such as 2026-03-01T12:00:00Z`,
    )
  }
  return ms
}
