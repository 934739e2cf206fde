import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { EnvironmentError, readEnvironment, type Environment } from './environment.ts'

/** An app that is ready to answer, and what it holds open. */
export interface App {
  readonly listener: RequestListener
  close?(): void
}

export interface Program {
  readonly name: string
  /** Where the app listens unless `PORT` says otherwise. */
  readonly port: number
  /** @param baseUrl where browsers find it, such as `http://localhost:3000` */
  readonly start: (environment: Environment, baseUrl: string) => App | Promise<App>
}

/**
 * Runs one app as this process, on loopback, until it is told to stop; with `--while-stdin-open` until its
 * standard input ends. Prints one line of JSON, `{name, url}`, when it answers.
 */
export async function runApp({ name, port, start }: Program): Promise<void> {
  try {
    const flags = readFlags()
    const environment = readEnvironment(process.env)
    const server = createServer()
    const taken = await listen(server, environment.port(port))
    const url = environment.url('BASE_URL') ?? `http://localhost:${taken}`
    const app = await start(environment, url)
    server.on('request', app.listener)

    const stop = (): void => {
      app.close?.()
      server.close()
      server.closeAllConnections()
      process.exit(0)
    }
    process.on('SIGTERM', stop).on('SIGINT', stop)
    if (flags.whileStdinOpen) process.stdin.on('end', stop).on('error', stop).resume()
    process.stdout.write(`${JSON.stringify({ name, url })}\n`)
  } catch (error) {
    const isTheirs = error instanceof EnvironmentError
    const text = isTheirs ? error.message : `this is a defect:\n${(error as Error).stack ?? ''}`
    process.stderr.write(`${name}: ${text}\n`)
    process.exit(1)
  }
}

function readFlags(): { readonly whileStdinOpen: boolean } {
  try {
    const { values } = parseArgs({ options: { 'while-stdin-open': { type: 'boolean' } } })
    return { whileStdinOpen: values['while-stdin-open'] === true }
  } catch (error) {
    throw new EnvironmentError((error as Error).message)
  }
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isBusy = error.code === 'EADDRINUSE'
      reject(isBusy ? new EnvironmentError(`port ${port} is in use by another process`) : error)
    })
    server.listen({ port, host: '127.0.0.1' }, () => {
      resolve((server.address() as AddressInfo).port)
    })
  })
}
