// The command: a sandbox tenant that serves until it is told to stop.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newActionRunner } from '../action-runtime/action-runner.ts'
import { newCertificate } from '../certificate.ts'
import { installMovableClock } from '../clock.ts'
import { keptCertificate, userStateFolder, type CertificateFile } from '../kept-certificate.ts'
import { newTenant } from '../new-tenant.ts'
import { newSigningKey } from '../oidc/signing-key.ts'
import { newPackages, type Packages } from '../packages.ts'
import { SandboxError } from '../sandbox-error.ts'
import { readSeedFile, seedOf, type SeedFile } from '../seed-file.ts'
import { plantSeed } from '../seed.ts'
import { newServer } from '../server.ts'
import { newServing, type Surroundings } from '../serving.ts'
import { lockState } from '../state-lock.ts'
import type { TenantState } from '../state.ts'
import { Store } from '../store.ts'
import type { Flags } from './flags.ts'
import { introduction } from './introduction.ts'
import { readFirstLine } from './first-line.ts'
import { readyLine } from './ready-line.ts'
import { watchSeed } from './watch-seed.ts'

/** A folder, a disk or a port that its user may not have. */
const REFUSED_BY_MACHINE = ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'ENOTDIR', 'EEXIST']

/**
 * Runs the sandbox until it is told to stop. Stdout gets one line of JSON when it is ready, stderr all else.
 *
 * @returns the exit code: 0 done, 1 could not
 */
export async function runSandbox(flags: Flags): Promise<0 | 1> {
  const undo: (() => unknown)[] = []
  try {
    await serve(flags, (end) => void undo.push(end))
    return 0
  } catch (error) {
    const { code = '', message, stack } = error as NodeJS.ErrnoException
    if (error instanceof SandboxError) tell(message)
    else if (REFUSED_BY_MACHINE.includes(code)) tell(`this machine refuses it: ${message}`)
    else
      process.stderr.write(`sandbox: this is a defect of the sandbox:\n${stack ?? String(error)}\n`)
    return 1
  } finally {
    for (const end of undo.reverse()) await end()
  }
}

/** @param atEnd takes what is to be done when all is over, however it ends */
async function serve(flags: Flags, atEnd: (end: () => unknown) => void): Promise<void> {
  if (flags.state !== undefined) atEnd(lockState(flags.state))
  const certificate = await certificateOf(flags, atEnd)
  const clock =
    flags.control === 'on' || flags.clockMs !== undefined
      ? installMovableClock(flags.clockMs)
      : undefined
  const packages = newPackages()
  const blank = newTenant()
  const signingKey = newSigningKey()
  const grow = async (seed: SeedFile | undefined): Promise<TenantState> => ({
    ...(await growTenant(blank, seed, packages)),
    signingKey: await signingKey,
  })
  const surroundings: Surroundings = { packages, clock, report: tell }
  const known = flags.state === undefined ? undefined : Store.open(flags.state)
  const seed = known === undefined ? await readSeed(flags.seed, atEnd) : undefined
  const store = known ?? newStore(flags.state, await grow(seed))
  const runner = newActionRunner({
    certificate: certificate.file,
    packages: packages.directory,
  })
  const serving = newServing(store, runner, surroundings)
  atEnd(() => serving.close())
  const server = newServer(serving.tenant, { certificate, control: flags.control })
  const port = await listen(server, flags.port)
  atEnd(() => closeServer(server))
  serving.begin(`localhost:${port}`)
  if (flags.isWatching && flags.seed !== undefined && seed !== undefined) {
    const watcher = watchSeed(flags.seed, seed, {
      changed: async (changed) => serving.restart(await grow(changed)),
      tell,
    })
    atEnd(() => watcher.close())
  }

  tell('an emulated tenant, for development only')
  const ready = readyLine(serving.tenant().store.state, certificate.file)
  if (!flags.whileStdinOpen) process.stderr.write(introduction(ready, seed))
  process.stdout.write(`${JSON.stringify(ready)}\n`)
  await untilStopped(flags, atEnd)
}

/** INVARIANT: of one process all tenants have the same keys and the same management client. */
function growTenant(
  blank: TenantState,
  seed: SeedFile | undefined,
  packages: Packages,
): Promise<TenantState> {
  const state = structuredClone(blank)
  return seed === undefined
    ? Promise.resolve(state)
    : plantSeed(state, seed, { packages, report: tell })
}

function newStore(directory: string | undefined, state: TenantState): Store {
  return directory === undefined ? Store.inMemory(state) : Store.create(directory, state)
}

async function readSeed(
  seed: string | undefined,
  atEnd: (end: () => unknown) => void,
): Promise<SeedFile | undefined> {
  if (seed !== '-') return seed === undefined ? undefined : readSeedFile(seed)
  // An open stdin, once it is read, would keep the process.
  atEnd(() => process.stdin.destroy())
  try {
    return seedOf(JSON.parse(await readFirstLine(process.stdin)))
  } catch {
    throw new SandboxError('`--seed -` needs one line of JSON on stdin')
  }
}

/** A tenant that is kept has its certificate beside it; of one that is new at each start, no key is kept. */
async function certificateOf(
  flags: Flags,
  atEnd: (end: () => unknown) => void,
): Promise<CertificateFile> {
  if (flags.certificate === 'kept') return keptCertificate(flags.state ?? userStateFolder())
  const folder = flags.state ?? mkdtempSync(join(tmpdir(), 'sandbox-'))
  if (flags.state === undefined) atEnd(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'certificate.pem')
  const certificate = await newCertificate()
  writeFileSync(file, certificate.certificate)
  return { ...certificate, file }
}

function untilStopped(
  { whileStdinOpen }: Flags,
  atEnd: (end: () => unknown) => void,
): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => resolve()
    process.on('SIGTERM', stop).on('SIGINT', stop)
    // Stdin has been left alone until now, so that its end is not missed.
    if (whileStdinOpen) process.stdin.on('end', stop).on('error', stop).resume()
    atEnd(() => {
      process.off('SIGTERM', stop).off('SIGINT', stop)
      if (whileStdinOpen) process.stdin.off('end', stop).destroy()
    })
  })
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isBusy = error.code === 'EADDRINUSE'
      const reason = `port ${port} is in use by another process: choose another by \`--port\``
      reject(isBusy ? new SandboxError(reason) : error)
    })
    server.listen({ port, host: '127.0.0.1' }, () => {
      resolve((server.address() as AddressInfo).port)
    })
  })
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

function tell(text: string): void {
  for (const line of text.split('\n')) process.stderr.write(`sandbox: ${printable(line)}\n`)
}

/** Actions print what they like, a terminal must not obey it. */
function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd')
}
