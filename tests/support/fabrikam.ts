// Starts Fabrikam's programs as `npm start` does: child processes that are told everything by variables.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { TYPESCRIPT } from './typescript.ts'

const PROJECT = join(__dirname, '../..')

export interface RunningApp {
  readonly url: string
  /** All that it has said on stderr */
  said(): string
  stop(): Promise<void>
}

/** What a program says that does not start, and how it ends. */
export interface FailedApp {
  readonly stderr: string
  readonly code: number | null
}

export type Program = 'api' | 'agent/mcp' | 'spa' | 'web-app'
type Variables = Readonly<Record<string, string>>

/** Starts a program on any free port and waits until it answers. */
export async function startApp(program: Program, variables: Variables): Promise<RunningApp> {
  const outcome = await tryToStart(program, { PORT: '0', ...variables })
  if ('url' in outcome) return outcome
  throw new Error(`${program} ended with ${String(outcome.code)}: ${outcome.stderr}`)
}

/** Starts a program that may refuse to. */
export async function tryToStart(
  program: Program,
  variables: Variables,
): Promise<RunningApp | FailedApp> {
  const main = join(PROJECT, `sandbox/fabrikam/${program}-main.ts`)
  const child = spawn(process.execPath, [...TYPESCRIPT, main, '--while-stdin-open'], {
    env: { PATH: process.env['PATH'], ...variables },
    stdio: 'pipe',
  })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const ended = once(child, 'close')
  const ready = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>
  const first = await Promise.race([ready, ended.then(() => undefined)])
  if (first === undefined) return { stderr, code: child.exitCode }
  const { url } = JSON.parse(first[0]) as { readonly url: string }
  return {
    url,
    said: () => stderr,
    stop: async () => {
      child.stdin.end()
      await ended
    },
  }
}

/** Orders a transfer of the API with a token. @returns the status, and the error that it names */
export async function transferWith(
  token: string,
  { url }: Pick<RunningApp, 'url'>,
): Promise<{ readonly status: number; readonly error: string | undefined }> {
  const response = await fetch(`${url}/transfers`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ to: 'Rent', amount: 1200 }),
  })
  const { error } = (await response.json()) as { readonly error?: string }
  return { status: response.status, error }
}
