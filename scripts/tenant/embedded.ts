import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isFree } from '../terminal/free-port.ts'
import { assertInstalled, FOR_SANDBOX } from '../terminal/needed-packages.ts'
import { startProcess, type ReadyProcess } from '../terminal/ready-process.ts'
import type { Access } from './connection.ts'
import { SANDBOX } from './environment.ts'
import { typed } from '../terminal/typed.ts'

/** The sandbox tenant as a running process. Its state stays in the state folder. */
export interface EmbeddedTenant extends Omit<ReadyProcess<ReadyLine>, 'ready'> {
  readonly access: Access
}

/** The one line that the sandbox prints when it is ready. */
interface ReadyLine {
  readonly domain: string
  readonly certificate: string
  readonly clientId: string
  readonly clientSecret: string
}

/** What the tenant is filled with when it is new, unless the environment names a seed: users, and every factor on. */
export const SEED_FILE = resolve(import.meta.dirname, 'embedded-seed.json')

/** The users of the example, and an Action of another team. */
export const EXAMPLE_SEED_FILE = resolve(import.meta.dirname, '../../sandbox/fabrikam/seed.json')

interface EmbeddedOptions {
  readonly seed?: string | undefined
  readonly control: 'on' | 'off'
  readonly onLine?: (line: string) => void
}

const STATE_FOLDER = '.sandbox'

const PORT_FILE = join(STATE_FOLDER, 'port')

/**
 * Starts the tenant that is embedded in this repository, with its state in `.sandbox`.
 * @param options.seed what it is filled with when it is new
 * @param options.control the sandbox's own endpoints, through which Actions can be run outside a login
 * @param options.onLine told what the tenant reports, such as what its Actions print
 * @throws UserError with its own words when it does not start, and where its packages are not installed
 */
export async function startEmbeddedTenant(
  interrupted: AbortSignal,
  { seed = SEED_FILE, control, onLine }: EmbeddedOptions,
): Promise<EmbeddedTenant> {
  assertInstalled('the sandbox tenant', FOR_SANDBOX)
  keepOutOfGit(STATE_FOLDER)
  const { ready, ...tenant } = await startProcess<ReadyLine>({
    main: 'sandbox/tenant/main.ts',
    flags: [
      ...['--port', await portOfLastTime(), '--state', resolve(STATE_FOLDER), '--seed', seed],
      ...(control === 'on' ? ['--control'] : []),
    ],
    interrupted,
    onLine,
    failure: (reason) => ({
      message: `the sandbox tenant does not start: ${reason}`,
      hint: reason.includes('in use by process')
        ? `another \`${typed('start')}\` or \`${typed('deploy')}\` is running: end it first`
        : reason.includes(seed)
          ? `\`seed\` in the environment \`${SANDBOX}\` names it`
          : `its state is in ${STATE_FOLDER}: delete the folder to begin anew`,
    }),
  })
  const { domain, certificate, clientId, clientSecret } = ready
  writeFileSync(PORT_FILE, new URL(`https://${domain}`).port)
  return { ...tenant, access: { domain, certificate, credentials: { clientId, clientSecret } } }
}

/** Browsers know a certificate that they were asked about, and some only where they met it. @returns `0` for any port */
async function portOfLastTime(): Promise<string> {
  if (!existsSync(PORT_FILE)) return '0'
  const port = readFileSync(PORT_FILE, 'utf8')
  return /^[1-9]\d{3,4}$/.test(port) && Number(port) <= 65_535 && (await isFree(Number(port)))
    ? port
    : '0'
}

/** The tenant's keys and secrets are in it. */
function keepOutOfGit(folder: string): void {
  const file = join(folder, '.gitignore')
  if (existsSync(file)) return
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(file, '*\n')
}
