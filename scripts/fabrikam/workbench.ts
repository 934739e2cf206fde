// What the example's web app shows beside its pages: the policy, and what the Action has decided.
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { z } from 'zod'
import { POLICY_FILE } from '../tenant/desired.ts'
import { explainTenantError } from '../tenant/tenant-error.ts'
import { DIRECT } from '../tenant/network.ts'
import { UserError } from '../terminal/user-error.ts'
import type { LoggedDecision } from './decisions.ts'
import { rulesIn } from './policy-edit.ts'
import type { ExampleUser } from './users.ts'
import { redeploy, type Circumstances, type Redeployed } from './redeploy.ts'

/** An HTTP service on loopback for the one who has its key: a browser could be led to any port. */
export interface Workbench {
  readonly url: string
  readonly key: string
  /** Remembers a decision, so that a page can show it. */
  note(decision: LoggedDecision): void
}

const CHANGE = z.strictObject({
  rule: z.string().min(1).max(64),
  maxAge: z.number().int().min(0).max(86_400),
  factors: z.union([z.literal('any'), z.array(z.string().max(40)).min(1).max(10)]),
})

const MAX_BYTES = 10_000
const MAX_DECISIONS = 200

type Reply = readonly [status: number, body: object]

/** Starts it on a free port; it keeps no process from its end. */
export async function startWorkbench(
  circumstances: Circumstances & {
    readonly users: readonly ExampleUser[]
    /** The policy file as it was deployed */
    readonly policyText: string
  },
): Promise<Workbench> {
  const key = randomBytes(32).toString('base64url')
  const decisions: LoggedDecision[] = []
  let deploying = false
  let last: Omit<Redeployed, 'policyText'> | undefined
  // What the Action enforces: the file can be edited meanwhile.
  let live = circumstances.policyText

  async function answer(request: IncomingMessage): Promise<Reply> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    if (!isKey(request.headers.authorization, key)) return [401, { problem: 'no key' }]
    switch (`${request.method ?? ''} ${pathname}`) {
      case 'GET /policy':
        return [200, { file: POLICY_FILE, rules: rulesIn(live), isEdited: isEdited(live), last }]
      case 'GET /users':
        return [200, { users: circumstances.users.map(forVisitors) }]
      case 'GET /decisions': {
        const [from, until] = [searchParams.get('from'), searchParams.get('until')].map(Number)
        const isWithin = ({ atMs }: LoggedDecision) => atMs >= Number(from) && atMs <= Number(until)
        return [200, { decisions: decisions.filter(isWithin) }]
      }
      case 'PUT /policy':
        return deploy(await bodyOf(request))
      default:
        return [404, { problem: 'nothing here' }]
    }
  }

  async function deploy(body: unknown): Promise<Reply> {
    const change = CHANGE.safeParse(body)
    if (!change.success) return [422, { problem: 'not a change of a rule' }]
    if (deploying) return [409, { problem: 'a deploy is under way' }]
    deploying = true
    try {
      const { policyText, ...told } = await redeploy(change.data, circumstances)
      live = policyText
      last = told
      return [200, last]
    } catch (error) {
      const { domain } = circumstances.connection
      const explained = explainTenantError(error, { domain, route: DIRECT })
      if (explained instanceof UserError) return [422, { problem: explained.message }]
      throw error
    } finally {
      deploying = false
    }
  }

  const server = createServer((request, response) => {
    void answer(request)
      .catch((error: unknown): Reply => [500, { problem: String(error) }])
      .then((reply) => send(response, reply))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  server.unref()
  return {
    key,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    note: (decision) => {
      decisions.push(decision)
      if (decisions.length > MAX_DECISIONS) decisions.shift()
    },
  }
}

/** @returns whether the policy file is not, or no longer, what is live */
function isEdited(live: string): boolean {
  try {
    return readFileSync(POLICY_FILE, 'utf8') !== live
  } catch {
    return true
  }
}

function forVisitors({ email, password, otpSecret }: ExampleUser): object {
  const label = encodeURIComponent(`Fabrikam:${email}`)
  return {
    email,
    password,
    // As authenticator apps scan it.
    ...(otpSecret !== undefined && { otpUri: `otpauth://totp/${label}?secret=${otpSecret}` }),
  }
}

function isKey(authorization: string | undefined, key: string): boolean {
  const given = Buffer.from(authorization ?? '')
  const wanted = Buffer.from(`Bearer ${key}`)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  if (!(Number(request.headers['content-length']) <= MAX_BYTES)) return undefined
  return json(request).catch(() => undefined)
}

function send(response: ServerResponse, [status, body]: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
