// A sandbox tenant for the tests of this repository: that of everybody, with what only they ask for.
import {
  startSandbox as start,
  type Sandbox as PublicSandbox,
  type SandboxOptions,
} from '../../sandbox/tenant/start-sandbox.ts'

export type { SandboxOptions }

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

export interface Sandbox extends Pick<
  PublicSandbox,
  'domain' | 'certificate' | 'fetch' | 'process' | 'reset'
> {
  readonly clientId: string
  readonly clientSecret: string
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
  /** ends the process */
  stop(): Promise<void>
}

/** Starts a sandbox tenant and waits until it serves; rejects with its stderr when it does not. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await start({ tell: () => undefined, ...options })
  const { control, clock, faults } = sandbox
  return {
    ...sandbox,
    ...sandbox.managementCredentials,
    control: {
      faults: (plan) => faults.add(plan),
      clearFaults: faults.clear,
      requests: async () => (await control('GET', '/requests')) as LoggedRequest[],
      clearRequests: async () => {
        await control('DELETE', '/requests')
      },
      run: async (event) =>
        (await control('POST', '/triggers/post-login/run', { event })) as RunResult,
      now: async () => (await clock.now()).getTime(),
      advanceClock: clock.advance,
    },
    stop: sandbox.close,
  }
}
