// Every operation of the SDK's Management client, found by calling each of its methods once.
import { ManagementClient } from 'auth0'

export interface Operation {
  readonly method: string
  /** below `/api/v2`, with `{}` for each identifier */
  readonly path: string
}

/** What each argument is; no path of the API has a segment of this name. */
const ARGUMENT = 'x'

/** @param send answers the requests; what it answers to is collected */
export async function callEveryOperation(
  send: (url: URL, init: RequestInit) => Promise<Response>,
): Promise<readonly Operation[]> {
  const found = new Map<string, Operation>()
  const client = new ManagementClient({
    domain: 'tenant.example',
    token: () => Promise.resolve('token'),
    maxRetries: 0,
    fetch: async (input, init = {}) => {
      const url = new URL(input instanceof Request ? input.url : input)
      const { method = 'GET' } = init
      const path = url.pathname.replace('/api/v2', '').replaceAll(`/${ARGUMENT}`, '/{}')
      found.set(`${method} ${path}`, { method, path })
      return send(url, init)
    },
  })
  for (const call of methodsOf(client)) {
    // A refusal is an answer; what the SDK makes of the argument is its own affair.
    await call(ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT).catch(() => undefined)
  }
  return [...found.values()]
}

type Call = (...args: readonly string[]) => Promise<unknown>

function methodsOf(client: object): readonly Call[] {
  const names = new Set<string>()
  for (
    let level: object | null = client;
    level !== null && level !== Object.prototype;
    level = Object.getPrototypeOf(level) as object | null
  ) {
    for (const name of Object.getOwnPropertyNames(level)) names.add(name)
  }
  const members = [...names]
    .filter((name) => name !== 'constructor' && !name.startsWith('_'))
    .map((name) => (client as Record<string, unknown>)[name])
  return members.flatMap((member) => {
    if (typeof member === 'function') {
      return [async (...args) => (member as Call).apply(client, [...args])]
    }
    const isClient = typeof member === 'object' && member?.constructor.name.endsWith('Client')
    return isClient === true ? methodsOf(member as object) : []
  })
}
