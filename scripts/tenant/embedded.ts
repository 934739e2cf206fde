import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { UserError } from '../terminal/user-error.ts'
import type { Access } from './connection.ts'

/** The sandbox tenant as a running process. */
export interface EmbeddedTenant {
  readonly access: Access
  /** Ends the process. What the tenant has become stays in the state folder. */
  stop(): Promise<void>
}

/** The one line that the sandbox prints when it is ready. */
interface ReadyLine {
  readonly domain: string
  readonly certificate: string
  readonly clientId: string
  readonly clientSecret: string
}

const ROOT = resolve(import.meta.dirname, '../..')
const STATE_FOLDER = '.sandbox'

/**
 * Starts the tenant that is embedded in this repository, with its state in `.sandbox`. It ends with this
 * process, however that ends, because it watches its standard input.
 * @throws UserError with its own words when it does not start
 */
export async function startEmbeddedTenant(interrupted: AbortSignal): Promise<EmbeddedTenant> {
  const flags = ['--state', resolve(STATE_FOLDER), '--control', '--while-stdin-open']
  const seed = ['--seed', resolve(ROOT, 'sandbox/fabrikam/seed.json')]
  const main = resolve(ROOT, 'sandbox/tenant/main.ts')
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), main, ...flags, ...seed],
    { stdio: ['pipe', 'pipe', 'pipe'], signal: interrupted },
  )
  // Aborting on Ctrl-C is no failure.
  child.on('error', () => undefined)
  const closed = once(child, 'close')
  const complaints = text(child.stderr)
  for await (const line of createInterface({ input: child.stdout })) {
    const { domain, certificate, clientId, clientSecret } = JSON.parse(line) as ReadyLine
    return {
      access: { domain, certificate, credentials: { clientId, clientSecret } },
      stop: async () => {
        child.stdin.end()
        await closed
      },
    }
  }
  const reason = (await complaints).trim().split('\n').at(-1)
  throw new UserError({
    message: `the sandbox tenant does not start: ${reason ?? 'it gave no reason'}`,
    hint: `its state is in ${STATE_FOLDER}: delete the folder to begin anew`,
  })
}
