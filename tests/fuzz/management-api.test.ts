import { readFileSync } from 'node:fs'
import { Agent, request as send } from 'node:https'
import { MANAGEMENT_ROUTES } from '../../sandbox/tenant/management/routes.ts'
import { obtainToken } from '../support/sandbox-request.ts'
import { startSandbox, type Sandbox } from '../support/sandbox.ts'
import { exampleSeed } from '../support/seed.ts'
import { fuzz } from './fuzz.ts'
import { requests, textOf, type FuzzRequest } from './management-requests.ts'

// Over a socket and not by `fetch`, which would put a strange path right before it is sent.

interface Answer {
  readonly status: number
  readonly text: string
}

interface Target {
  readonly sandbox: Sandbox
  readonly agent: Agent
  readonly token: string
}

/** A tenant that has seen so many inputs is full of what they left there. */
const INPUTS_PER_TENANT = 150

let target: Target | undefined
let inputs = 0

afterAll(() => end())

async function start(): Promise<Target> {
  const sandbox = await startSandbox({ seed: exampleSeed() })
  const agent = new Agent({ ca: readFileSync(sandbox.certificate), keepAlive: true })
  return { sandbox, agent, token: await obtainToken(sandbox) }
}

async function end(): Promise<void> {
  target?.agent.destroy()
  await target?.sandbox.stop()
  target = undefined
  inputs = 0
}

function ask(
  { sandbox, agent, token }: Target,
  sent: Pick<FuzzRequest, 'method' | 'path'> & Partial<FuzzRequest>,
): Promise<Answer> {
  const { method, path, query, headers, body } = sent
  const [host, port] = sandbox.domain.split(':')
  const text = body && textOf(body)
  return new Promise((resolve, reject) => {
    const message = send({
      agent,
      host,
      port,
      method,
      path: query ? `${path}?${query}` : path,
      headers: {
        authorization: `Bearer ${token}`,
        ...(text && { 'content-type': 'application/json' }),
        ...headers,
        'content-length': Buffer.byteLength(text ?? ''),
      },
    })
    message.on('error', reject).on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('error', reject).on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() })
      })
    })
    message.end(text)
  })
}

/** Puts what is there in the place of `{…}`, as the list before it says. */
async function withSegments(to: Target, { path, segments }: FuzzRequest): Promise<string> {
  const parts: string[] = []
  const rest = [...segments]
  for (const part of path.split('/')) {
    const segment = part.startsWith('{') ? (rest.shift() ?? 0) : part
    parts.push(typeof segment === 'string' ? segment : await idAt(to, parts.join('/'), segment))
  }
  return parts.join('/')
}

async function idAt(to: Target, path: string, place: number): Promise<string> {
  const { text } = await ask(to, { method: 'GET', path })
  const answer = JSON.parse(text) as object
  const list = [answer, ...(Object.values(answer) as unknown[])].find(Array.isArray)
  const item = (list?.[place % list.length] ?? {}) as Readonly<Record<string, string>>
  const id = item['client_id'] ?? item['user_id'] ?? item['id'] ?? item['name'] ?? 'post-login'
  return encodeURIComponent(id)
}

const ERROR_FIELDS = ['error', 'errorCode', 'message', 'statusCode']

/** What is wrong with an answer: it must be JSON, and of Auth0's form where it refuses. */
function faultOf({ status, text }: Answer): string | undefined {
  // What the sandbox does not emulate it refuses by name.
  const isRefused = status === 501 && text.includes('"errorCode":"not_emulated"')
  if (status >= 500) return isRefused ? undefined : `${status}: ${text}`
  if (status === 204) return text === '' ? undefined : `204 with ${text}`
  // What is deleted in its own time has nothing to tell.
  if (status === 202 && text === '') return undefined
  const body = JSON.parse(text) as Record<string, unknown>
  if (status < 300) return undefined
  const strangers = Object.keys(body).filter((each) => !ERROR_FIELDS.includes(each))
  const isForm =
    strangers.length === 0 &&
    body['statusCode'] === status &&
    typeof body['error'] === 'string' &&
    typeof body['message'] === 'string'
  return isForm ? undefined : `${status} in another form: ${text}`
}

/** By an address, which is a parameter: no list by itself. */
const BY_EMAIL = '/api/v2/users-by-email'

const isList = ({ method, path }: { readonly method: string; readonly path: string }) =>
  method === 'GET' && !path.includes('{') && path !== BY_EMAIL

/** What a tenant has one of, or none, as a new one has. */
const NONE_AT_FIRST = new Set([
  '/api/v2/branding/templates/universal-login',
  '/api/v2/branding/themes/default',
  '/api/v2/emails/provider',
])

/** The lists that the tenant no longer gives. */
async function lostLists(to: Target): Promise<readonly string[]> {
  const lost: string[] = []
  for (const route of MANAGEMENT_ROUTES.filter(isList)) {
    const { status } = await ask(to, route)
    if (status !== (NONE_AT_FIRST.has(route.path) ? 404 : 200))
      lost.push(`${route.path}: ${status}`)
  }
  return lost
}

async function check(sent: readonly FuzzRequest[]): Promise<void> {
  if (inputs++ === INPUTS_PER_TENANT) await end()
  const to = (target ??= await start())
  for (const request of sent) {
    const path = await withSegments(to, request)
    const answer = await ask(to, { ...request, path })
    if (path.startsWith('/api/v2/')) expect(faultOf(answer)).toBeUndefined()
    else expect(answer.status).toBeLessThan(500)
  }
  expect(await lostLists(to)).toEqual([])
}

fuzz('management-api', {
  inputs: requests,
  // What a failing input has done to a tenant must not fail the next one.
  check: (sent) =>
    check(sent).catch(async (error: unknown) => {
      await end()
      throw error
    }),
})
