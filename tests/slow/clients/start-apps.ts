// The process in which the apps of the matrix run.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { TYPESCRIPT } from '../../support/typescript.ts'
import type { Setting } from './apps/setting.ts'

export interface Apps {
  /** What each app was told, and where it is. */
  readonly settings: readonly (Setting & { readonly isPage: boolean })[]
  stop(): Promise<void>
}

/** @param certificate path of the one that the apps are to trust */
export async function startApps(
  settings: readonly Omit<Setting, 'baseUrl'>[],
  certificate: string,
): Promise<Apps> {
  const main = join(__dirname, 'apps/server/main.ts')
  const child = spawn(process.execPath, [...TYPESCRIPT, main], {
    env: {
      PATH: process.env['PATH'],
      NODE_EXTRA_CA_CERTS: certificate,
      SETTINGS: JSON.stringify(settings),
    },
    stdio: 'pipe',
  })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const ended = once(child, 'close')
  const ready = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>
  const first = await Promise.race([ready, ended.then(() => undefined)])
  if (first === undefined) throw new Error(`the apps have ended: ${stderr}`)
  return {
    settings: JSON.parse(first[0]) as Apps['settings'],
    stop: async () => {
      child.stdin.end()
      await ended
    },
  }
}
