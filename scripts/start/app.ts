import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { LoggedDecision } from '../fabrikam/decisions.ts'
import type { ExampleUser } from '../fabrikam/users.ts'
import type { Connection } from '../tenant/connection.ts'
import { listClients } from '../tenant/clients.ts'
import type { Ask, AskGroup } from './asks.ts'
import { page, type Answer } from './page.ts'

/** As the tenant of the sandbox knows the app. */
const NAME = 'Step-up start'

interface Circumstances {
  readonly connection: Connection
  readonly groups: readonly AskGroup[]
  readonly users: readonly ExampleUser[]
}

/** An app without a purpose of its own, for one person at this machine: it asks for what a policy protects. */
export interface OwnApp {
  readonly url: string
  /** Remembers what the Action has logged, so that the page can show it. */
  note(decision: LoggedDecision): void
  stop(): void
}

interface Pending {
  readonly ask: Ask
  readonly how: string
  readonly state: string
  readonly verifier: string
}

interface Tokens {
  readonly access_token?: string
  readonly id_token?: string
  readonly refresh_token?: string
  readonly scope?: string
  readonly error?: string
  readonly error_description?: string
}

/** Starts the app on a free port, as an application of the tenant. @throws ManagementError */
export async function startOwnApp({ connection, groups, users }: Circumstances): Promise<OwnApp> {
  const server = createServer((request, response) => void respond(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://localhost:${(server.address() as AddressInfo).port}`
  const client = await application(connection, url)
  const issuer = `https://${connection.domain}`
  const asks = groups.flatMap((group) => group.asks)
  let pending: Pending | undefined
  let answer: Omit<Answer, 'decisions'> | undefined
  let decisions: LoggedDecision[] = []
  let refreshToken: string | undefined

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, headers, body } = await route(request).catch((error: unknown): Reply => ({
      status: 500,
      headers: {},
      body: String(error),
    }))
    response.writeHead(status, headers).end(body)
  }

  async function route({ method = '', headers, url: path = '/' }: IncomingMessage): Promise<Reply> {
    const { pathname, searchParams } = new URL(path, url)
    // A name that leads here from elsewhere is none of ours.
    if (headers.host !== new URL(url).host) return { status: 421, headers: {} }
    const [, action = '', index = ''] = pathname.split('/')
    const ask = asks[Number(index)]
    switch (`${method} /${action}`) {
      case 'GET /':
        return shown()
      case 'GET /ask':
      case 'GET /silent':
        return redirect(ask === undefined ? '/' : begin(ask, action === 'silent'))
      case 'GET /callback':
        await finish(searchParams)
        return redirect('/')
      case 'POST /refresh':
        if (headers.origin === url) await refresh()
        return redirect('/')
      case 'GET /logout':
        answer = undefined
        refreshToken = undefined
        return redirect(`${issuer}/v2/logout?${query({ client_id: client.id, returnTo: url })}`)
      default:
        return { status: 404, headers: {} }
    }
  }

  function shown(): Reply {
    const canRefresh = refreshToken !== undefined
    const body = page({
      ...{ groups, users, canRefresh, tenantUrl: `${issuer}/` },
      answer: answer && { ...answer, decisions },
    })
    return { status: 200, headers: PAGE_HEADERS, body }
  }

  function begin(ask: Ask, isSilent: boolean): string {
    const [state, verifier] = [secret(), secret()]
    pending = { ask, how: isSilent ? 'silent' : 'in a browser', state, verifier }
    decisions = []
    return `${issuer}/authorize?${query({
      response_type: 'code',
      client_id: client.id,
      redirect_uri: `${url}/callback`,
      scope: ['openid', 'offline_access', ask.scope].filter(Boolean).join(' '),
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...(ask.audience !== undefined && { audience: ask.audience }),
      ...(ask.acr !== undefined && { acr_values: ask.acr }),
      ...(isSilent && { prompt: 'none' }),
    })}`
  }

  async function finish(given: URLSearchParams): Promise<void> {
    if (pending === undefined || given.get('state') !== pending.state) return
    const { ask, how, verifier } = pending
    pending = undefined
    const error = given.get('error')
    const tokens: Tokens =
      error === null
        ? await tokensFor({
            grant_type: 'authorization_code',
            code: given.get('code') ?? '',
            code_verifier: verifier,
            redirect_uri: `${url}/callback`,
          })
        : { error, error_description: given.get('error_description') ?? '' }
    if (tokens.error === undefined) refreshToken = tokens.refresh_token
    answer = { ask, how, ...told(tokens) }
  }

  async function refresh(): Promise<void> {
    if (refreshToken === undefined || answer === undefined) return
    decisions = []
    const { ask } = answer
    const tokens = await tokensFor({
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
      ...(ask.scope !== undefined && { scope: `openid ${ask.scope}` }),
    })
    refreshToken = tokens.refresh_token ?? refreshToken
    answer = { ask, how: 'by the refresh token', ...told(tokens) }
  }

  async function tokensFor(body: Readonly<Record<string, string>>): Promise<Tokens> {
    const response = await connection.fetch(`${issuer}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...body, client_id: client.id, client_secret: client.secret }),
    })
    return (await response.json()) as Tokens
  }

  return {
    url,
    note: (decision) => void decisions.push(decision),
    stop() {
      server.close()
      server.closeAllConnections()
    },
  }
}

interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
}

function redirect(location: string): Reply {
  return { status: 303, headers: { location } }
}

/** Claims of an ID token that tell of a step-up, and those that an Action adds, which have a namespace. */
const TOLD = /^(?:acr|amr|https:\/\/.*)$/

function told(tokens: Tokens): Omit<Answer, 'decisions' | 'ask' | 'how'> {
  const { error, error_description: description = '', id_token: idToken, scope } = tokens
  if (error !== undefined) {
    return { error: `${error}: ${description}`, granted: [], claims: {} }
  }
  const { scope: inToken } = claimsIn(tokens.access_token)
  const granted = typeof inToken === 'string' ? inToken : (scope ?? '')
  return {
    granted: granted.split(' ').filter(Boolean),
    claims: Object.fromEntries(
      Object.entries(claimsIn(idToken)).filter(([name]) => TOLD.test(name)),
    ),
  }
}

// Only shown: who goes by a token has to verify it.
function claimsIn(token = ''): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<
      string,
      unknown
    >
  } catch {
    return {}
  }
}

async function application({ management }: Connection, url: string) {
  const wanted = { callbacks: [`${url}/callback`], allowed_logout_urls: [url] }
  for await (const found of listClients(management, ['name', 'client_id', 'client_secret'])) {
    const { name, client_id: id = '', client_secret: secretOf = '' } = found
    if (name !== NAME) continue
    await management.clients.update(id, wanted)
    return { id, secret: secretOf }
  }
  const { client_id: id = '', client_secret: secretOf = '' } = await management.clients.create({
    name: NAME,
    app_type: 'regular_web',
    oidc_conformant: true,
    grant_types: ['authorization_code', 'refresh_token'],
    ...wanted,
  })
  return { id, secret: secretOf }
}

function query(parameters: Readonly<Record<string, string>>): string {
  return new URLSearchParams(parameters).toString()
}

function secret(): string {
  return randomBytes(32).toString('base64url')
}
