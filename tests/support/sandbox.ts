// Starts a sandbox tenant as a child process, as the commands of the project do.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Agent, fetch as undiciFetch } from 'undici'
import { TYPESCRIPT } from './typescript.ts'

const PROJECT = join(import.meta.dirname, '../..')
const MAIN = join(PROJECT, 'sandbox/tenant/main.ts')

export interface SandboxOptions {
  /** entities in the shape of Management API bodies */
  readonly seed?: object
  /** a state directory to go on with; without it a new one that `stop` removes */
  readonly state?: string
  /** the `/sandbox` endpoints; on unless `false` */
  readonly control?: boolean
  /** flags of Node, besides those that let it run TypeScript */
  readonly nodeFlags?: readonly string[]
}

export interface RunResult {
  outcome: 'continue' | 'denied' | 'challenge' | 'redirect' | 'error'
  reason?: string
  commands: { action: string; command: string; arguments: unknown[] }[]
  logs: { action: string; lines: string[] }[]
  accessToken: {
    addedScopes: string[]
    removedScopes: string[]
    customClaims: Record<string, unknown>
  }
  idToken: { customClaims: Record<string, unknown> }
  mfa?: unknown
}

export interface LoggedRequest {
  method: string
  path: string
  query: string
  status: number
}

export interface Sandbox {
  /** `localhost:PORT` */
  readonly domain: string
  /** path of the certificate, for NODE_EXTRA_CA_CERTS */
  readonly certificate: string
  readonly clientId: string
  readonly clientSecret: string
  readonly state: string
  readonly process: ChildProcess
  /** trusts the certificate; a path is taken from the tenant's origin */
  readonly fetch: typeof globalThis.fetch
  readonly control: {
    faults(plan: object): Promise<void>
    clearFaults(): Promise<void>
    requests(): Promise<LoggedRequest[]>
    clearRequests(): Promise<void>
    run(event: object): Promise<RunResult>
    /** the time of the tenant, in milliseconds since the epoch */
    readonly now: () => Promise<number>
    readonly advanceClock: (seconds: number) => Promise<void>
  }
  /** ends the process, and removes a state directory that was made for it */
  stop(): Promise<void>
}

/** Starts a sandbox tenant and waits until it serves; rejects with its stderr when it does not. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const state = options.state ?? mkdtempSync(join(tmpdir(), 'sandbox-'))
  const flags = ['--state', state, '--while-stdin-open']
  if (options.control !== false) flags.push('--control')
  if (options.seed !== undefined) {
    mkdirSync(state, { recursive: true })
    const seed = join(state, 'seed.json')
    writeFileSync(seed, JSON.stringify(options.seed))
    flags.push('--seed', seed)
  }
  const nodeFlags = [...TYPESCRIPT, ...(options.nodeFlags ?? [])]
  const child = spawn(process.execPath, [...nodeFlags, MAIN, ...flags], { stdio: 'pipe' })
  const ready = JSON.parse(await firstLine(child)) as {
    domain: string
    certificate: string
    clientId: string
    clientSecret: string
  }
  const dispatcher = new Agent({ connect: { ca: readFileSync(ready.certificate) } })
  const origin = `https://${ready.domain}`
  const fetch = ((input: string | URL, init?: object) =>
    undiciFetch(new URL(input, origin), {
      ...init,
      dispatcher,
    })) as unknown as typeof globalThis.fetch

  async function control(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${origin}/sandbox${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} /sandbox${path}: ${response.status} ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }

  return {
    ...ready,
    state,
    process: child,
    fetch,
    control: {
      faults: async (plan) => {
        await control('POST', '/faults', plan)
      },
      clearFaults: async () => {
        await control('DELETE', '/faults')
      },
      requests: async () => (await control('GET', '/requests')) as LoggedRequest[],
      clearRequests: async () => {
        await control('DELETE', '/requests')
      },
      run: async (event) =>
        (await control('POST', '/triggers/post-login/run', { event })) as RunResult,
      now: async () => Date.parse(((await control('GET', '/clock')) as { now: string }).now),
      advanceClock: async (advanceSeconds) => {
        await control('POST', '/clock', { advanceSeconds })
      },
    },
    stop: async () => {
      await dispatcher.destroy()
      await ended(child)
      if (options.state === undefined) rmSync(state, { recursive: true, force: true })
    },
  }
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let complaint = ''
    child.stderr?.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
    child.on('exit', (code) => reject(new Error(`the sandbox ended with ${code}: ${complaint}`)))
    if (child.stdout) createInterface({ input: child.stdout }).once('line', resolve)
  })
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve()
      return
    }
    child.once('exit', () => resolve())
    child.stdin?.end()
  })
}
