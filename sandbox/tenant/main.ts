// Entry of the sandbox tenant: a process that serves one state directory until it is told to stop.
import { writeFileSync } from 'node:fs'
import type { Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { newActionRunner } from './action-runtime/action-runner.ts'
import { newCertificate } from './certificate.ts'
import { installMovableClock } from './clock.ts'
import { newFaults } from './faults.ts'
import { moveToDomain, newTenant } from './new-tenant.ts'
import { newOidcState } from './oidc/oidc-state.ts'
import { newPackages, type Packages } from './packages.ts'
import { newRequestLog } from './request-log.ts'
import { SandboxError } from './sandbox-error.ts'
import { readSeedFile } from './seed-file.ts'
import { plantSeed } from './seed.ts'
import { newServer } from './server.ts'
import { lockState } from './state-lock.ts'
import { Store } from './store.ts'
import type { TenantState } from './state.ts'
import type { Tenant } from './tenant.ts'

interface Flags {
  readonly state: string
  readonly port: number
  readonly seed: string | undefined
  readonly control: 'on' | 'off'
  readonly whileStdinOpen: boolean
}

await main().catch((error: unknown) => {
  const text =
    error instanceof SandboxError
      ? error.message
      : `this is a defect of the sandbox:\n${error instanceof Error ? (error.stack ?? '') : String(error)}`
  process.stderr.write(`sandbox: ${text}\n`)
  process.exit(1)
})

async function main(): Promise<void> {
  const flags = readFlags()
  const unlock = lockState(flags.state)
  process.on('exit', unlock)
  const packages = newPackages()
  const store =
    Store.open(flags.state) ?? Store.create(flags.state, await firstState(flags.seed, packages))
  const certificate = await newCertificate()
  const certificateFile = join(flags.state, 'certificate.pem')
  writeFileSync(certificateFile, certificate.certificate)
  const runner = newActionRunner({
    certificate: certificateFile,
    packages: packages.directory,
  })
  const tenant: Tenant = {
    get domain() {
      return store.state.domain
    },
    store,
    runner,
    packages,
    faults: newFaults(),
    requests: newRequestLog(),
    oidc: newOidcState(),
    report: (line) => void process.stderr.write(`sandbox: ${printable(line)}\n`),
    ...(flags.control === 'on' ? installMovableClock() : { now: Date.now }),
  }
  const server = newServer(tenant, { certificate, control: flags.control })
  const port = await listen(server, flags.port)
  const domain = `localhost:${port}`
  if (store.state.domain !== domain) store.update((state) => moveToDomain(state, domain))

  const stop = (): void => {
    server.close()
    server.closeAllConnections()
    void runner.close().then(() => process.exit(0))
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  if (flags.whileStdinOpen) process.stdin.on('end', stop).on('error', stop).resume()

  process.stderr.write('sandbox: an emulated tenant, for development only\n')
  process.stdout.write(`${JSON.stringify(ready(store, certificateFile))}\n`)
}

async function firstState(seed: string | undefined, packages: Packages): Promise<TenantState> {
  return seed === undefined ? newTenant() : plantSeed(newTenant(), readSeedFile(seed), packages)
}

function ready({ state }: Store, certificate: string): object {
  const client = state.clients.find(({ client_id }) => client_id === state.managementClientId)
  if (client === undefined) {
    throw new SandboxError(
      'the management client of this tenant has been deleted; start with another state',
    )
  }
  return {
    domain: state.domain,
    certificate,
    clientId: client.client_id,
    clientSecret: client.client_secret,
  }
}

/** Actions print what they like, a terminal must not obey it. */
function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd')
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolvePort, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isBusy = error.code === 'EADDRINUSE'
      reject(isBusy ? new SandboxError(`port ${port} is in use by another process`) : error)
    })
    server.listen({ port, host: '127.0.0.1' }, () => {
      resolvePort((server.address() as AddressInfo).port)
    })
  })
}

function readFlags(): Flags {
  let values
  try {
    values = parseArgs({
      options: {
        state: { type: 'string' },
        port: { type: 'string', default: '0' },
        seed: { type: 'string' },
        control: { type: 'boolean', default: false },
        'while-stdin-open': { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    throw new SandboxError((error as Error).message)
  }
  const port = Number(values.port)
  if (values.state === undefined) throw new SandboxError('the flag `--state DIR` is missing')
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new SandboxError(`\`${values.port}\` is not a port`)
  }
  return {
    state: resolve(values.state),
    port,
    seed: values.seed,
    control: values.control ? 'on' : 'off',
    whileStdinOpen: values['while-stdin-open'],
  }
}
