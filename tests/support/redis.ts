// A Redis of the test's own: Debian's server on a free port, without persistence.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'
import { freePort } from './free-port.ts'

export interface Redis {
  readonly url: string
  /** Makes it silent without closing a connection, as a network that drops packets does. */
  pause(): void
  resume(): void
  stop(): Promise<void>
}

/** Starts `redis-server` and waits until it takes connections. */
export async function startRedis(port?: number, more: readonly string[] = []): Promise<Redis> {
  const taken = port ?? (await freePort())
  const where = ['--port', String(taken), '--bind', '127.0.0.1']
  const flags = [...where, '--save', '', '--dir', tmpdir(), ...more]
  const child = spawn('redis-server', flags, { stdio: ['ignore', 'pipe', 'inherit'] })
  await ready(child)
  return {
    url: `redis://127.0.0.1:${taken}`,
    pause: () => child.kill('SIGSTOP'),
    resume: () => child.kill('SIGCONT'),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}

async function ready(child: ChildProcess): Promise<void> {
  if (child.stdout === null) throw new Error('output is not piped')
  const failed = once(child, 'error').then(([error]) => {
    throw error instanceof Error ? error : new Error('redis-server does not start')
  })
  const lines = createInterface({ input: child.stdout })
  const accepted = new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => line.includes('Ready to accept connections') && resolve())
    lines.on('close', () => reject(new Error('redis-server ended before it was ready')))
  })
  await Promise.race([accepted, failed])
}
