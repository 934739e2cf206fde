import { fork, type ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { stop } from 'esbuild'
import type { Connection } from './connection.ts'
import { assetsOf, type Assets } from './deploy-cli-assets.ts'
import { explainDeployCliFailure } from './deploy-cli-failure.ts'
import type { Found } from './merging-fetch.ts'
import { NETWORK_VARIABLES, trustFlags } from './network.ts'
import type { SettingChange } from './plan.ts'
import { ownProgram } from '../terminal/own-program.ts'
import { importWhole } from './whole-import.ts'

// Nothing else reaches the child, which takes its configuration from its environment. Nor is
// AUTH0_ALLOW_DELETE set: version 8 takes the text `false` for true and empties `client_metadata`.
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'LANG']

/** What the child is told first; any message after it means that it is to write. */
export interface ChildTask {
  readonly assets: Assets
  readonly domain: string
  readonly accessToken: string
}

export type ChildAnswer =
  | { readonly is: 'ready' }
  | { readonly is: 'written'; readonly found: readonly Found[] }
  | { readonly is: 'failed'; readonly output: string; readonly section?: string }
  /** The engine is not as we know it: nothing was written. */
  | { readonly is: 'unknown'; readonly reason: string }

export interface ImportOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly interrupted: AbortSignal
  /** Says what is going on. */
  readonly progress: (text: string) => void
}

/** Settings that auth0-deploy-cli has accepted and not yet written. */
export interface PreparedSettings {
  /**
   * Writes them. That they were written has to be read.
   * @returns entities as they were right before they were changed
   * @throws UserError with what auth0-deploy-cli said when it fails
   */
  write(): Promise<readonly Found[]>
  /** Why the whole import writes them, which takes half a minute; absent where the engine does. */
  readonly wholeImport?: string
  /** Ends what was started, without a write. */
  discard(): void
}

const CHILD = ownProgram('scripts/tenant/deploy-cli-child.ts')

/**
 * Has auth0-deploy-cli check settings before anything is written. Its engine does both in a second or two; where the
 * installed version has another engine than we know, its whole import writes them.
 * @throws UserError with what it does not accept
 */
export async function prepareSettings(
  changes: readonly SettingChange[],
  connection: Connection,
  options: ImportOptions,
): Promise<PreparedSettings> {
  const { domain, accessToken } = connection
  // What has built the bundle is done, and need not wait in memory beside the child.
  await stop()
  const assets = assetsOf(changes)
  const env = childEnv(connection, options.env)
  const child = fork(CHILD.file, {
    // It loads a lot and then does little: garbage may be collected early.
    execArgv: [...trustFlags(options.env), '--max-semi-space-size=2', ...CHILD.nodeFlags],
    env,
    signal: options.interrupted,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const ask = asker(child, accessToken)
  const answer = await ask({ assets, domain, accessToken } satisfies ChildTask)
  if (answer.is === 'unknown') {
    child.disconnect()
    const wholeImport = `auth0-deploy-cli has another engine than is known here: ${answer.reason}`
    options.progress(`${wholeImport}; its whole import takes about 35 seconds`)
    return {
      wholeImport,
      write: () => importWhole(changes, { connection, env, interrupted: options.interrupted }),
      discard: () => undefined,
    }
  }
  return {
    write: async () => {
      const written = await ask('write')
      child.disconnect()
      return written.is === 'written' ? written.found : []
    },
    discard: () => {
      if (child.connected) child.disconnect()
    },
  }
}

type Ask = (message: ChildTask | 'write') => Promise<ChildAnswer>

async function textOf(stream: Readable | null): Promise<string> {
  return stream === null ? '' : text(stream)
}

/** @returns a function that sends a message and waits for its answer; throws UserError where there is none, or it failed */
function asker(child: ChildProcess, accessToken: string): Ask {
  // Aborting on Ctrl-C is no failure.
  child.on('error', () => undefined)
  const printed = Promise.all([child.stdout, child.stderr].map(textOf))
  return (message) =>
    new Promise((resolve, reject) => {
      const stage = message === 'write' ? 'write' : 'check'
      const fail = (failure: { readonly output: string; readonly section?: string }) => {
        // It waits for as long as it is connected.
        if (child.connected) child.disconnect()
        reject(explainDeployCliFailure({ ...failure, stage, secret: accessToken }))
      }
      const ended = () => void printed.then((texts) => fail({ output: texts.join('\n') }))
      child.once('close', ended)
      child.once('message', (answer: ChildAnswer) => {
        child.off('close', ended)
        if (answer.is === 'failed') fail(answer)
        else resolve(answer)
      })
      child.send(message)
    })
}

// It goes the way of the connection: to the tenant on this machine straight, to any other as the variables say.
function childEnv(
  { certificate }: Connection,
  env: ImportOptions['env'],
): Readonly<Record<string, string>> {
  const names = certificate === undefined ? [...INHERITED, ...NETWORK_VARIABLES] : INHERITED
  const inherited = names.flatMap((name) => {
    const value = env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return {
    ...Object.fromEntries(inherited),
    ...(certificate !== undefined && { NODE_EXTRA_CA_CERTS: certificate }),
  }
}
