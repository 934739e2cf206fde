// An application to which a browser comes back from a login: a page that does nothing.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Application {
  readonly callback: string
  stop(): void
}

export async function startApplication(): Promise<Application> {
  const server = createServer((_request, response) => response.end('back')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    callback: `http://localhost:${(server.address() as AddressInfo).port}/callback`,
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
