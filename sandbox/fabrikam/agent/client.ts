// An agent with a human behind it: the client of the MCP package as it is, and a browser to which it sends its user.
import {
  UnauthorizedError,
  type OAuthClientProvider,
} from '@modelcontextprotocol/sdk/client/auth.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'

export interface Agent {
  /** Calls a tool; where the server asks for more, has the user authorize it, at most twice, and calls again. */
  call(tool: string, parameters?: Record<string, unknown>): Promise<unknown>
  /** Calls a tool and gives up where the server asks for more. */
  callOnce(tool: string, parameters?: Record<string, unknown>): Promise<unknown>
  /** The scopes that were asked for, one authorization after the other. */
  readonly asked: string[]
  /** The access tokens so far. */
  readonly tokens: string[]
  close(): Promise<void>
}

export interface AgentOptions {
  readonly url: string
  readonly clientId: string
  readonly redirectUri: string
  readonly audience: string
  /** Trusts the certificate of the tenant. */
  readonly fetch: typeof globalThis.fetch
  /** What the user does in the browser. @returns the code; @throws where it does not come to one */
  readonly authorize: (url: URL) => Promise<string | undefined>
}

export async function newAgent(options: AgentOptions): Promise<Agent> {
  const asked: string[] = []
  const tokens: string[] = []
  let saved: Awaited<ReturnType<OAuthClientProvider['tokens']>>
  let verifier = ''
  let code: string | undefined

  const provider: OAuthClientProvider = {
    redirectUrl: options.redirectUri,
    clientMetadata: { redirect_uris: [options.redirectUri] },
    clientInformation: () => ({ client_id: options.clientId }),
    tokens: () => saved,
    saveTokens: (got) => {
      saved = got
      tokens.push(got.access_token)
    },
    saveCodeVerifier: (given) => {
      verifier = given
    },
    codeVerifier: () => verifier,
    redirectToAuthorization: async (url) => {
      asked.push(url.searchParams.get('scope') ?? '')
      // Auth0 finds the API by its own parameter, unless the tenant takes `resource` for it.
      url.searchParams.set('audience', options.audience)
      code = await options.authorize(url)
    },
  }
  const newTransport = () =>
    new StreamableHTTPClientTransport(new URL(options.url), {
      authProvider: provider,
      fetch: options.fetch,
    })
  const newClient = () => new Client({ name: 'agent', version: '1.0.0' })

  let transport = newTransport()
  let client = newClient()
  /** Does it again once the user has been to the browser. */
  async function withUser<T>(
    act: () => Promise<T>,
    onCode: () => Promise<void>,
    patience = 2,
  ): Promise<T> {
    try {
      return await act()
    } catch (error) {
      const isAsked = error instanceof UnauthorizedError && code !== undefined
      if (!isAsked || code === undefined || patience === 0) throw error
      const given = code
      code = undefined
      await transport.finishAuth(given)
      await onCode()
      return withUser(act, onCode, patience - 1)
    }
  }
  await withUser(
    () => client.connect(transport as Parameters<typeof client.connect>[0]),
    () => {
      transport = newTransport()
      client = newClient()
      return Promise.resolve()
    },
  )
  const callOnce = async (name: string, parameters: Record<string, unknown> = {}) => {
    const { content, isError } = await client.callTool({ name, arguments: parameters })
    const [first] = content as readonly { readonly text: string }[]
    if (isError === true) throw new Error(first?.text)
    return JSON.parse(first?.text ?? '') as unknown
  }
  return {
    asked,
    tokens,
    callOnce,
    call: (tool, parameters) =>
      withUser(
        () => callOnce(tool, parameters),
        () => Promise.resolve(),
      ),
    close: () => client.close(),
  }
}
