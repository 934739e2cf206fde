import { spawn, type ChildProcess } from 'node:child_process'
import { node22 } from '../node22.ts'
import { hostCode, type HostCode } from './host-code.ts'
import type { FromHost, ToHost } from './host.ts'
import type { ActionRun, ActionRunEnd, DeployedAction } from './messages.ts'

export interface HostOptions {
  /** a directory of packages, which Actions may read */
  readonly packages?: string | undefined
  /** path of the tenant's own certificate, which Actions trust */
  readonly certificate?: string | undefined
}

/** What becomes of one run of an instance. */
export interface RunListener {
  readonly started: () => void
  readonly ended: (end: ActionRunEnd) => void
  /** the instance is of no more use */
  readonly gone: (reason: string) => void
}

/** One loaded Action in the host process. It serves one run at a time. */
export interface HostedInstance {
  run(run: ActionRun, listener: RunListener): void
  end(): void
}

/** The process in which Actions run. It is started by the first of them, and again after it has died. */
export interface ActionHost {
  /** @param gone called once, also when no run is under way */
  load(action: DeployedAction, gone: () => void): HostedInstance
  close(): Promise<void>
}

interface Loaded {
  listener: RunListener | undefined
  readonly gone: () => void
}

let built: HostCode | undefined

export function newActionHost({ packages, certificate }: HostOptions = {}): ActionHost {
  const instances = new Map<number, Loaded>()
  let host: ChildProcess | undefined
  let lastId = 0

  function start(): ChildProcess {
    built ??= hostCode()
    const code = built
    const flags = [
      '--permission',
      '--allow-worker',
      '--no-warnings',
      ...(packages === undefined ? [] : [`--allow-fs-read=${packages}/`]),
    ]
    const child = spawn(node22(), [...flags, '--eval', code.host], {
      env: certificate === undefined ? {} : { NODE_EXTRA_CA_CERTS: certificate },
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    child.send({ kind: 'code', worker: code.worker } satisfies ToHost)
    child.unref()
    child.channel?.unref()
    child.on('message', (message) => receive(message as FromHost))
    child.on('exit', () => {
      if (host === child) host = undefined
      for (const id of [...instances.keys()]) {
        receive({ id, kind: 'gone', reason: 'The execution failed: its process ended.' })
      }
    })
    return child
  }

  function receive(message: FromHost): void {
    const loaded = instances.get(message.id)
    if (loaded === undefined) return
    const { listener } = loaded
    switch (message.kind) {
      case 'started':
        listener?.started()
        return
      case 'ended':
        loaded.listener = undefined
        listener?.ended(message.end)
        return
      case 'gone':
        instances.delete(message.id)
        loaded.gone()
        listener?.gone(message.reason)
    }
  }

  function send(message: ToHost): void {
    host ??= start()
    // A host that has just died is told of by its exit.
    host.send(message, () => undefined)
  }

  return {
    load: (action, gone) => {
      lastId += 1
      const id = lastId
      const loaded: Loaded = { listener: undefined, gone }
      instances.set(id, loaded)
      send({ id, kind: 'load', action })
      return {
        run: (run, listener) => {
          loaded.listener = listener
          send({ id, kind: 'run', run })
        },
        end: () => {
          if (!instances.delete(id)) return
          loaded.gone()
          send({ id, kind: 'end' })
        },
      }
    },
    close: () =>
      new Promise((resolve) => {
        if (host === undefined) {
          resolve()
          return
        }
        // Whoever waits for its end must not end before.
        host.ref()
        host.once('exit', () => resolve()).kill('SIGKILL')
      }),
  }
}
