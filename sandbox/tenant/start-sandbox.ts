// A sandbox tenant for a test suite: a process of its own, so that its clock is its own and nothing of it is left.
import { spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Agent, fetch as undiciFetch } from 'undici'
import type { Execution } from './action-runtime/messages.ts'
import type { ReadyLine } from './command/ready-line.ts'
import type { FaultPlan } from './faults.ts'
import type { Message } from './mfa/message.ts'
import { node22, notInstalled } from './node22.ts'
import type { Person } from './person.ts'

export interface SandboxOptions {
  /** what the tenant is filled with: the path of a seed, or what would be in it */
  readonly seed?: string | object
  /** a free one unless given */
  readonly port?: number
  /** what the clock shows at the start and after each reset; the time of the machine unless given */
  readonly clock?: Date | string
  /** a directory in which the tenant is kept; without it nothing of the tenant is left */
  readonly state?: string
  /** whether there are the endpoints under `/sandbox`, without which this can but start and end; yes unless `false` */
  readonly control?: boolean
  /** told which settings are kept without effect, and of defects of the sandbox; the stderr of this process unless given */
  readonly tell?: (line: string) => void
  /** flags of Node */
  readonly nodeFlags?: readonly string[]
}

export interface Sandbox {
  /** `localhost:PORT` */
  readonly domain: string
  /** `https://localhost:PORT/` */
  readonly issuer: string
  /** path, for NODE_EXTRA_CA_CERTS */
  readonly certificate: string
  /** of the client that may do everything at the Management API */
  readonly managementCredentials: { readonly clientId: string; readonly clientSecret: string }
  /** trusts the certificate; a path is taken from the tenant's origin */
  readonly fetch: typeof globalThis.fetch
  /** Sends a request to an endpoint under `/sandbox`. @returns the body of the answer */
  readonly control: (method: string, path: string, body?: object) => Promise<unknown>
  /** the users, with the one-time passwords that their authenticator apps show now */
  readonly users: () => Promise<readonly Person[]>
  /** the messages that were sent since the start, newest first */
  readonly inbox: () => Promise<readonly SentMessage[]>
  /** the newest runs of Actions, newest first: what each has printed and asked for, and what came of it */
  readonly executions: () => Promise<readonly Execution[]>
  readonly clock: {
    readonly now: () => Promise<Date>
    readonly advance: (seconds: number) => Promise<void>
    /** to a time that is yet to come */
    readonly set: (time: Date | string) => Promise<void>
  }
  readonly faults: {
    readonly add: (plan: FaultPlan) => Promise<void>
    readonly clear: () => Promise<void>
  }
  /** Makes everything as it was at the start: entities, sessions, logs, Actions and what they keep, clock, faults. */
  readonly reset: () => Promise<void>
  /** Ends the tenant, and waits until it has ended. */
  readonly close: () => Promise<void>
  readonly process: ChildProcess
}

export interface SentMessage extends Omit<Message, 'sentAtMs' | 'expiresAtMs'> {
  /** ISO 8601 */
  readonly sentAt: string
  readonly expiresAt: string
}

// In the package there is no TypeScript to be run.
const MAIN = import.meta.filename.endsWith('.ts')
  ? join(import.meta.dirname, 'main.ts')
  : join(import.meta.dirname, '../../lib/sandbox/tenant/main.js')

/**
 * Starts a sandbox tenant and waits until it serves. It ends with this process, however that ends.
 *
 * @throws Error with what the sandbox says when it does not start
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { seed, nodeFlags = [], tell = (line) => void process.stderr.write(`${line}\n`) } = options
  const child = spawn(node22(), [...nodeFlags, MAIN, ...flagsOf(options)], { stdio: 'pipe' })
  // Of a sandbox that does not start its words tell more than the pipe that it has closed.
  child.stdin.on('error', () => undefined)
  if (typeof seed === 'object') child.stdin.write(`${JSON.stringify(seed)}\n`)
  const complaints: string[] = []
  let isDefect = false
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (complaints.length < 100) complaints.push(line)
    // Of a defect the lines that follow are the rest.
    if (line.startsWith('sandbox: ')) isDefect = line.startsWith('sandbox: this is a defect')
    if (isDefect || NOTES.test(line)) tell(line)
  })
  const ready = await firstLine(child, complaints)
  const { domain, issuer, certificate, clientId, clientSecret } = ready
  const dispatcher = new Agent({ connect: { ca: readFileSync(certificate) } })
  const fetch = ((input: string | URL, init?: object) =>
    undiciFetch(new URL(input, issuer), {
      ...init,
      dispatcher,
    })) as unknown as typeof globalThis.fetch

  async function control(method: string, path: string, body?: object): Promise<unknown> {
    const json = { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    const response = await fetch(`/sandbox${path}`, { method, ...(body !== undefined && json) })
    const answer = await response.text()
    if (!response.ok) throw new Error(`${method} /sandbox${path}: ${response.status} ${answer}`)
    return answer === '' ? undefined : JSON.parse(answer)
  }

  return {
    domain,
    issuer,
    certificate,
    managementCredentials: { clientId, clientSecret },
    fetch,
    control,
    users: async () => (await control('GET', '/users')) as readonly Person[],
    inbox: async () => (await control('GET', '/inbox')) as readonly SentMessage[],
    executions: async () => (await control('GET', '/executions')) as readonly Execution[],
    clock: {
      now: async () => new Date(((await control('GET', '/clock')) as { now: string }).now),
      advance: async (advanceSeconds) => {
        await control('POST', '/clock', { advanceSeconds })
      },
      set: async (time) => {
        await control('POST', '/clock', { now: isoOf(time) })
      },
    },
    faults: {
      add: async (plan) => {
        await control('POST', '/faults', plan)
      },
      clear: async () => {
        await control('DELETE', '/faults')
      },
    },
    reset: async () => {
      await control('POST', '/reset')
    },
    close: async () => {
      await dispatcher.destroy()
      await end(child)
    },
    process: child,
  }
}

function flagsOf({ seed, port = 0, clock, state, control = true }: SandboxOptions): string[] {
  return [
    ...['--while-stdin-open', '--new-certificate', '--port', String(port)],
    ...(seed === undefined ? [] : ['--seed', typeof seed === 'string' ? seed : '-']),
    ...(clock === undefined ? [] : ['--clock', isoOf(clock)]),
    ...(state === undefined ? [] : ['--state', state]),
    ...(control ? ['--control'] : []),
  ]
}

function isoOf(time: Date | string): string {
  return typeof time === 'string' ? time : time.toISOString()
}

/** They concern every test; what Actions print is asked for by `executions()`. */
const NOTES = /^sandbox: (kept without effect|Actions of the trigger)/

async function firstLine(
  child: ChildProcessWithoutNullStreams,
  complaints: readonly string[],
): Promise<ReadyLine> {
  const ended = once(child, 'close')
  for await (const line of createInterface({ input: child.stdout })) {
    return JSON.parse(line) as ReadyLine
  }
  await ended
  const said = complaints.join('\n').trim()
  const [, missing] = /Cannot find (?:package|module) '([^'/.][^']*)'/.exec(said) ?? []
  throw new Error(missing === undefined ? said : notInstalled(missing))
}

/** Ends the sandbox by the end of its stdin, which it watches. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.stdin?.end()
  await ended
}
