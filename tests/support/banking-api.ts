// Fabrikam's API on a free port, and requests to it.
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { usedInMemory, type UsedTokens } from '../../express/used-tokens.ts'
import { newApi, type ApiOptions } from '../../sandbox/fabrikam/api.ts'
import { newBank, type Bank } from '../../sandbox/fabrikam/bank.ts'
import { parseChallenges, type Challenge } from './challenge.ts'

export interface Answer {
  readonly status: number
  readonly body: unknown
  /** of `WWW-Authenticate`, where the answer has one */
  readonly challenges?: readonly Challenge[]
}

export interface BankingApi {
  readonly url: string
  accounts(token?: string): Promise<Answer>
  /** @param order the body; a valid one unless given */
  transfer(token?: string, order?: unknown): Promise<Answer>
  /** Sends any request, such as one with a token elsewhere than in the header. */
  send(path: string, init?: RequestInit): Promise<Answer>
  stop(): Promise<void>
}

export const ORDER = { to: 'Rent', amount: 1200 }

/** Serves the API on loopback. Its money does not run out: each transfer is the first of its customer. */
export async function serveApi(options: ApiOptions): Promise<BankingApi> {
  const bank: Bank = {
    accounts: (customer) => newBank().accounts(customer),
    transfer: (customer, amount) => newBank().transfer(customer, amount),
  }
  return serve(newApi({ bank, ...options }))
}

/** Serves an app with the paths of the API on loopback. */
export async function serve(app: RequestListener): Promise<BankingApi> {
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const send = async (path: string, init?: RequestInit): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, init)
    const header = response.headers.get('www-authenticate')
    return {
      status: response.status,
      body: await response.json(),
      ...(header !== null && { challenges: parseChallenges(header) }),
    }
  }
  const ask = (path: string, token?: string, body?: unknown): Promise<Answer> =>
    send(path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  return {
    url,
    accounts: (token) => ask('/accounts', token),
    transfer: (token, order = ORDER) => ask('/transfers', token, order),
    send,
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A memory of used tokens that began an hour ago, so that those issued now are surely new. */
export function memoryOfAnHour(): UsedTokens {
  let now = Date.now() - 3_600_000
  const used = usedInMemory(() => now)
  return {
    use: (token) => {
      now = Date.now()
      return used.use(token)
    },
  }
}
